"""Diagnostics: the right code under the right characters, and the text that a person reads, to the character."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import examples
import pytest
from marks import CASES, as_mark, checked, marks

from archspec.checks.checkup import check_source
from archspec.cli import console, main
from archspec.diagnostics import Diagnostic
from archspec.explain import codes
from archspec.language.settled import Choices
from archspec.report.rendering import SHOWN, render, render_all
from archspec.source import Source, Span

PLACED = sorted(CASES.glob("*.arch"))
UNPLACED = sorted(set(codes()) - {path.stem for path in PLACED})


def say(text: str) -> str:
    """What is said of a spec."""
    return render_all(check_source(Source("t.arch", text), Choices()).diagnostics)


@pytest.mark.parametrize("path", PLACED, ids=lambda path: path.stem)
def test_exactly_the_marked_places_are_wrong(path: Path) -> None:
    found = sorted(as_mark(diagnostic) for diagnostic in checked(path).diagnostics)
    assert found == marks(path)
    assert found


@pytest.mark.parametrize("path", PLACED, ids=lambda path: path.stem)
def test_what_is_said_of_a_place(path: Path, golden: Callable[[str, str], None]) -> None:
    golden(f"{path.stem}.txt", render_all(checked(path).diagnostics))


@pytest.mark.parametrize("code", UNPLACED)
def test_what_is_said_of_files_and_commands(
    code: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    golden: Callable[[str, str], None],
) -> None:
    monkeypatch.chdir(tmp_path)
    golden(f"{code}.txt", examples.run(code, examples.read_page(code).wrong, capsys))


def test_every_code_and_no_other_case_has_its_text() -> None:
    texts = {path.stem for path in (CASES.parent / "golden").glob("*.txt")}
    assert texts == {path.stem for path in PLACED} | set(UNPLACED)


def test_carets_stand_under_wide_characters() -> None:
    source = Source("t.arch", 'net n "深い" x')
    *_, line, carets = render(Diagnostic("E101", "no", source=source, span=Span(11, 12))).splitlines()
    assert (line, carets) == ('1 | net n "深い" x', "  |              ^")
    *_, line, carets = render(Diagnostic("E101", "no", source=source, span=Span(7, 9))).splitlines()
    assert carets == "  |        ^^^^"


def test_carets_stand_under_what_is_made_visible() -> None:
    text = say("net n\ninput 3x3 RGB\nrelu # a\x1b[31mred\u202e\n")
    assert "3 | relu # a<U+001B>[31mred<U+202E>\n  |         ^^^^^^^^\n" in text
    assert "  |                        ^^^^^^^^\n" in text


@pytest.mark.parametrize("character", [chr(n) for n in (*range(9), *range(11, 13), *range(14, 32), 127, 0x9B, 0x202E)])
def test_controls_never_reach_the_terminal(character: str) -> None:
    source = Source(f"a{character}.arch", f"net {character}")
    text = render(Diagnostic("E101", character, character, source, Span(4, 5), (character,), character))
    assert character not in text
    assert text.count(f"<U+{ord(character):04X}>") == 6


def test_long_lines_are_cut_around_the_place() -> None:
    text = say("net n\ninput 3x3 RGB\n" + "relu " * 100 + "maxpol " + "relu " * 100 + "\n")
    line, carets = text.splitlines()[3:5]
    assert len(line) == len("3 | ") + 160
    start, end = re.search(r"\^+", carets).span()  # type: ignore[union-attr]
    assert line[start:end] == "maxpol"


def test_long_names_are_cut() -> None:
    assert max(map(len, say("net n\ninput 3x3 RGB\n" + "c" * 100_000).splitlines())) < 450


@pytest.mark.parametrize("count", [1, SHOWN, SHOWN + 1, 3 * SHOWN])
def test_twenty_are_shown_and_the_rest_is_counted(count: int) -> None:
    text = say("net n\ninput 3x3 RGB\n" + "maxpol\n" * count)
    assert len(examples.codes(text)) == min(count, SHOWN)
    assert re.findall(r"^and (\d+) more$", text, re.MULTILINE) == ([str(count - SHOWN)] if count > SHOWN else [])


def test_errors_are_shown_before_warnings() -> None:
    unused = "".join(f"let n{number} 1\n" for number in range(SHOWN))
    found = examples.codes(say(f"net n\ninput 3x3 RGB\n{unused}relu\nexpect depth 7\n"))
    assert found == ["E401"] + ["W702"] * (SHOWN - 1)


SHARED = "net n\ncolumns A | B | C\ninput 3x3 RGB\nblock b():\n    maxpol\n{row}\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("b", ""),
        ("b | b | b", ""),
        ("b | relu | b", " (columns A, C)"),
        ("relu | relu | b", " (column C)"),
    ],
)
def test_what_columns_share_is_said_once_with_their_names(row: str, said: str) -> None:
    text = say(SHARED.format(row=row))
    assert examples.codes(text) == ["E301"]
    assert f"--> t.arch:5:5{said}\n" in text


def test_what_a_block_repeats_is_said_once_with_the_way_to_it() -> None:
    blocks = "block a(c):\n    conv3-{c}(groups=5)\nblock b():\n    a-7 x3\nnet n\ninput 8x8x10\nb x4\n"
    text = say(blocks)
    assert examples.codes(text) == ["E205"]
    assert re.findall(r"= (in .*)", text) == ["in block a(c=7), used at line 4", "in block b(), used at line 7"]


def spec(folder: Path, text: str) -> str:
    path = folder / "t.arch"
    path.write_text(text)
    return str(path)


RIGHT = "net n\ninput 8x8 RGB\nconv3-4(frozen) bn\nFC-10\nexpect params 2,578 but 2,578\n"
WRONG = "net n\ncolumns A | B\ninput 8x8 RGB\nconv3-4 | conv3-4(groups=3)\n"


def test_errors_go_to_standard_error_and_results_to_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = spec(tmp_path, WRONG)
    assert main(["check", path]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        f"ok      {path}:A  depth 1, 112 parameters, 6,912 multiply-adds",
        f"failed  {path}:B",
    ]
    assert examples.codes(err) == ["E205"]
    assert "(column B)" in err


def test_json_has_everything_and_nothing_else_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = spec(tmp_path, WRONG)
    assert main(["check", "--json", path]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    right, wrong = json.loads(out)
    assert right == {
        "file": path,
        "network": "n",
        "column": "A",
        "ok": True,
        "input": [8, 8, 3],
        "outputs": [{"path": "conv1", "shape": [8, 8, 4]}],
        "heads": [],
        "depth": 1,
        "params": {"trainable": 112, "frozen": 0},
        "macs": 6912,
        "with_heads": {"params": {"trainable": 112, "frozen": 0}, "macs": 6912},
        "deviations": [],
        "diagnostics": [],
    }
    assert wrong["ok"] is False
    assert [wrong[key] for key in ("input", "outputs", "heads", "depth", "params", "macs", "with_heads")] == [None] * 7
    (diagnostic,) = wrong["diagnostics"]
    assert diagnostic == {
        "code": "E205",
        "severity": "error",
        "message": "the groups do not divide the output channels: 3 groups, 4 channels",
        "file": path,
        "line": 4,
        "column": 11,
        "end_line": 4,
        "end_column": 18,
        "notes": [],
        "help": "4 channels divide into 1, 2 or 4 groups",
        "columns": [],
    }


def test_json_says_what_is_frozen_and_what_deviates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = RIGHT.replace("2,578 but 2,578", '2K but 2,578 "the frozen convolution is left out"')
    assert main(["check", "--json", spec(tmp_path, text)]) == 0
    (network,) = json.loads(capsys.readouterr().out)
    assert network["params"] == {"trainable": 8 + 4 * 64 * 10 + 10, "frozen": 4 * 27 + 4}
    assert network["deviations"] == [
        {
            "claim": "params",
            "stated": "2K",
            "holds": "2,578",
            "why": "the frozen convolution is left out",
            "line": 5,
        }
    ]


@pytest.mark.parametrize("missing", ["vgg_11.arch", "vgg.arch:F"])
def test_json_answers_for_what_cannot_be_checked(missing: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json", missing]) == 1
    (network,) = json.loads(capsys.readouterr().out)
    assert network["ok"] is False
    (diagnostic,) = network["diagnostics"]
    assert diagnostic["code"] in ("E601", "E602")
    assert [diagnostic[key] for key in ("file", "line", "column")] == [None] * 3


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["check", "vgg_a"], 0),
        (["explain", "E203"], 0),
        (["check", "vgg_11"], 1),
        (["check", "vgg_a", "vgg_11"], 1),
        (["explain", "E999"], 1),
        (["build", "vgg_a", "--to", "onnx", "--opset", "7", "-o", "never.onnx"], 1),
    ],
)
def test_exit_status(arguments: list[str], status: int) -> None:
    assert main(arguments) == status


@pytest.mark.parametrize(
    "arguments",
    [[], ["chek"], ["check"], ["check", "--max-nodes", "0", "vgg_a"], ["build", "vgg_a"], ["check", "--set", "n", "x"]],
)
def test_a_wrong_use_of_the_command_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: archspec")


class Terminal:
    """A stream that says whether it is a terminal."""

    def __init__(self, answer: bool) -> None:
        self.answer = answer

    def isatty(self) -> bool:
        return self.answer


@pytest.mark.parametrize(
    ("terminal", "variables", "colored"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_color_is_for_terminals(
    terminal: bool, variables: dict[str, str], colored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert console.colored(Terminal(terminal)) == colored  # type: ignore[arg-type]


def test_color_changes_nothing_but_color() -> None:
    diagnostics = checked(CASES / "several.arch").diagnostics
    colored, plain = render_all(diagnostics, color=True), render_all(diagnostics)
    assert colored != plain
    assert re.sub(r"\x1b\[[0-9]+m", "", colored) == plain
