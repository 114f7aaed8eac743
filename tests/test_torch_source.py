"""The Python file: it computes what the module computes, needs only torch, and reads as if a person wrote it."""

import ast
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from everything import everything, op
from onnx_cases import CASES
from onnx_running import Noise
from test_onnx import single
from torch import nn
from torch_graphs import drawn
from torch_nets import Scope, basic, bottleneck, googlenet, resnet, unet, vgg_e
from written import load, same

from archspec.backends.torch import FORMATS, build
from archspec.backends.torch.source import write
from archspec.backends.torch.source.functions import FUNCTIONS
from archspec.diagnostics import Problem
from archspec.graph import Graph, Label
from archspec.graph.builder import Builder

NETS: dict[str, Callable[[], Graph]] = {
    "vgg_e": lambda: vgg_e(32, 64),
    "resnet": lambda: resnet(bottleneck, (2, 3, 6, 1), (4, 8, 16, 32), side=32),
    "basic": lambda: resnet(basic, (3, 2, 2), (8, 16, 32), side=32),
    "cifar": lambda: resnet(basic, (3, 3, 3), (8, 16, 32), side=32, option="A"),
    "googlenet": googlenet,
    "unet": lambda: unet(188, 2),
    "everything": everything,
}


def ruff(*arguments: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments, "--isolated", str(folder)], capture_output=True, text=True
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def tidy(folder: Path) -> None:
    """All files of a folder are as `ruff format` leaves them, narrow or wide, and `ruff check` finds nothing."""
    for width in ("88", "110"):
        assert not ruff("format", "--diff", "--line-length", width, folder=folder)
    rules = "F,E,W,I,UP,B,SIM,C4,RUF,PT,PTH,TID"
    assert not ruff("check", "--select", rules, "--ignore", "E501,RUF002", folder=folder)


def imported(text: str) -> set[str]:
    """The packages that a file imports."""
    nodes = list(ast.walk(ast.parse(text)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    origins = {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in plain | origins}


@pytest.mark.parametrize("name", NETS)
def test_a_network_is_what_its_module_is(tmp_path: Path, name: str) -> None:
    graph = NETS[name]()
    same(graph, tmp_path / f"{name}.py")
    assert imported(write(graph)) == {"torch"}
    assert write(graph) == write(NETS[name]())
    tidy(tmp_path)


def test_every_op_and_option_is_what_its_module_is(tmp_path: Path) -> None:
    for number, param in enumerate(CASES):
        layer, _, shapes = param.values
        same(single(layer, shapes), tmp_path / f"case{number}.py")
    tidy(tmp_path)


def test_networks_drawn_at_random_are_what_their_modules_are(tmp_path: Path) -> None:
    for seed in range(80):
        same(drawn(random.Random(seed)), tmp_path / f"net{seed}.py")
    tidy(tmp_path)


def test_vgg_e_is_short() -> None:
    text = write(vgg_e())
    assert len(text.splitlines()) < 60
    assert "class VggE(nn.Module):" in text
    assert text.startswith('"""Very deep ConvNet, configuration E (Simonyan & Zisserman 2015, Table 1).\n')
    assert "143,667,240 parameters" in text


def test_repeated_blocks_are_one_class_for_each_wiring() -> None:
    tree = ast.parse(write(resnet()))
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    assert list(classes) == ["Bottleneck", "BottleneckProjection", "Resnet50"]
    assert parameters(classes["Bottleneck"]) == ["self", "channels"]
    assert parameters(classes["BottleneckProjection"]) == ["self", "inputs", "channels", "stride"]
    assert "self.conv3 = nn.Conv2d(channels, 4 * channels, 1, bias=False)" in ast.unparse(classes["Bottleneck"])
    assert "self.conv2_x = nn.Sequential(BottleneckProjection(64, 64), Bottleneck(64), Bottleneck(64))" in ast.unparse(
        tree
    )
    assert "*(Bottleneck(256) for _ in range(5))" in ast.unparse(tree)


def parameters(node: ast.ClassDef) -> list[str]:
    """What a class's constructor takes."""
    (found,) = (part for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "__init__")
    return [argument.arg for argument in found.args.args]


def rows(counts: Sequence[int], **options: Any) -> Graph:
    """Labelled rows of convolutions with ReLUs, as VGG's table has them."""
    builder, x = Builder((3, 32, 32)), "input"
    for row, count in enumerate(counts, start=1):
        for index in range(1, count + 1):
            x = builder.add(f"conv{row}.conv{index}", op("conv", kernel=3, channels=4 * row, **options), [x])
            x = builder.add(f"conv{row}.relu{index}", op("relu"), [x])
        x = builder.add(f"maxpool{row}", op("maxpool"), [x])
    return builder.graph("rows", [x])


def test_rows_that_repeat_a_layer_are_one_class(tmp_path: Path) -> None:
    text = write(rows((2, 2, 4, 4, 4)))
    assert text.count("(nn.Module)") == 2
    assert "self.conv1 = ConvStage(3, 4, 2)\n" in text
    assert "self.conv5 = ConvStage(16, 20, 4)\n" in text
    cases = [(2, 2, 4), (1, 1, 2), (3, 3), (1, 2, 3, 4, 5), (7,), (1, 1)]
    for number, counts in enumerate(cases):
        same(rows(counts), tmp_path / f"rows{number}.py")
        same(rows(counts, frozen=True), tmp_path / f"frozen{number}.py")
        same(rows(counts, stride=2, pad=9), tmp_path / f"strided{number}.py")
    tidy(tmp_path)


def test_numbers_that_forward_needs_are_kept() -> None:
    text = write(NETS["cifar"]())
    assert text.count("class BasicPadded") == 1
    assert "F.pad(x, (0, 0, 0, 0, 0, self.inputs))" in text


def test_block_arguments_name_what_they_set() -> None:
    (found,) = (node for node in ast.parse(write(googlenet())).body if getattr(node, "name", "") == "Inception")
    assert isinstance(found, ast.ClassDef)
    assert parameters(found) == ["self", "inputs", "n1", "r3", "n3", "r5", "n5", "proj"]
    assert "return torch.cat((a, b, c, d), dim=1)" in ast.unparse(found)


def test_long_skips_keep_their_labels() -> None:
    text = write(unet())
    assert "e1 = self.e1(x)\n        x = F.max_pool2d(e1, 2, 2)" in text
    assert "e1[:, :, 88:-88, 88:-88]" in text  # Figure 1: 568 is cropped to 392


def test_a_block_with_two_outputs_is_written_inline(tmp_path: Path) -> None:
    builder = Builder((4, 8, 8))
    taken = []
    for index in range(2):
        add = Scope(builder, f"b.{index}", "fork", {})
        x = add("conv", taken[-1] if taken else "input", kernel=3, channels=4)
        taken += [x, add("relu", x)]
    x = builder.add("concat1", op("concat"), taken)
    graph = builder.graph("net", [x])
    assert 'getattr(self.b, "1").conv1' in write(graph)
    same(graph, tmp_path / "net.py")


def test_names_that_python_keeps_for_itself(tmp_path: Path) -> None:
    builder, x = Builder((4, 8, 8)), "input"
    for path in ("lambda", "is.class", "is.7", "self", "F", "torch", "nn.conv", "x", "setattr", "Tensor"):
        x = builder.add(path, op("conv", kernel=1, channels=4), [x])
        x = builder.add(f"after.{path.replace('.', '_')}", op("add"), [x, x])
    labels = [Label(name="class", value="lambda"), Label(name="F", value="self")]
    same(builder.graph("lambda", [x, "lambda", "self"], labels=labels), tmp_path / "net.py")
    tidy(tmp_path)


@pytest.mark.parametrize(
    "title", ['"""', "\\", 'ends in "', "\\N{x} \\", "a\nimport os", "\u2028import os", " ", "'" * 3]
)
def test_a_title_cannot_leave_the_docstring(tmp_path: Path, title: str) -> None:
    builder = Builder((1, 4, 4))
    graph = builder.graph("net", [builder.add("relu1", op("relu"), ["input"])], title=title)
    text = write(graph)
    assert imported(text) == {"torch"}
    assert [type(node).__name__ for node in ast.parse(text).body] == ["Expr", "Import", "ImportFrom", "ClassDef"]
    shown = " ".join(title.replace("\u2028", " ").split())
    assert shown in (ast.get_docstring(ast.parse(text)) or "")
    same(graph, tmp_path / "net.py")


def test_thousands_of_layers_and_a_hundred_scopes(tmp_path: Path) -> None:
    builder, x = Builder((1, 2, 2)), "input"
    for index in range(3000):
        y = builder.add(f"conv{index}", op("dwconv", kernel=1, bias=index % 3 > 0), [x])
        x = builder.add(f"add{index}", op("add"), [x, y])
    deep = ".".join(["d"] * 100)
    x = builder.add(f"{deep}.bn1", op("bn"), [x])
    build(builder.graph("net", [x]), tmp_path / "net.py", "torch", Noise(), {})
    assert len(dict(load(tmp_path / "net.py")().named_modules())) == 1 + 3000 + 101


def test_a_network_without_layers_is_its_input(tmp_path: Path) -> None:
    same(Builder((1, 2, 2)).graph("net", ["input"]), tmp_path / "net.py")
    tidy(tmp_path)


def test_functions_take_what_their_layers_take() -> None:
    """Every torch function in the table gives what the layer of torch.nn gives, with the same arguments."""
    written = {name for name, function in FUNCTIONS.items() if function.startswith(("F.", "torch."))}
    assert written - {"ChannelPad"} == {name for name in FUNCTIONS if hasattr(nn, name)}


def test_names_that_no_attribute_can_have_are_refused(tmp_path: Path) -> None:
    builder = Builder((1, 4, 4))
    graph = builder.graph("net", [builder.add("half.conv1", op("conv", kernel=1, channels=1), ["input"])])
    with pytest.raises(Problem, match="E607: `half` is a name that every PyTorch module uses itself"):
        build(graph, tmp_path / "net.py", "torch", Noise(), {})
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="E605"):
        build(googlenet(), tmp_path / "none" / "net.py", "torch", Noise(), {})


def test_writing_needs_no_torch() -> None:
    assert FORMATS == {"torch": ".py"}
    code = "import sys, torch_nets as t; from archspec.backends.torch.source import write; write(t.resnet())"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print('torch' in sys.modules)"],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout == "False\n", done.stderr
