"""The language: what each form means, by shapes, names and counts worked out by hand or taken from papers."""

from typing import Any

import pytest
from texts import checked, codes, network

from archspec.checks.checkup import check_source
from archspec.graph import Graph
from archspec.language.automaton import grammar_text
from archspec.language.generated import parser
from archspec.language.settled import Choices
from archspec.language.tables import make, restore
from archspec.source import Source

VGG_C = """
net vgg_c "Configuration C"
input 224x224 RGB
default conv -> relu
default FC -> relu dropout(0.5), except last
conv3-64 x2
maxpool
conv3-128 x2
maxpool
conv3-256 x2 conv1-256
maxpool
conv3-512 x2 conv1-512
maxpool
conv3-512 x2 conv1-512
maxpool
FC-4096 x2
FC-1000
soft-max
"""


def graph(body: str, column: str | None = None, **choices: Any) -> Graph:
    """The graph of some lines on a 32x32 RGB input."""
    head = "net test\n" + ("" if "input" in body else "input 32x32 RGB\n")
    return network(head + body, column, **choices)


def paths(body: str, column: str | None = None) -> list[str]:
    return [node.path for node in graph(body, column).nodes]


def unplaced(graph: Graph) -> Any:
    data = graph.model_dump(exclude={"sha256"})
    for node in data["nodes"]:
        del node["origin"]
    return data


PASTED = [
    VGG_C.replace("x", "×").replace("ma×pool", "maxpool").replace("soft-ma×", "soft-max").replace("e×cept", "except"),
    VGG_C.replace(" x", " × "),
    VGG_C.replace(" ", "\u00a0").replace("Configuration\u00a0C", "Configuration C"),
    VGG_C.replace('"', "”"),
    VGG_C.replace("3-", "3–").replace("1-", "1−"),
    VGG_C.replace("\n", "\r\n"),
    VGG_C.replace("\n", "\r"),
    "\ufeff" + VGG_C,
    VGG_C.rstrip("\n"),
    VGG_C.replace("FC", "fc").replace("soft-max", "SoftMax").replace("conv3", "Conv3"),
    VGG_C.replace("conv3-256 x2 conv1-256", "conv3-256 x2, conv1-256"),
    VGG_C.replace("conv3-256 x2 conv1-256", "conv3-256; conv3-256; conv1-256;"),
    VGG_C.replace("conv3-64 x2", "conv3-64\n\n   # a remark\nconv3-64  # another"),
]


@pytest.mark.parametrize("text", PASTED)
def test_text_as_papers_print_it_reads_the_same(text: str) -> None:
    here, there = checked(text).graph, checked(VGG_C).graph
    assert here
    assert there
    assert unplaced(here) == unplaced(there)


def test_quoted_text_keeps_its_characters() -> None:
    network = checked("net a “3×3 – all the way”\ninput 8x8 RGB\nconv3-4\n")
    assert network.graph
    assert network.graph.title == "3×3 – all the way"


@pytest.mark.parametrize(
    ("line", "shape"),
    [
        ("conv3-64", (64, 32, 32)),
        ("conv3-64/2", (64, 16, 16)),
        ("conv7-64/2", (64, 16, 16)),
        ("conv1x7-8(pad=0)", (8, 32, 26)),
        ("conv3-8/2x1", (8, 16, 32)),
        ("conv5-8(pad=valid)", (8, 28, 28)),
        ("conv2-8", (8, 32, 32)),
        ("conv3-8(dilation=2, pad=0)", (8, 28, 28)),
        ("conv3-8(pad=(0, 1, 2, 3))", (8, 31, 35)),
        ("maxpool", (3, 16, 16)),
        ("maxpool3/2", (3, 15, 15)),
        ("maxpool3/2(ceil)", (3, 16, 16)),
        ("maxpool3/2(ceil=yes, pad=1)", (3, 17, 17)),
        ("maxpool3/1(pad=same)", (3, 32, 32)),
        ("avgpool(global)", (3, 1, 1)),
        ("upconv2-8/2", (8, 64, 64)),
        ("deconv4-21/2", (21, 66, 66)),
        ("tconv4-21/2(pad=same)", (21, 64, 64)),
        ("upconv3-8/2(pad=1, output_pad=1)", (8, 64, 64)),
        ("dwconv3/2", (3, 16, 16)),
        ("FC-10", (10,)),
        ("flatten", (3072,)),
        ("crop(5)", (3, 22, 22)),
        ("crop(1x2)", (3, 30, 28)),
        ("pad(2)", (3, 36, 36)),
        ("upsample2", (3, 64, 64)),
        ("slice(0, 2)", (2, 32, 32)),
        ("[conv3-8 maxpool] x3", (8, 4, 4)),
        ("[[conv3-8] x2 maxpool] x2", (8, 8, 8)),
        ("conv3-8 x0 maxpool", (3, 16, 16)),
        ("conv3-{2*(3+1)}/{4/2}", (8, 16, 16)),
    ],
)
def test_shapes(line: str, shape: tuple[int, ...]) -> None:
    found = graph(line + "\n")
    assert found.nodes[-1].shape == shape


@pytest.mark.parametrize("extent", ["224x224 RGB", "224×224 rgb", "224x224x3", "{200+24}x224 RGB"])
def test_inputs(extent: str) -> None:
    assert graph(f"input {extent}\nconv3-8\n").input.shape == (3, 224, 224)


def test_vector_input() -> None:
    assert graph("input 784\nFC-10\n").nodes[0].shape == (10,)


def test_names_follow_labels_blocks_and_kinds() -> None:
    block = "block b(c):\n    conv3-{c} bn relu\n"
    assert paths(block + "conv3-4 x2\nstem: conv3-8 bn\nstage: b-4 x2 b-8\nb-4 b-8\nlast: b-4\n") == [
        "conv1", "conv2", "stem.conv1", "stem.bn1", "stage.0.conv1", "stage.0.bn1", "stage.0.relu1",
        "stage.1.conv1", "stage.1.bn1", "stage.1.relu1", "stage.2.conv1", "stage.2.bn1", "stage.2.relu1",
        "b1.conv1", "b1.bn1", "b1.relu1", "b2.conv1", "b2.bn1", "b2.relu1", "last.conv1", "last.bn1", "last.relu1",
    ]  # fmt: skip


def test_a_label_on_one_layer_is_its_name_and_numbers_pass_it_over() -> None:
    assert paths("default conv -> relu\nconv1: conv3-4\nconv3-4\nfc: FC-10\n") == [
        "conv1", "relu1", "conv2", "relu2", "fc",
    ]  # fmt: skip


def test_labels_below_a_label_are_passed_over_too() -> None:
    body = "x: add:\n    | conv1: conv3-4\n    | conv3-4\n    | y: conv3-4\n        relu1: relu\n        conv3-4 relu\n"
    assert paths(body) == ["x.conv1", "x.conv2", "x.y.conv1", "x.y.relu1", "x.y.conv2", "x.y.relu2", "x.add1"]


def test_a_kind_that_ends_in_a_digit_is_set_apart_from_its_number() -> None:
    assert paths("relu6 conv3-4 relu6\n") == ["relu6_1", "conv1", "relu6_2"]


def test_dotted_labels_give_the_names_of_other_peoples_checkpoints() -> None:
    assert paths("features.0: conv3-4\nfeatures.1: relu\nclassifier: FC-10\n") == [
        "features.0", "features.1", "classifier",
    ]  # fmt: skip


def test_a_default_spares_the_last_and_the_linear() -> None:
    kinds = [node.op.kind for node in graph("default FC -> relu, except last\nFC-8 x2 FC-8(linear) FC-8\n").nodes]
    assert kinds == ["fc", "relu", "fc", "relu", "fc", "fc"]


def test_the_last_is_counted_through_blocks_and_repeats() -> None:
    body = "default FC -> relu, except last\nblock two(n):\n    FC-{n} x2\ntwo-8 x2\n[FC-4] x2\n"
    kinds = [node.op.kind for node in graph(body).nodes]
    assert kinds == ["fc", "relu"] * 5 + ["fc"]


def test_what_a_layer_writes_wins_over_its_default() -> None:
    first, second = graph("default conv bias=no pad=0\nconv3-8(bias=yes) conv3-8\n").nodes
    assert str(first.op) == "conv3-8(pad=0)"
    assert str(second.op) == "conv3-8(bias=no, pad=0)"


def test_followers_have_their_own_defaults_but_call_for_no_more() -> None:
    body = "default conv -> bn\ndefault bn eps=0.001 -> relu\nconv3-8 bn\n"
    assert [str(node.op) for node in graph(body).nodes] == [
        "conv3-8",
        "bn(eps=0.001)",
        "bn(eps=0.001)",
        "relu",
    ]


def test_one_column_alone_is_not_blamed_for_the_labels_of_others() -> None:
    text = "net t\ncolumns a | b\ninput 8x8 RGB\nc: conv3-4\nd: - | conv3-8\n"
    assert check_source(Source("test.arch", text), Choices(), "a").diagnostics == ()


def test_columns_choose_cells_of_every_kind_of_line() -> None:
    text = (
        "net t\ncolumns a | b\ninput 8x8 RGB | 16x16 gray\nlet n 1 | 2\ndefault conv bias=no | -> relu\n"
        "conv3-4 x{n} | [conv3-8] x{n} => 8x8 | 16x16\nmaxpool | -\nexpect depth 1 | {n}\n"
    )
    one, two = checked(text, "a"), checked(text, "b")
    assert one.graph
    assert two.graph
    assert [str(node.op) for node in one.graph.nodes] == ["conv3-4(bias=no)", "maxpool"]
    assert [str(node.op) for node in two.graph.nodes] == ["conv3-8", "relu", "conv3-8", "relu"]
    assert one.graph.nodes[0].origin.cell == "a"
    assert one.graph.full_name == "t:a"


def test_what_a_cell_expands_to_belongs_to_the_cell() -> None:
    text = "columns a | c\nblock b(n):\n    conv3-{n}\n    relu\nb-4 conv3-4 | conv3-4\nFC-10\n"
    assert [node.origin.cell for node in graph(text, "a").nodes] == ["a", "a", "a", None]


def test_let_can_be_set_from_outside_and_plain_claims_are_then_left_out() -> None:
    text = "net t\ninput 8x8 RGB\nlet n 2\nconv3-4 x{n} => 8x8\nexpect depth {n}\nexpect params 260\n"
    network = checked(text, lets={"n": 5})
    assert network.counts
    assert network.counts.depth == 5
    assert [(d.code, d.message[:8]) for d in network.diagnostics] == [("N801", "2 claims")]
    assert checked(text).diagnostics == ()


def test_input_can_be_set_from_outside() -> None:
    network = checked(VGG_C, input="256x320")
    assert network.graph
    assert network.graph.shapes["maxpool5"] == (512, 8, 10)


def test_residual_shortcuts_are_those_of_the_paper() -> None:
    """He et al. 2016, section 3.3: A pads, B projects where shapes differ, C projects everywhere."""
    body = (
        "input 32x32x16\ndefault conv bias=no\nblock basic(c, stride=1):\n    residual(shortcut=X):\n"
        "        conv3-{c}/{stride} bn relu\n        conv3-{c} bn\n    relu\nbasic-16 basic-32/2\n"
    )
    ops = {option: [node.op.kind for node in graph(body.replace("X", option)).nodes] for option in "ABC"}
    plain = ["conv", "bn", "relu", "conv", "bn", "add", "relu"]
    assert ops["A"] == [*plain, *plain[:5], "maxpool", "pad", *plain[5:]]
    assert ops["B"] == [*plain, *plain[:5], "conv", "bn", *plain[5:]]
    assert ops["C"] == [*plain[:5], "conv", "bn", *plain[5:], *plain[:5], "conv", "bn", *plain[5:]]


def test_branches_start_from_the_value_before_the_join_or_from_a_label() -> None:
    found = graph("a: conv3-8\nb: conv3-8\nadd:\n    | identity\n    | from a conv3-8\n    | conv1-8\n        relu\n")
    takes = {node.path: node.inputs for node in found.nodes}
    assert takes["identity1"] == ("b",)
    assert takes["conv1"] == ("a",)
    assert takes["conv2"] == ("b",)
    assert takes["add1"] == ("identity1", "conv1", "relu1")


def test_crop_center_takes_the_odd_row_off_the_far_end() -> None:
    found = graph("a: conv3-8\nconv4-8(pad=0)\nconcat(a, crop=center)\n")
    crop = next(node for node in found.nodes if node.op.kind == "crop")
    assert crop.op.sides == (1, 2, 1, 2)  # type: ignore[attr-defined]
    assert found.nodes[-1].shape == (16, 29, 29)


def test_labels_of_a_block_are_its_own() -> None:
    assert codes("net t\ninput 8x8 RGB\na: conv3-3\nblock b(c):\n    conv3-{c} add(a)\nb-3\n") == ["E306"]


def test_origins_tell_the_line_the_cell_and_the_expansion() -> None:
    text = "block b(c):\n    conv3-{c}\nblock two(c):\n    b-{c} b-{2*c}\nx: two-4\n"
    node = graph(text).nodes[1]
    assert node.path == "x.b2.conv1"
    assert (node.origin.line, node.origin.column, node.origin.end_column) == (4, 5, 14)
    assert [str(site) for site in node.origin.expansion] == ["block two(c=4)", "block b(c=8)"]
    assert [site.line for site in node.origin.expansion] == [7, 6]


@pytest.mark.parametrize(
    ("body", "params", "depth"),
    [
        ("conv3-8 FC-10", 8 * 27 + 8 + 10 * 8 * 32 * 32 + 10, 2),
        ("conv3-8(groups=1, bias=no) bn", 8 * 27 + 16, 1),
        ("dwconv3 prelu", 27 + 3 + 3, 1),
        ("conv3-4(frozen) conv1-2", 4 * 2 + 2, 1),
        ("upconv2-5/2", 3 * 5 * 4 + 5, 1),
    ],
)
def test_counts_by_hand(body: str, params: int, depth: int) -> None:
    checked(f"net t\ninput 32x32 RGB\n{body}\nexpect params {params}\nexpect depth {depth}\n")


@pytest.mark.parametrize(
    ("stated", "holds"),
    [
        ("74,472", True), ("74472", True), ("74471", False), ("74K", True), ("75K", False), ("74.5K", True),
        ("74.47K", True), ("74.48K", False), ("0.07M", True), ("0.1M", True), ("7e4", True), ("8e4", False),
        ("74 thousand", True), ("0.074 million", True), ("0.0000745G", True), ("0.0000745B", True),
    ],
)  # fmt: skip
def test_claims_hold_to_the_digits_written(stated: str, holds: bool) -> None:
    text = f"net t\ninput 224x224 RGB\nconv7-64/2\navgpool(global)\nFC-1000\nexpect params {stated}\n"
    assert codes(text) == ([] if holds else ["E401"])


def test_tables_are_those_of_the_grammar() -> None:
    """Worked-out tables are used, and parse as the grammar itself does."""
    for start in ("file", "hole"):
        assert restore(grammar_text(), start) is not None, "run `python -m archspec.language.tables`"
    assert restore(grammar_text() + "\n", "hole") is None
    fresh = make(grammar_text(), "hole")
    assert fresh.parse("4*(n-1)+2").pretty() == parser("hole").parse("4*(n-1)+2").pretty()


def test_names_between_braces_may_have_an_x() -> None:
    body = "let max 3\nlet index 2\nblock mix(expansion, x=1):\n    conv{max}x{x}-{expansion*index}/{x}x{index}\n"
    found = graph(body + "mix({max+1})\nmix-4(x={index-1}) => {8*max+8}x{max+5}x{index*4}\n")
    assert [str(node.op) for node in found.nodes] == ["conv3x1-8/1x2"] * 2
    assert found.nodes[-1].shape == (8, 32, 8)
