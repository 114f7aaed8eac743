"""Bombs: small texts that ask for much, and files that are none. Each is answered, soon and in little memory."""

import os
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from marks import CASES

from archspec.checks.checkup import Checkup, check_source
from archspec.diagnostics import Problem
from archspec.explain import codes, page
from archspec.language.limits import Limits
from archspec.language.settled import Choices
from archspec.language.text import decode
from archspec.network import check, load
from archspec.report.rendering import render_all
from archspec.source import Source

ROOT = Path(__file__).parents[1]
HEAD = "net n\ninput 8x8 RGB\n"
PATIENCE = 3.0
"""Seconds of the processor, on a slow machine."""
DEEP, FAR = 10**5, 9_999_999_999


def doubling(depth: int, use: str) -> str:
    """Blocks that use the next one twice each."""
    blocks = [f"block b{n}(k):\n    b{n + 1}{use} b{n + 1}{use.replace('+1', '+2')}\n" for n in range(depth)]
    return "".join(blocks) + f"block b{depth}(k):\n    conv1-{{k}}\n" + HEAD + "b0(1)\n"


def chain(length: int) -> str:
    """Blocks that use the next one each."""
    blocks = (f"block b{n}():\n    b{n + 1}\n" for n in range(length))
    return "".join(blocks) + f"block b{length}():\n    relu\n" + HEAD + "b0\n"


def table(columns: int, row: str) -> str:
    return f"columns {' | '.join(f'c{n}' for n in range(columns))}\n{HEAD}{row}\n"


def numbered(form: str) -> str:
    return ", ".join(form.replace("#", str(number)) for number in range(4_000))


def lines(line: str, count: int) -> str:
    return HEAD + "".join(line.replace("#", str(n)) for n in range(count))


BOMBS = {
    "repeat": (HEAD + f"conv3-8 x{FAR}\n", "E504"),
    "nested repeats": (HEAD + "[" * 4 + "relu" + "] x1000" * 4 + "\n", "E504"),
    "repeats as deep as allowed": (HEAD + "[" * 60 + "relu" + f"] x{FAR}" * 60 + "\n", "E504"),
    "repeats of nothing": (HEAD + f"relu [[relu x0] x{FAR}] x{FAR}\n", "E504"),
    "repeats of a block of nothing": ("block b():\n    relu x0\n" + HEAD + f"relu b x{FAR}\n", "E504"),
    "repeats of an unknown layer": (HEAD + f"[maxpol x{FAR}] x2\n", "E504"),
    "blocks that double": (doubling(40, "(1)"), "E504"),
    "blocks that double with other arguments": (doubling(30, "({k+1})"), "E504"),
    "blocks that double with large arguments": (doubling(60, "({2*k+1})"), "E504"),
    "a chain of 5,000 blocks": (chain(5_000), "E502"),
    "a block that uses itself": ("block b():\n    b b\n" + HEAD + "b\n", "E311"),
    "blocks in a circle": (chain(500).replace("    relu\n", "    b0\n"), "E311"),
    "an integer of a hundred thousand digits": (HEAD + f"conv3-{'9' * DEEP}\n", "E503"),
    "an integer of eleven digits": (HEAD + "conv3-99999999999\n", "E503"),
    "a long integer between braces": (HEAD + f"conv3-{{{'9' * DEEP}}}\n", "E503"),
    "a long integer in a claim": (HEAD + f"relu\nexpect params {'9' * DEEP}\n", "E503"),
    "a product beyond ten digits": (HEAD + f"conv3-{{{FAR}*{FAR}*{FAR}}}\n", "E503"),
    "maps that grow": (HEAD + f"upsample{FAR} x1000\n", "E503"),
    "channels that grow": (HEAD + f"dwconv1(multiplier={FAR}) x1000\n", "E503"),
    "channels that double": (lines("concat:\n    | identity\n    | identity\n", 500), "E503"),
    "round brackets": (HEAD + "conv3-8" + "(" * DEEP + "\n", "E502"),
    "square brackets": (HEAD + "[" * DEEP + "relu\n", "E502"),
    "braces": (HEAD + "conv3-" + "{" * DEEP + "\n", "E502"),
    "brackets between braces": (HEAD + "conv3-{" + "(" * 50_000 + "1" + ")" * 50_000 + "}\n", "E502"),
    "indentation": (HEAD + "".join(" " * n + "add:\n" for n in range(400)), "E502"),
    "indented far": (HEAD + " " * DEEP + "relu\n", "E102"),
    "signs": (HEAD + "conv3-{" + "-" * (DEEP + 1) + "n}\n", "E309"),
    "commas": (HEAD + "," * DEEP + "\n", "E101"),
    "commas behind a layer": (HEAD + "relu" + "," * DEEP + "\n", "E101"),
    "quotes": (HEAD + '"' * DEEP + "\n", "E101"),
    "a long word": (HEAD + "c" * DEEP + "\n", "E301"),
    "a long word of layers": (HEAD + "conv3-" * 15_000 + "\n", "E305"),
    "a long label": (HEAD + "c" * DEEP + ": relu\n", "E312"),
    "labels that add up": ("".join(f"block {'b' * 50}{n}():\n    {'b' * 50}{n + 1}\n" for n in range(30))
        + f"block {'b' * 50}30():\n    relu\n{HEAD}{'b' * 50}0\n", "E312"),
    "errors": (lines("maxpol\n", 15_000), "E301"),
    "errors that differ": (lines("maxpol#\n", 10_000), "E301"),
    "errors of syntax": (lines("relu )\n", 15_000), "E101"),
    "errors of syntax at the end": (lines("relu\n", 15_000) + "relu )\n" * 50, "E101"),
    "labels to search": (lines("l#: relu\n", 5_000) + "add(zzz)\n" * 3_000, "E306"),
    "parameters to search": (f"block b({numbered('p#')}):\n    relu\n{HEAD}b({numbered('q#=1')})\n", "E302"),
    "a megabyte of commas": (HEAD + "," * 10**6, "E101"),
    "columns": (table(15_000, "relu"), "E504"),
    "columns of many layers": (table(100, "[conv1-3 bn] x3000"), "E504"),
    "characters": (HEAD + "é" * 50_000, "E103"),
    "hidden characters": (HEAD + "relu # " + "\u200b" * 40_000 + "\n", "E103"),
    "tabs": (HEAD + "\t" * DEEP + "relu\n", "E102"),
    "a NUL": (HEAD + "relu\0\n", "E103"),
    "a NUL in a comment": (HEAD + "relu # \0\n", "E103"),
    "a change of direction in a comment": (HEAD + "relu # \u202e\u2066\n", "E103"),
    "a change of direction in a title": ('net n "a\u202eb"\ninput 8x8 RGB\nrelu\n', "E103"),
    "a line separator": (HEAD + "relu\u2028conv3-8\n", "E103"),
    "a second byte-order mark": ("\ufeff\ufeff" + HEAD + "relu\n", "E103"),
    "empty lines": (HEAD + "\n" * DEEP, "E108"),
    "a long comment": (HEAD + "#" * DEEP, "E108"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_answered(name: str) -> None:
    text, code = BOMBS[name]
    assert len(text.encode()) <= Limits().bytes
    before, start = memory(), time.process_time()
    checkup = check_source(Source("bomb.arch", text), Choices())
    rendered = render_all(checkup.diagnostics)
    assert time.process_time() - start < PATIENCE
    assert memory() - before < 200
    assert code in {d.code for d in checkup.diagnostics}
    assert not checkup.ok
    assert len(rendered) < 50_000
    inside(checkup)


def memory() -> float:
    """The most megabytes that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def inside(checkup: Checkup) -> None:
    """Whatever has a place has it in the file, or right behind its end."""
    for diagnostic in checkup.diagnostics:
        if diagnostic.span is None:
            continue
        assert diagnostic.source
        assert diagnostic.place
        count = diagnostic.source.text.count("\n") + 1
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(diagnostic.source.text) + 1
        assert 1 <= diagnostic.place.line <= count
        assert 1 <= diagnostic.place.column <= len(diagnostic.source.line(diagnostic.place.line)) + 1


def test_large_channels_are_counted_and_not_held(tmp_path: Path) -> None:
    path = tmp_path / "wide.arch"
    path.write_text(HEAD + f"conv3-{FAR} conv3-{FAR}(bias=no)\n")
    network = load(path)
    assert network.counts.params.trainable == FAR * 27 + FAR + FAR * FAR * 9
    with pytest.raises(Problem) as caught:
        network.to_torch()
    assert [d.code for d in caught.value.diagnostics] == ["E505"]
    with pytest.raises(Problem) as caught:
        network.build(tmp_path / "wide.onnx", to="onnx")
    assert [d.code for d in caught.value.diagnostics] == ["E605"]
    assert re.fullmatch(r"it takes 3,6\d\d(,\d{3}){6} bytes, and [\d,]+ are free", caught.value.diagnostics[0].found)
    assert list(tmp_path.iterdir()) == [path]
    network.build(tmp_path / "wide.json", to="json")


def test_a_network_as_large_as_allowed_is_checked() -> None:
    (network,) = check_source(Source("t", HEAD + f"conv1-3 x{Limits().nodes}\n"), Choices()).networks
    assert network.ok
    assert network.counts
    assert network.counts.depth == Limits().nodes


def answers(source: Source, choices: Choices) -> set[str]:
    """The codes of all that is said, in whatever way."""
    try:
        return {d.code for d in check_source(source, choices).diagnostics}
    except Problem as problem:
        return {d.code for d in problem.diagnostics}


@pytest.mark.parametrize("limit", [300, 1_000, 100_000])
def test_a_raised_limit_of_nesting_ends_in_an_answer_too(limit: int) -> None:
    choices = Choices(limits=Limits(nesting=limit))
    deep = min(limit, 20_000)
    for text in (
        HEAD + "[" * deep + "relu" + "]" * deep + "\n",
        HEAD + "conv3-{" + "(" * deep + "1" + ")" * deep + "}\n",
        HEAD + "".join(" " * n + "residual:\n" for n in range(min(deep, 450))) + " " * 450 + "relu\n",
        chain(min(deep, 3_000)),
    ):
        assert answers(Source("deep.arch", text), choices) <= {"E502", "E312", "W705"}


FILES: dict[str, tuple[bytes, str]] = {
    "two megabytes": (b"# " + b"x" * 2**21, "E501"),
    "more than a megabyte of commas": (HEAD.encode() + b"," * 2**20, "E501"),
    "latin 1": (HEAD.encode() + "# café\n".encode("latin-1"), "E103"),
    "a lone surrogate": (HEAD.encode() + b"# \xed\xa0\x80\n", "E103"),
    "an overlong slash": (HEAD.encode() + b"# \xc0\xaf\n", "E103"),
    "UTF-16": (HEAD.encode("utf-16"), "E103"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "E103"),
    "a cut character": (HEAD.encode() + "# ×".encode()[:-1], "E103"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_spec_is_answered(name: str, tmp_path: Path) -> None:
    data, code = FILES[name]
    path = tmp_path / "bomb.arch"
    path.write_bytes(data)
    start = time.perf_counter()
    with pytest.raises(Problem) as caught:
        check(str(path))
    assert time.perf_counter() - start < PATIENCE
    assert [d.code for d in caught.value.diagnostics] == [code]


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf" + HEAD.encode() + b"relu\n", (HEAD + "relu").replace("\n", "\r").encode()]
)
def test_marks_and_line_ends_of_other_systems_are_read(data: bytes) -> None:
    assert check_source(decode("t", data), Choices()).diagnostics == ()


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.arch")
    return folder / "pipe.arch"


def loop(folder: Path) -> Path:
    (folder / "loop.arch").symlink_to(folder / "loop.arch")
    return folder / "loop.arch"


PLACES: dict[str, Callable[[Path], Path]] = {
    "a pipe that nobody writes to": pipe,
    "a folder": lambda folder: folder,
    "an endless device": lambda _: Path("/dev/zero"),
    "a missing file": lambda folder: folder / "missing.arch",
    "a file in a missing folder": lambda folder: folder / "missing" / "a.arch",
    "a link to itself": loop,
    "a name with a NUL": lambda folder: folder / "a\0b.arch",
    "a name that is too long": lambda folder: folder / ("a" * 300 + ".arch"),
    "the memory of this process": lambda _: Path("/proc/self/mem"),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_place_that_is_no_file_is_answered(name: str, tmp_path: Path) -> None:
    path = PLACES[name](tmp_path)
    start = time.perf_counter()
    with pytest.raises(Problem) as caught:
        check(str(path))
    assert time.perf_counter() - start < PATIENCE
    assert [d.code for d in caught.value.diagnostics] == ["E601"]


WORST = (
    "nested repeats",
    "blocks that double with other arguments",
    "a chain of 5,000 blocks",
    "an integer of a hundred thousand digits",
    "brackets between braces",
    "errors that differ",
    "columns",
    "hidden characters",
)


def test_the_command_stays_small(tmp_path: Path) -> None:
    """The worst of them through the command, in a process that may not hold more than a gigabyte."""
    paths = []
    for name in WORST:
        path = tmp_path / f"{name}.arch"
        path.write_text(BOMBS[name][0])
        paths.append(str(path))
    done = subprocess.run(
        [sys.executable, "-m", "archspec", "check", *paths],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)),
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(re.findall(r"^failed ", done.stdout, re.MULTILINE)) == len(WORST)


def test_endless_standard_input_is_answered() -> None:
    with Path("/dev/zero").open("rb") as zeros:
        done = subprocess.run(
            [sys.executable, "-m", "archspec", "check", "-"], cwd=ROOT, stdin=zeros, capture_output=True, text=True
        )
    assert done.returncode == 1
    assert done.stderr.startswith("error[E501]")


TOKENS = re.compile(r"\s+|[A-Za-z_]+|[0-9]+|.", re.DOTALL)
SPECS = [path.read_text() for path in sorted((ROOT / "specs").glob("vgg*.arch"))]
PAGES = [
    text for code in codes() for text in re.findall(r"^```arch.*\n(.*?)^```", page(code), re.MULTILINE | re.DOTALL)
]
CORPUS = [
    TOKENS.findall(text) for text in (*SPECS, *PAGES, *(path.read_text() for path in sorted(CASES.glob("*.arch"))))
]
POOL = sorted({token for text in CORPUS for token in text} | {"\n", "\n    ", "×", "{", "}", "\t", "\r", '"', "#"})


def mutated(dice: random.Random) -> str:
    """A spec with a few tokens changed, doubled, moved or left out; or a soup of tokens."""
    if dice.random() < 0.2:
        return HEAD * dice.randint(0, 1) + "".join(dice.choices(POOL, k=dice.randint(1, 60)))
    text = list(dice.choice(CORPUS))
    for _ in range(dice.randint(1, 5)):
        place, other = (dice.randrange(len(text) + 1) for _ in range(2))
        match dice.randrange(4):
            case 0:
                del text[place : place + 1]
            case 1:
                text.insert(place, dice.choice(POOL))
            case 2:
                text[place : place + 1] = [dice.choice(POOL)]
            case 3:
                text[place:place] = text[other : other + dice.randint(1, 12)]
    return "".join(text)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_written_is_answered(seed: int) -> None:
    """A thousand specs gone wrong in four, of which one is right or not; none raises anything but Problem."""
    dice = random.Random(seed)
    choices = Choices(limits=Limits(nodes=1_000))
    for _ in range(200):
        text = mutated(dice)
        try:
            checkup = check_source(Source("t.arch", text), choices)
        except Problem:
            continue
        inside(checkup)
        assert render_all(checkup.diagnostics) or checkup.ok
        assert {d.code for d in checkup.diagnostics} <= set(codes())
