"""Which sizes of its input a network takes: worked out at once, and by trying each."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from texts import codes
from zoo import marked, program, sized

import archspec
from archspec.analysis.sizes import Answer, told
from archspec.checks.checkup import check_source
from archspec.checks.side import Side, value_at
from archspec.checks.sizes import WORK, Sizes
from archspec.checks.trial import FAR, Period, Trial, last
from archspec.cli import main
from archspec.language.limits import Limits
from archspec.language.program import read_program
from archspec.language.settled import Choices
from archspec.op.window import size
from archspec.source import Source

Captured = pytest.CaptureFixture[str]
BRUTE = ("unet:paper", "fcn:8s", "vgg:D", "deconvnet:bn", "googlenet")


@pytest.mark.parametrize("name", BRUTE)
@pytest.mark.parametrize("to", [pytest.param(700, marks=pytest.mark.slow), 60])
def test_sizes_are_those_that_trying_each_finds(name: str, to: int) -> None:
    """Every size up to a limit: which work, and what comes out."""
    (answer,) = archspec.sizes(name, to)
    tried = {side: sized(name, side, side) for side in range(1, to + 1)}
    assert answer.valid == [side for side, graph in tried.items() if graph]
    for side, graph in tried.items():
        if graph:
            assert answer.gives(side) == size(graph.shapes[graph.outputs[0]])


SOME = (1, 2, 5, 31, 32, 33, 187, 188, 189, 204, 224, 225, 300, 572)


@pytest.mark.parametrize("name", marked(r".*(1202|1001|164|110|152|101)|googlenet.*|fcn_googlenet|resnet.*:(34.?|50)"))
def test_some_sizes_of_every_network(name: str) -> None:
    file, _, column = name.partition(":")
    sizes = Sizes(program(file), column or None, Choices())
    assert [side for side in SOME if sizes.takes(side)] == [side for side in SOME if sized(name, side, side)]


def test_u_net_takes_what_its_paper_implies() -> None:
    """The oracle, section 2.8: n = 16k + 60, k >= 8, and n - 184 comes out."""
    for column in ("paper", "rgb"):
        (answer,) = archspec.sizes(f"unet:{column}")
        assert (answer.formula, answer.output, answer.valid[0]) == ("16k + 60, k >= 8", "n - 184", 188)
        assert answer.irregular == []
    assert {refusal.error.code for refusal in answer.refusals} == {"E201", "E210"}


def test_what_the_others_take() -> None:
    def told(name: str) -> tuple[str, str]:
        (answer,) = archspec.sizes(name, 300)
        return answer.formula, answer.output

    assert told("vgg:D") == ("32 and larger", "1000")
    assert told("fcn:8s") == ("all", "n")  # "never out of range", the oracle, section 5
    assert told("deconvnet:bn") == ("224 and larger", "n")
    assert told("unet_same:plain") == ("16k, k >= 1", "n")


def test_the_classifiers_parameters_follow_from_the_size() -> None:
    (answer,) = archspec.sizes("vgg:D", 300)
    assert answer.same_parameters == list(range(224, 256))
    assert answer.flattened(32) == [("fc6", 512)]
    assert archspec.sizes("resnet:18", 40)[0].same_parameters is None


def test_every_refusal_is_at_a_size_that_is_refused_so() -> None:
    (answer,) = archspec.sizes("unet:paper", 300)
    for refusal in answer.refusals:
        checked = archspec.check("unet:paper", Choices(f"{refusal.at}x{refusal.at}")).diagnostics
        assert (refusal.error.code, refusal.error.span, refusal.error.found) in [
            (d.code, d.span, d.found) for d in checked
        ]
    assert sorted([*answer.valid, *(side for refusal in answer.refusals for side in refusal.sides)]) == list(
        range(1, 301)
    )


def some(text: str) -> Sizes:
    read, unsound = read_program(Source("t.arch", f"net n\n{text}"), Limits())
    assert not unsound
    return Sizes(read, None, Choices())


LINES = st.sampled_from([
    "conv3-4", "conv3-4(pad=0)", "conv5-4/2(pad=1)", "conv2-4/3(pad=0)", "maxpool", "maxpool(exact)",
    "maxpool3/2(ceil)",
    "maxpool3/2(ceil, pad=1)", "avgpool2/3", "upconv2-4/2", "upconv4-4/2(pad=1)", "upsample2", "crop(1)", "pad(2)",
    "adaptiveavgpool3", "residual:\n    conv3-4/2", "residual:\n    conv3-4/2(pad=2)", "a{n}: maxpool\nunpool(a{n})",
    "concat(crop=center):\n    | conv3-2(pad=0)\n    | maxpool", "b{n}: conv3-4(pad=0)\ncrop(like=b{n})",
    "c{n}: conv4-4/2\nupconv4-4/2 add(input2, crop=center)",
])  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=5))
def test_sizes_of_any_network_are_those_that_trying_each_finds(lines: list[str]) -> None:
    body = "\n".join(line.replace("{n}", str(number)) for number, line in enumerate(lines))
    text = f"input 40x40x4\ndefault residual shortcut=B\ninput2: conv1-4\n{body}\n"
    said = codes(f"net n\n{text}")
    assume(not any(code[:2] in ("E1", "E3") for code in said))
    sizes = some(text)
    tried = [side for side in range(1, 70) if not failing(text, side)]
    assert [side for side in range(1, 70) if sizes.takes(side)] == tried


def failing(text: str, side: int) -> bool:
    """Whether a network is refused at a size."""
    return any(code[0] == "E" for code in codes(f"net n\n{text.replace('40x40', f'{side}x{side}')}"))


@pytest.mark.parametrize(("text", "formula", "irregular"), [
    ("input 8x8x1\nmaxpool(exact)\n", "2k, k >= 1", []),
    ("input 8x8x1\nmaxpool3/3(exact)\nmaxpool(exact)\n", "6k, k >= 1", []),
    ("input 8x8x1\nconv3-4(pad=0)\n", "3 and larger", []),
    # a window of 3 at every second place covers 3, 5, 7, ...
    ("input 9x9x1\na: conv3-4/2(pad=0)\nupconv3-4/2\nconcat(input)\n", "2k + 1, k >= 1", []),
    # 5 for 5, and nothing else: the mean over the map has one size
    ("input 5x5x4\na: adaptiveavgpool5\nadd(input)\n", "", [5]),
])  # fmt: skip
def test_formulas(text: str, formula: str, irregular: list[int]) -> None:
    answer = Answer("n", some(text), None, 100)
    assert (answer.formula, answer.irregular) == (formula, irregular)


def test_what_swings_for_ever_is_worked_out_in_larger_steps() -> None:
    """One branch rounds down and the other up, so odd sides fail; and where a crop makes up for it, they do not."""
    text = "input 8x8x1\nconcat:\n    | maxpool2/2\n    | maxpool2/2(ceil)\n"
    answer = Answer("n", some(text), None, 60)
    assert (answer.formula, answer.sizes.step) == ("2k, k >= 1", 2)
    cropped = Answer("n", some(text.replace("concat:", "concat(crop=center):")), None, 60)
    assert (cropped.formula, cropped.sizes.step) == ("2 and larger", 2)


def test_where_steps_would_be_too_large_each_size_is_tried() -> None:
    windows = "\n".join(f"maxpool{side}/{side}(exact)" for side in (7, 11, 13, 3))
    answer = Answer("n", some(f"input 8x8x1\n{windows}\n"), None, 40)
    assert answer.rule is None
    assert answer.formula == ""
    assert answer.valid == []
    assert answer.sizes.alone
    assert answer.sizes.takes(3003)  # 7 * 11 * 13 * 3
    assert not answer.sizes.takes(3004)


def test_strides_of_any_size_are_one_floor() -> None:
    strides = "\n".join(f"conv1-2/{stride}(pad=0)" for stride in (7, 11, 13, 3))
    sizes = some(f"input 8x8x1\n{strides}\nmaxpool\n")
    assert sizes.takes(3004)
    assert not sizes.takes(3003)
    assert sizes.step == 1


def test_the_command_prints_the_formula_and_why_not(capsys: Captured) -> None:
    assert main(["sizes", "unet:paper", "--to", "300"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:5] == [
        "unet:paper",
        "takes    16k + 60, k >= 8  (proved for all larger ones)",
        "         188, 204, 220, 236, ..., 300",
        "gives    n - 184",
        "         188 -> 4x4x2, 204 -> 20x20x2, 220 -> 36x36x2, 300 -> 116x116x2",
    ]
    assert any("E210 unet.arch:16: the windows do not cover the map exactly" in line for line in lines)


def test_the_command_writes_json(capsys: Captured) -> None:
    assert main(["sizes", "unet", "--to", "200", "--json"]) == 0
    paper, rgb = json.loads(capsys.readouterr().out)
    assert paper["sizes"] == [{"side": 188, "output": "4x4x2"}]
    assert (rgb["network"], rgb["formula"], rgb["smallest"]) == ("unet:rgb", "16k + 60, k >= 8", 188)


def test_a_terminal_is_shown_how_far_it_is(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr("archspec.cli.progress.PATIENCE", 0)
    assert main(["sizes", "unet:paper", "--to", "300"]) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert main(["sizes", "unet:paper", "--to", "300"]) == 0
    assert "unet:paper: 1 of 300 sides" in capsys.readouterr().err


def test_a_vector_has_no_sizes(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "v.arch").write_text("net v\ninput 100\nFC-10\n")
    assert main(["sizes", str(tmp_path / "v.arch")]) == 1
    assert "E602" in capsys.readouterr().err


slopes = st.tuples(st.integers(-20, 20), st.integers(-6, 6)).filter(lambda terms: terms[1] != 0)
strides = st.lists(st.tuples(st.sampled_from([-1, 1]), st.integers(-9, 9), st.integers(1, 4)), max_size=3)


@given(st.integers(0, 60), slopes, slopes, strides, strides, st.sampled_from(["<", "<=", "==", "!=", ">", ">="]))
@example(0, (0, 1), (0, 1), [(1, 0, 2)], [(-1, 0, 2)], "==")  # n // 2 is not ceil(n / 2) at every odd n
@example(9, (0, 1), (5, 1), [(1, 0, 2)], [(1, 0, 4)], ">")  # 4 and 3; below 8 it is now so, now not
def test_what_is_asked_of_sides_holds_as_far_as_the_trial_says(
    at: int,
    one: tuple[int, int],
    other: tuple[int, int],
    mine: list[tuple[int, int, int]],
    theirs: list[tuple[int, int, int]],
    sign: str,
) -> None:
    def asked(k: int, trial: Trial | None = None) -> object:
        a, b = (Side(trial, terms) if trial else terms[0] + terms[1] * k for terms in (one, other))
        for way, plus, by in mine:
            a = (way * a + plus) // by
        for way, plus, by in theirs:
            b = (way * b + plus) // by
        return {"<": a < b, "<=": a <= b, "==": a == b, "!=": a != b, ">": a > b, ">=": a >= b}[sign], bool(a)

    trial = Trial(1, 1, at)
    try:
        found = asked(at, trial)
    except Period:  # only for what does not nest, or is now so and now not
        trial = Trial(1, 1, at, alone=True)
        assert asked(at, trial) == asked(at)
        assert trial.low == at == trial.high
        return
    assert trial.low <= at <= trial.high
    for k in range(trial.low, min(trial.high, 200) + 1):
        assert asked(k) == found


@given(st.integers(0, 60), slopes, strides)
def test_strides_nest(at: int, start: tuple[int, int], steps: list[tuple[int, int, int]]) -> None:
    """However a map is halved, its side is one floor of the input's, and known for all of them at once."""
    side, sides = Side(Trial(1, 1, at), (start[0], 1)), [start[0] + k for k in range(100)]
    for way, plus, by in steps:
        side, sides = (way * side + plus) // by, [(way * each + plus) // by for each in sides]
    assert [value_at(side, k) for k in range(100)] == sides
    assert int(side) == sides[at]


@pytest.mark.parametrize("name", marked(".*(1202|1001)"))
def test_a_network_is_made_a_few_times_and_no_more(name: str) -> None:
    """A second or so for each, however many sizes are asked for: GoogLeNet's heads would take steps of 96."""
    file, _, column = name.partition(":")
    sizes = Sizes(program(file), column or None, Choices())
    assert [side for side in range(1, 1025) if sizes.takes(side)]
    assert sizes.made <= WORK


def test_a_division_that_does_not_come_out_asks_for_larger_steps() -> None:
    with pytest.raises(Period) as asked:
        Side(Trial(1, 4, 0), (1, 4)) // 6
    assert asked.value.times == 3
    assert Side(Trial(1, 12, 5), (1, 12)) // 6 == 10


def test_the_end_of_what_holds() -> None:
    assert last(lambda n: n < 1000, 3, FAR) == 999
    assert last(lambda n: n > 5, 50, 0) == 6
    assert last(lambda n: True, 3, FAR) == FAR


@pytest.mark.parametrize(("slope", "constant", "text"), [
    (1, -184, "n - 184"), (1, 0, "n"), ("1/32", 0, "n/32"), ("1/16", "-15/4", "(n - 60)/16"), (2, 3, "2n + 3"),
    (0, 7, "7"),
])  # fmt: skip
def test_sizes_in_words(slope: str, constant: str, text: str) -> None:
    from fractions import Fraction

    assert told(Fraction(slope), Fraction(constant)) == text


@pytest.mark.parametrize(("claim", "said"), [
    ("574", []), ("190x206", []), ("{180 + 10}", []), ("572", ["E401"]), ("0", ["E403"]), ("3x4x5", ["E403"]),
    ('573 but 574 "a slip"', []), ('574 but 590 "none"', ["W707"]),
])  # fmt: skip
def test_sizes_are_claimed(claim: str, said: list[str]) -> None:
    """Two poolings that leave nothing over, each behind a convolution that takes two rows: 4k + 2."""
    text = "net n\ninput 574x574x1\ndefault conv pad=0\nconv3-2\n" + "maxpool(exact)\nconv3-2\n" * 2
    assert codes(f"{text}expect size {claim}\n") == said


def test_a_claim_that_fails_names_the_line_and_the_nearest_size() -> None:
    text = "net n\ninput 8x8x1\nconv3-2\nmaxpool4/4(exact)\nexpect size 13\n"
    (error,) = check_source(Source("t.arch", text), Choices()).diagnostics
    assert error.found.startswith("refused in line 4: the windows do not cover the map exactly, `maxpool4/4(exact)`")
    assert '`13 but 12 "why"`' in error.help


def test_the_size_of_a_vector_cannot_be_claimed() -> None:
    assert codes("net n\ninput 100\nFC-10\nexpect size 100\n") == ["E403"]


def test_sizes_of_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    spec = b"columns a | b\ninput 8x8x1\nmaxpool(exact) | conv3-4(pad=0)\n"
    for what, said in (("-:a", "2k, k >= 1"), ("-:b", "3 and larger")):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"net small\n" + spec)))
        assert main(["sizes", "--", what]) == 0
        assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"), [(["residual"], "E608"), (["whole.json"], "error[E602]: whole.json is a graph")]
)
def test_what_has_no_sizes(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sizes", *arguments]) == 1
    assert said in capsys.readouterr().err


def test_sides_are_listed_to_an_end(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["sizes", "vgg:D", "--to", "1000001"])
    assert "more than 1,000,000" in capsys.readouterr().err
