"""The layout of specs: what it is, and that it changes nothing but blanks."""

import re
from pathlib import Path

import pytest
from layouts import INSERTED, comments, edited, faults, mangled, meaning
from programs import program
from test_docs import EXAMPLES

import archspec
from archspec.checks.checkup import check_source
from archspec.diagnostics import Diagnostic, Problem
from archspec.formatting import format_spec, layout
from archspec.language.limits import Limits
from archspec.language.settled import Choices
from archspec.source import Source

ROOT = Path(__file__).parents[1]
SPECS = sorted((ROOT / "specs").glob("*.arch"))
CASES = sorted((ROOT / "tests" / "cases").rglob("*.arch"))

LAYOUTS = {
    "a table, from its columns to its last row": (
        """
net t
columns a|b
expect depth 2|3   # Table 1
expect params_with_heads 1.5M but 1.6M "as the authors say" | 7
input 8x8 RGB|16x16 RGB

conv1:conv3-64|conv3-64 x 2 => 8x8|16x16
pool:maxpool => 4x4 | 8x8
-|conv3-128
lrn:LRN |-
fc6 :FC-10
""",
        """
net t
columns                  a       | b
expect depth             2       | 3    # Table 1
expect params_with_heads 1.5M but 1.6M "as the authors say" | 7
input                    8x8 RGB | 16x16 RGB

conv1: conv3-64                  | conv3-64 x2  => 8x8 | 16x16
pool:  maxpool                                  => 4x4 | 8x8
-                                | conv3-128
lrn:   LRN                       | -
fc6:   FC-10
""",
    ),
    "defaults": (
        "input 8x8 RGB\ndefault conv bias = no->bn relu\ndefault FC -> relu dropout( 0.5 ),except last\nlet n=3\n",
        "input 8x8 RGB\ndefault conv bias=no -> bn relu\ndefault FC   -> relu dropout(0.5), except last\nlet n = 3\n",
    ),
    "defaults with bars": (
        "columns a | b\n\ninput 8x8 RGB\ndefault conv -> relu|bias=no -> relu\ndefault LRN k=1\n",
        "columns      a       | b\n\ninput 8x8 RGB\ndefault conv -> relu | bias=no -> relu\ndefault LRN  k=1\n",
    ),
    "suites, calls and arithmetic": (
        """
block  inception ( n1,r3 , stride = 1 ) :
  concat :
     | a:conv1-{ n1 }
     | conv1-{r3*2+1}/{ stride+(1-1) }   conv3-{-n1 / 2 - -1}
         relu
i3 : inception (64,128)
pool:maxpool3/2( pad=(1,0 , 1,0),ceil )
i3b:inception( 192 , 8 )
[conv3-8 ,relu ; bn]×{n+1}
head aux from i3(weight=0.3):
  avgpool( global)
""",
        """
block inception(n1, r3, stride=1):
    concat:
        | a: conv1-{n1}
        | conv1-{r3*2 + 1}/{stride+(1-1)} conv3-{-n1/2 - -1}
            relu
i3:   inception(64,  128)
pool: maxpool3/2(pad=(1, 0, 1, 0), ceil)
i3b:  inception(192,   8)
[conv3-8, relu; bn] x{n+1}
head aux from i3 (weight=0.3):
    avgpool(global)
""",
    ),
    "comments": (
        """


# at the start


relu # 1
# 2
   # 3
relu6   #4
conv3-8(bias=no)#5

relu# 6
block b(n):
  residual:
     conv3-{n}
     # with the convolution
  # with the block
# with what follows

  relu
  # at the end of the block
  # and at its margin
 # before the end
""",
        """
# at the start

relu                # 1
# 2
# 3
relu6               #4
conv3-8(bias=no)    #5

relu    # 6
block b(n):
    residual:
        conv3-{n}
        # with the convolution
    # with the block
    # with what follows

    relu
    # at the end of the block
    # and at its margin
# before the end
""",
    ),
    "lines that go on": (
        """
conv1: conv3-64(bias=no,  # none
    # of the paper

  pad=(1,1,
1, 1)
   ) |relu=>8x8 # all
conv10: conv3-64   => 8x8
""",
        """
conv1:  conv3-64(bias=no,    # none
    # of the paper
    pad=(1, 1,
        1, 1)
) | relu => 8x8    # all
conv10: conv3-64  => 8x8
""",
    ),
    "characters of papers": (
        "\ufeffnet t “3×3 – as\u00a0it stands”  # 3×3 –\u00a0here too\r\n\u00a0\r\nconv3–64 × 2\r\n",
        'net t "3×3 – as\u00a0it stands"    # 3×3 –\u00a0here too\n\nconv3-64 x2\n',
    ),
    "a network's column is no label": (
        'use vgg from "vgg.arch"\nvgg:A(to=pool1)\nown:A\nlong: vgg:A\n',
        'use vgg from "vgg.arch"\nvgg:A(to=pool1)\nown:  A\nlong: vgg:A\n',
    ),
    "what would be none is no label": (
        "conv1:18\nnet1:from\nconv2:x2\nend:except\n",
        "conv1:18\nnet1:from\nconv2: x2\nend:except\n",
    ),
    "nothing": ("  \n\n", ""),
    "a comment alone": ("\n   # only this", "# only this\n"),
}


@pytest.mark.parametrize("case", LAYOUTS)
def test_the_layout_is(case: str) -> None:
    written, laid = (text.removeprefix("\n") if case != "nothing" else text for text in LAYOUTS[case])
    assert format_spec(written) == laid
    assert format_spec(laid) == laid


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_shipped_spec_is_laid_out_and_found_again(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert format_spec(text) == text
    for seed in range(20):
        again = format_spec(mangled(text, seed))
        assert "".join(line for line in again.splitlines(True) if not line.lstrip().startswith(INSERTED)) == text


@pytest.mark.parametrize(("page", "text"), EXAMPLES)
def test_the_manuals_examples_are_laid_out(page: str, text: str) -> None:
    assert format_spec(text) == text


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_cases_of_errors_stay_what_they_are(path: Path) -> None:
    """Whatever is wrong with a spec: one that can be read is laid out, and others are refused as `check` does."""
    source = Source(str(path), path.read_bytes().decode("utf-8", "replace"))
    said = check_source(source, Choices()).diagnostics
    mine = {(d.code, d.place) for d in said if d.source and d.source.path == source.path}
    found = refused(source)
    assert {(d.code, d.place) for d in found} <= mine
    assert found or not {"E101", "E102", "E103"} & {code for code, _ in mine}
    if not found:
        assert faults(source.text, layout(source, Limits())) == []


def refused(source: Source) -> tuple[Diagnostic, ...]:
    """Why a text cannot be laid out; nothing where it can."""
    try:
        layout(source, Limits())
    except Problem as problem:
        return problem.diagnostics
    return ()


def laid_out_well(seeds: range) -> None:
    for seed in seeds:
        text = program(seed)
        graphs, _ = meaning(text)
        assert graphs
        assert None not in graphs, f"program({seed}) is none"
        assert (seed, faults(text, format_spec(text))) == (seed, [])


def test_random_programs() -> None:
    laid_out_well(range(200))


def edits_laid_out_well(seeds: range) -> int:
    """Lay out specs after slips of the keyboard. Gives how many could be read."""
    texts = [path.read_text(encoding="utf-8") for path in (*SPECS, ROOT / "tests" / "cases" / "everything.arch")]
    readable = 0
    for seed in seeds:
        text = edited(texts[seed % len(texts)], seed)
        if not refused(Source("edited.arch", text)) and not re.search(r'\{[^{}\n]*[#|"]', text):
            readable += 1
            assert (seed, faults(text, format_spec(text))) == (seed, [])
    return readable


def test_specs_after_slips_of_the_keyboard() -> None:
    assert edits_laid_out_well(range(192)) > 32


@pytest.mark.slow
def test_specs_after_many_slips() -> None:
    assert edits_laid_out_well(range(3_200)) > 640


@pytest.mark.slow
def test_many_random_programs() -> None:
    laid_out_well(range(10_000))


def test_random_programs_have_all_there_is() -> None:
    texts = [program(seed) for seed in range(200)]
    words = {word for text in texts for word in re.findall(r"[a-z]+|[=-]>", Source("t.arch", text).plain)}
    keywords = "net columns input let expect but default except block use head from residual add mul concat => ->"
    assert set(keywords.split()) <= words
    assert sum(len(comments(text)) for text in texts) > 1000
    assert any("\r" in text for text in texts)


PLANTED = {
    "another meaning": lambda text: text.replace("conv3-8", "conv3-16", 1),
    "more than blanks changed": lambda text: text.replace(", except last", " except last"),
    "a comment lost or moved": lambda text: text.replace("conv3-8    # one\n", "conv3-8\n# one\n"),
    "not the same again": lambda text: text.replace("b: conv3-4", "b:  conv3-4"),
    "blank lines": lambda text: text.replace("\n\n", "\n\n\n"),
    "a trailing blank": lambda text: text.replace("\n\n", " \n\n"),
    "a margin that is no multiple of 4": lambda text: text.replace("    relu", "  relu"),
    "a tab": lambda text: text.replace("default FC", "default\tFC"),
    "bars that are not below each other": lambda text: text.replace("conv3-4 |", "conv3-4  |"),
}
SOUND = """net sound
columns a | b
input 8x8 RGB
default FC -> relu, except last

residual:
    relu
conv3-8    # one
b: conv3-4 | conv3-8
FC-10
"""


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault: str) -> None:
    sound = format_spec(SOUND)
    assert faults(sound, sound) == []
    broken = PLANTED[fault](sound)
    assert broken != sound
    assert fault in faults(sound, broken)


def test_what_cannot_be_read_is_said_with_its_place() -> None:
    with pytest.raises(Problem) as caught:
        archspec.format_spec("net a\nconv3-4 ->\nrelu =\n", "a.arch")
    assert [(d.code, d.place and d.place.line) for d in caught.value.diagnostics] == [("E101", 2), ("E101", 3)]


def test_arithmetic_that_is_none_is_kept() -> None:
    assert format_spec("conv3-{2*}\nconv3-{n # 1}\n") == "conv3-{2*}\nconv3-{n # 1}\n"


@pytest.mark.parametrize("line", ["relu | a\n", "a=>3\n", "l:a\n", "a#\n"])
def test_a_layout_is_no_larger_than_a_spec_may_be(line: str) -> None:
    """One long cell among many short lines, which would all be moved below it."""
    text = f"long{'g' * 300}: a | relu => 3 # wide\n" + line * 10_000
    with pytest.raises(Problem) as caught:
        layout(Source("long.arch", text), Limits(bytes=1 << 17))
    assert [d.code for d in caught.value.diagnostics] == ["E501"]
