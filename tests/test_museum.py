"""The museum of silent failures: what formats like this one have let pass, each shown to be loud here.

Each row is something that was seen to go through unnoticed elsewhere: in Darknet's cfg files, Caffe and Netscope, ONNX
and its builders, Keras-like text formats, Ultralytics' YAML, timm's block strings, VGSL, Kaldi's xconfig. Where such a
failure cannot even be written here, the test shows the nearest thing that can.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import network

from archspec import ops
from archspec.checks.checkup import check_source
from archspec.diagnostics import Diagnostic, Problem
from archspec.graph import Graph
from archspec.graph.builder import Builder
from archspec.graph.counts import count
from archspec.graph.document import read_document, write_document
from archspec.language.settled import Choices
from archspec.network import Network
from archspec.op import Op, Shape
from archspec.source import Source

HEAD = "net n\ninput 32x32 RGB\n"


def said(text: str) -> list[Diagnostic]:
    return list(check_source(Source("t.arch", text), Choices()).diagnostics)


def places(text: str) -> list[tuple[str, int, int]]:
    """What is said: code, line and column."""
    return [(d.code, d.place.line, d.place.column) for d in said(text) if d.place]


def test_1_weights_of_another_channel_count() -> None:
    """ONNX's checker takes a convolution of 4 input channels on a map of 3. Here nobody states input channels."""
    graph = network(HEAD + "conv3-8\nconv3-8\n")
    assert [weight.shape for name, _, weight in graph.tensors() if "weight" in name] == [(8, 3, 3, 3), (8, 8, 3, 3)]
    data = json.loads(write_document(graph))
    data["input"]["shape"] = [4, 32, 32]
    read_document(json.dumps(data), "t.json")  # all follows from the input, and fits it
    data["nodes"][0]["shape"] = [7, 32, 32]
    with pytest.raises(Problem) as caught:
        read_document(json.dumps(data), "t.json")
    assert [d.code for d in caught.value.diagnostics] == ["E606"]


def test_2_addition_of_different_shapes() -> None:
    """Darknet's shortcut adds 256 channels to 64 by ignoring the rest."""
    (error,) = said("net n\ninput 56x56x64\na: conv1-64\nb: conv1-256\nadd(a)\n")
    assert (error.code, error.found) == ("E203", "56x56x256 and 56x56x64")
    assert error.notes == ("56x56x256 is b (line 4), 56x56x64 is a (line 3)",)
    assert "`conv1-256`" in error.help


@pytest.mark.parametrize(
    ("layer", "meant"),
    [
        ("conv3-8(kernal_size=5)", "kernel"),
        ("conv3-8(strid=2)", "stride"),
        ("maxpool2/2(ciel)", None),
        ("bn(momentun=0.01)", "momentum"),
        ("upsample2(mod=nearest)", "mode"),
    ],
)
def test_3_misspelt_option(layer: str, meant: str | None) -> None:
    """A misspelt option is ignored, and the default is built."""
    (error,) = said(HEAD + layer + "\n")
    assert error.code == ("E302" if meant else "E305")
    assert error.help == (f"did you mean `{meant}`?" if meant else "it is written `maxpool<kernel>/<stride>`")


@pytest.mark.parametrize(("layer", "meant"), [("conv2dd3-8", "conv"), ("Convv3-8", "conv"), ("batchnrom", "batchnorm")])
def test_4_misspelt_op(layer: str, meant: str) -> None:
    """ONNX builders write a node `Convv` without a word."""
    (error,) = said(HEAD + layer + "\n")
    assert error.code in ("E301", "E305")
    assert meant in error.help or meant in error.message


LAYERS = {
    "conv3-3": ["conv"],
    "relu": ["relu"],
    "bn x2": ["bn", "bn"],
    "maxpool2/1(pad=same)": ["maxpool"],
    "[conv1-3 relu] x2": ["conv", "relu"] * 2,
    "dropout(0.3)": ["dropout"],
}
"""Layers as they are written, and what they are to become."""
FORMS = {
    "{}": [],
    "concat:\n    | identity\n    | {}": ["concat", "identity"],
    "residual(shortcut=C):\n    {}": ["add"],
}
CHAINS = st.tuples(st.sampled_from(list(FORMS)), st.lists(st.sampled_from(list(LAYERS)), min_size=1, max_size=6))


@given(st.lists(CHAINS, min_size=1, max_size=4))
def test_5_part_of_the_source_dropped(chains: list[tuple[str, list[str]]]) -> None:
    """A reader dropped the body of every residual. Here all that is written is in the graph, and nothing else."""
    body = "".join(form.format(" ".join(words)) + "\n" for form, words in chains)
    graph = network("net n\ninput 8x8x3\n" + body)
    written = [kind for form, _ in chains for kind in FORMS[form]]
    written += [kind for _, words in chains for word in words for kind in LAYERS[word]]
    assert sorted(node.op.kind for node in graph.nodes if "shortcut" not in node.path) == sorted(written)
    taken = {path for node in graph.nodes for path in node.inputs} | set(graph.outputs)
    assert {node.path for node in graph.nodes} <= taken


def test_6_dead_configuration() -> None:
    """Five `scales` of an Ultralytics ResNet change nothing."""
    text = "net n\nlet width 64\ninput 32x32 RGB\nblock b(channels, depth=3):\n    conv3-{channels}\nb-64\n"
    assert places(text) == [("W702", 2, 5), ("W702", 4, 19)]


@pytest.mark.parametrize(
    ("layer", "code"),
    [
        ("conv3-abc", "E305"),
        ("conv3-8(groups=abc)", "E303"),
        ("conv3-8(stride=-99)", "E303"),
        ("conv3-8 x{0-99}", "E303"),
        ("from -4", "E101"),
        ("slice(-99, 3)", "E303"),
        ("add(99)", "E306"),
    ],
)
def test_7_numbers_that_are_none(layer: str, code: str) -> None:
    """Darknet reads `filters=abc` as 0 and `layers=-99` as memory before the network."""
    assert [d.code for d in said(HEAD + layer + "\n")] == [code]


@pytest.mark.parametrize("line", ["[yolo]", "yolo", "route(4)", "yolo:\n    | relu\n    | relu", "region 3"])
def test_8_unknown_section(line: str) -> None:
    """Darknet says "Type not recognized" and goes on without the section."""
    assert any(d.severity == "error" and d.place and d.place.line == 3 for d in said(HEAD + line + "\nrelu\n"))


class Unheard(Op):
    """A layer that no back end has heard of."""

    kind: Literal["unheard"] = "unheard"

    def infer(self, *shapes: Shape) -> Shape:
        return shapes[0]

    def __str__(self) -> str:
        return "unheard"


@pytest.mark.parametrize("format", ["onnx", "torch"])
def test_9_exporter_that_skips_layers(format: str, tmp_path: Path) -> None:
    """An ONNX exporter left out the layers that it did not know."""
    builder = Builder((3, 8, 8))
    builder.add("relu1", ops.make("relu"), ["input"])
    builder.add("unheard1", Unheard(), ["relu1"])
    graph = builder.graph("n", ["unheard1"])
    with pytest.raises(Problem) as caught:
        Network(graph, count(graph)).build(tmp_path / "n", to=format)
    assert [d.code for d in caught.value.diagnostics] == ["E607"]
    assert list(tmp_path.iterdir()) == []


def test_9_every_layer_is_in_the_file(tmp_path: Path) -> None:
    from onnx import load

    graph = network(HEAD + "conv3-8 bn relu maxpool FC-10 softmax\n")
    Network(graph, count(graph)).build(tmp_path / "n.onnx", to="onnx")
    assert {node.name for node in load(tmp_path / "n.onnx").graph.node} >= {node.path for node in graph.nodes}


def test_10_offsets_that_shift() -> None:
    """`layers=-4` means another layer once a line is added. Labels stay, and a renamed one is noticed."""
    body = "skip: conv3-8\nrelu\n{more}conv3-8\nadd(skip)\n"
    sources = [network(HEAD + body.format(more=more)).nodes[-1].inputs[1] for more in ("", "bn\n", "bn\nrelu\n")]
    assert sources == ["skip"] * 3
    renamed = HEAD + "skipped: conv3-8\nrelu\nconv3-8\nadd(skip)\n"
    assert places(renamed) == [("E306", 6, 5)]
    assert said(renamed)[0].help == "did you mean `skipped`?"


def test_11_rounding_of_pooled_sizes() -> None:
    """Caffe rounds 112 / 2 up to 57 with a 3x3 window and padding, PyTorch down to 56; converters keep silent."""
    caffe = "net n\ninput 112x112x64\nmaxpool3/2(pad=1, ceil) => 57x57\n"
    torch = "net n\ninput 112x112x64\nmaxpool3/2(pad=1) => 56x56\n"
    assert said(caffe) == said(torch) == []
    assert network(caffe).nodes[0].op != network(torch).nodes[0].op
    assert places(caffe.replace("57", "56")) == [("E402", 3, 28)]
    assert places("net n\ninput 112x112x64\nmaxpool3\n") == [("E304", 3, 1)]


def test_11_rounding_is_written_into_the_file(tmp_path: Path) -> None:
    import numpy
    from onnxruntime import InferenceSession

    for words, side in (("pad=1, ceil", 57), ("pad=1", 56)):
        graph = network(f"net n\ninput 112x112x2\nmaxpool3/2({words})\n")
        path = tmp_path / "pool.onnx"
        Network(graph, count(graph)).build(path, to="onnx")
        (result,) = InferenceSession(path).run(None, {"input": numpy.zeros((1, 2, 112, 112), numpy.float32)})
        assert result.shape == (1, 2, side, side)


def test_12_parameter_comments_that_drift() -> None:
    """`# 225 layers, 3157200 parameters` stays when the layers change. An `expect` line does not let them."""
    text = HEAD + "conv3-8 # 224 parameters\nexpect params 224\n"
    assert said(text) == []
    changed = text.replace("conv3-8", "conv3-9")
    assert places(changed) == [("E401", 4, 15)]
    assert said(changed)[0].found == "stated 224, computed 252"


LOOKALIKES = ["О1c59", "conv3-６4", "сonv3-64", "conv3-٣", "conv３-64", "rеlu", "ѕoftmax", "relu\u200b", "ＦＣ-10"]


@pytest.mark.parametrize("word", LOOKALIKES)
def test_13_characters_that_look_alike(word: str) -> None:
    """VGSL warns in its manual that `O1c59` begins with a letter. Here the character is shown and named."""
    errors = said(HEAD + word + "\n")
    assert {(d.code, d.place.line) for d in errors if d.place} == {("E103", 3)}
    for error in errors:
        assert error.source
        assert error.span
        character = error.source.text[error.span.start]
        assert not character.isascii()
        assert f"U+{ord(character):04X}" in error.message


HOSTILE = [
    "__import__('os')",
    "nn.SiLU()",
    "n.__class__",
    "2**9999",
    "n if n else 3",
    "len(n)",
    "n[0]",
    "lambda: 3",
    "1e9",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_14_values_that_are_run(value: str) -> None:
    """Ultralytics evaluates `activation:` of a YAML file. Braces here hold sums and products, and no more."""
    errors = said(f"net n\nlet n 3\ninput 32x32 RGB\nconv3-{{n}}\nconv3-{{{value}}}\n")
    assert errors
    assert {d.code for d in errors} <= {"E101", "E310", "E503"}


def test_15_block_names_and_parameters() -> None:
    """A macro named like a layer is one or the other, depending on the order of the lines."""
    assert places(HEAD + "block relu(n):\n    conv3-{n}\nrelu\n") == [("E312", 3, 7)]
    assert places(HEAD + "block b(n):\n    relu\nb-3\n") == [("W702", 3, 9)]


def test_16_table_row_with_a_cell_too_few() -> None:
    """A row of a CSV file with a comma too few shifts the columns after it."""
    text = "net n\ncolumns A | B | C\ninput 32x32 RGB\nconv3-8 | conv3-9\n"
    (error,) = said(text)
    assert error.code == "E104"
    assert error.found == "nothing for C"
    assert places(text.replace("conv3-9\n", "conv3-9 |\n")) == [("E105", 4, 19)]
    assert places(text.replace("conv3-8 ", "l: ")) == [("E104", 4, 1)]
    assert places("net n\ncolumns A | B\ninput 32x32 RGB\nl: | conv3-9\n") == [("E105", 4, 4)]


def names(graph: Graph) -> Iterator[str]:
    yield from (node.path for node in graph.nodes)


def test_17_names_that_collide_after_expansion() -> None:
    """Kaldi finds "used more than once" when it runs; others let the last one win."""
    repeated = network(HEAD + "block b():\n    a: conv3-8\ns: b x3\nb x2\n")
    assert len(set(names(repeated))) == len(repeated.nodes) == 5
    (error,) = said(HEAD + "s.conv2: conv3-8\ns: conv3-8 x3\n")
    assert (error.code, error.place and error.place.line) == ("E315", 4)
    assert re.search(r"`s\.conv2` is taken by line 3", error.found)
