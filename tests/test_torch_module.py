"""The live PyTorch module: every op beside torch's functions, names, shapes, and what people do with it."""

import copy
import inspect
import itertools
import pickle
import weakref
from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any

import pytest
import torch
from everything import alone, chain, everything, op
from onnx_cases import CASES
from onnx_running import Noise, sample, tensors
from test_onnx import single
from torch import nn
from torch_nets import basic, googlenet, resnet, unet, vgg_e

from archspec import ops
from archspec.backends.torch.module import module
from archspec.backends.torch.naming import TAKEN
from archspec.backends.torch.rules import ASKING, RULES
from archspec.backends.torch.rules.call import DEFAULTS
from archspec.diagnostics import Problem
from archspec.graph import Graph
from archspec.graph.builder import Builder
from archspec.graph.counts import count
from archspec.op import Mismatch, Op, Shape
from archspec.weights.gaussian import Seeded

SMALL = {
    "resnet": lambda: resnet(basic, (1, 1), (8, 16), side=32),
    "googlenet": googlenet,
    "unet": lambda: unet(188, 2),
}


def keys(net: nn.Module) -> dict[str, tuple[int, ...]]:
    """Names and shapes of its state, without the counters that PyTorch keeps for itself."""
    return {k: tuple(v.shape) for k, v in net.state_dict().items() if not k.endswith("num_batches_tracked")}


def tiny() -> Graph:
    """A network of a few layers, one of them under a label."""
    builder = Builder((3, 8, 8))
    x = builder.add("stem.conv1", op("conv", kernel=3, channels=4), ["input"])
    x = builder.add("stem.bn1", op("bn"), [x])
    y = builder.add("conv2", op("conv", kernel=3, channels=4, pad=(0, 2, 1, 1)), [x])
    x = builder.add("add1", op("add"), [x, y])
    x = builder.add("dropout1", op("dropout"), [x])
    x = builder.add("fc1", op("fc", features=5), [x])
    return builder.graph("tiny", [x], column="A")


def given(graph: Graph, batch: int = 2) -> torch.Tensor:
    return torch.from_numpy(sample(graph.input.shape, batch))


@pytest.mark.parametrize(("op", "run", "shapes"), CASES)
def test_op_is_what_torch_functions_give(op: Op, run: Callable[..., torch.Tensor], shapes: Sequence[Shape]) -> None:
    graph = single(op, shapes)
    net = module(graph, Noise()).eval()
    found = net(given(graph, 3))
    *parts, found = found if isinstance(found, tuple) else (found,)
    weights = {name.removeprefix("it."): value for name, value in tensors(graph, Noise()).items()}
    wanted = run(*(parts or [given(graph, 3)]), *([weights] if weights else []))
    assert found.shape == wanted.shape == (3, *graph.shapes["it"])
    assert (found - wanted).abs().max() <= 1e-5 * wanted.abs().max()


def test_every_op_has_a_rule() -> None:
    assert sorted([*RULES, *ASKING]) == list(ops.kinds())


@pytest.mark.parametrize("kind", ops.every())
def test_every_op_alone_has_the_names_and_shapes_of_the_graph(kind: type[Op]) -> None:
    graph = alone(kind)
    net = module(graph)
    assert keys(net) == {name: weight.shape for name, _, weight in graph.tensors()}
    assert net(torch.empty(2, *graph.input.shape, device="meta")).shape == (2, *graph.shapes["layer"])


def test_ceil_with_padding_at_one_end_follows_the_windows_one_by_one() -> None:
    x = torch.randn(1, 1, 7, 6, generator=torch.Generator().manual_seed(1))
    for kernel, stride, dilation, pad in itertools.product((2, 3), (2, 3), (1, 2), ((0, 1, 1, 0), (1, 0, 0, 1))):
        pool = op("maxpool", kernel=kernel, stride=stride, dilation=dilation, pad=pad, ceil=True)
        found = module(chain((1, 7, 6), pool), Noise())(x)
        rows, columns = pool.infer((1, 7, 6))[1:]
        at = itertools.product(range(rows), range(columns))
        wanted = [highest(x[0, 0], kernel, dilation, i * stride - pad[0], j * stride - pad[2]) for i, j in at]
        assert torch.equal(found.flatten(), torch.stack(wanted))


def highest(x: torch.Tensor, kernel: int, dilation: int, top: int, left: int) -> torch.Tensor:
    """The largest value that a window touches."""
    rows = [r for r in range(top, top + kernel * dilation, dilation) if 0 <= r < x.shape[0]]
    columns = [c for c in range(left, left + kernel * dilation, dilation) if 0 <= c < x.shape[1]]
    return x[rows][:, columns].max() if rows and columns else torch.tensor(-torch.inf)


@pytest.mark.parametrize("stride", [1, 2, (3, 1)])
def test_windows_of_one_value_are_what_pooling_gives(stride: int | tuple[int, int]) -> None:
    net = module(chain((2, 7, 6), op("maxpool", kernel=1, stride=stride)), Noise())
    one, other = (torch.randn(2, 2, 7, 6, generator=torch.Generator().manual_seed(1)).requires_grad_() for _ in "ab")
    found, wanted = net(one), nn.functional.max_pool2d(other, 1, stride)
    assert torch.equal(found, wanted)
    for value in (found, wanted):
        value.square().sum().backward()
    assert torch.equal(one.grad, other.grad)


def windows() -> Iterator[Op]:
    """Windows of every kind: kernels, strides, paddings, dilations, roundings and output paddings."""
    pads = (0, 1, (2, 1), (0, 1, 1, 0), "same")
    sizes = list(itertools.product((1, 2, 3, (2, 5)), (1, 2, (3, 1)), (1, 2), pads))
    for kernel, stride, dilation, pad in sizes:
        shared: dict[str, Any] = {"kernel": kernel, "stride": stride, "dilation": dilation, "pad": pad}
        yield op("conv", channels=4, groups=2, **shared)
        yield op("dwconv", multiplier=2, **shared)
        for extra in (0, 1, (1, 0)):
            yield op("upconv", channels=2, output_pad=extra, **shared)
        for ceil in (False, True):
            yield op("maxpool", ceil=ceil, **shared)
            yield op("avgpool", ceil=ceil, **shared)
            yield op("avgpool", ceil=ceil, count_pad=False, **shared)


def test_shapes_of_thousands_of_windows_are_those_of_the_graph() -> None:
    compared = refused = 0
    for side in ((5, 5), (8, 6)):
        builder = Builder((4, *side))
        for number, window in enumerate(windows()):
            try:
                builder.add(f"w{number}", window, ["input"])
            except Mismatch:
                refused += 1
        graph = builder.graph("windows", [node.path for node in builder.nodes])
        found = module(graph)(torch.empty(2, *graph.input.shape, device="meta"))
        for node, value in zip(graph.nodes, found, strict=True):
            assert value.shape == (2, *node.shape), str(node.op)
        compared += len(graph.nodes)
    assert compared + refused == 2 * 120 * (2 + 3 + 6)
    assert compared >= 2000


@pytest.mark.parametrize("graph", [tiny(), everything(), *(make() for make in SMALL.values())], ids=lambda g: g.name)
def test_a_network_has_the_graphs_tensors_and_counts(graph: Graph) -> None:
    net = module(graph, Seeded(3))
    assert keys(net) == {name: weight.shape for name, _, weight in graph.tensors()}
    trained = sum(p.numel() for p in net.parameters() if p.requires_grad)
    frozen = sum(p.numel() for p in net.parameters() if not p.requires_grad)
    assert (trained, frozen) == count(graph).params
    state = net.state_dict()
    assert all(torch.equal(state[name], value) for name, value in tensors(graph, Seeded(3)).items())
    assert all(v == 0 for k, v in state.items() if k.endswith("num_batches_tracked"))
    outputs = net.eval()(given(graph))
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    assert [tuple(value.shape) for value in outputs] == [(2, *graph.shapes[path]) for path in graph.outputs]


def test_vgg_e_has_the_papers_parameters() -> None:
    net = module(vgg_e())
    convolutions = [(3, 64), (64, 64), (64, 128), (128, 128), (128, 256), *[(256, 256)] * 3]
    convolutions += [(256, 512), *[(512, 512)] * 7]
    rows = [(512 * 7 * 7, 4096), (4096, 4096), (4096, 1000)]
    wanted = sum(9 * i * o + o for i, o in convolutions) + sum(i * o + o for i, o in rows)
    assert sum(p.numel() for p in net.parameters()) == wanted == 143_667_240
    assert str(net).startswith("vgg_e(\n  (conv1): Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))\n")


def test_it_reads_well() -> None:
    builder = Builder((4, 8, 8))
    x = builder.add("a.crop1", op("crop", sides=1), ["input"])
    x = builder.add("a.slice1", op("slice", start=0, stop=2), [x])
    x = builder.add("add1", op("add"), [x, x])
    group = "  (a): Group(\n    (crop1): Crop((1, 1, 1, 1))\n    (slice1): ChannelSlice(0, 2)\n  )\n"
    text = f"net(\n{group}  (add1): Add()\n)"
    assert str(module(builder.graph("net", [x]))) == text


def test_it_trains() -> None:
    graph = everything()
    net = module(graph, Seeded(0)).train()
    before = copy.deepcopy(net.state_dict())
    optimizer = torch.optim.SGD((p for p in net.parameters() if p.requires_grad), lr=0.1)
    sum(value.square().mean() for value in net(given(graph, 4))).backward()
    optimizer.step()
    frozen = {name for name, node, _ in graph.tensors() if not node.op.trains()}
    assert frozen == {"body.7.conv.weight", "body.7.conv.bias"}
    after = net.state_dict()
    assert {name for name, value in after.items() if torch.equal(value, before[name])} == frozen


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_copies_compute_the_same_and_are_apart(copied: Callable[[nn.Module], Any]) -> None:
    graph = everything()
    net = module(graph, Noise()).eval()
    other = copied(net)
    assert all(torch.equal(a, b) for a, b in zip(net(given(graph)), other(given(graph)), strict=True))
    other.get_parameter("fc.weight").data.zero_()
    assert net.get_parameter("fc.weight").abs().max() > 0


@pytest.mark.parametrize("make", [tiny, everything, googlenet])
def test_it_exports(make: Callable[[], Graph]) -> None:
    graph = make()
    net = module(graph, Noise()).eval()
    program = torch.export.export(net, (given(graph),))
    for value, wanted in zip(program.module()(given(graph)), net(given(graph)), strict=True):
        assert torch.equal(value, wanted)


def test_it_compiles_as_one_graph() -> None:
    graph = everything()
    net = module(graph, Noise()).eval()
    compiled = torch.compile(net, backend="eager", fullgraph=True)
    for value, wanted in zip(compiled(given(graph)), net(given(graph)), strict=True):
        assert torch.equal(value, wanted)


def test_a_layer_can_be_replaced() -> None:
    graph = tiny()
    net = module(graph, Noise()).eval()
    net.fc1 = nn.Linear(4 * 8 * 8, 7)
    assert net(given(graph)).shape == (2, 7)
    net.stem.conv1 = nn.Conv2d(3, 4, 1, bias=False)
    nn.init.zeros_(net.stem.conv1.weight)
    nn.init.zeros_(net.conv2.weight)
    mean, bias, scale, spread = (
        net.get_submodule("stem.bn1").state_dict()[name] for name in ("running_mean", "bias", "weight", "running_var")
    )
    constant = bias - mean * scale / (spread + 1e-5).sqrt() + net.conv2.bias
    wanted = net.fc1(constant[:, None, None].expand(4, 8, 8).flatten()).expand(2, 7)
    assert torch.allclose(net(given(graph)), wanted, rtol=1e-4, atol=1e-6)


def test_values_are_freed_once_no_later_layer_takes_them() -> None:
    graph = chain((1, 4, 4), *(op("relu") for _ in range(50)))
    net = module(graph, Noise())
    alive: list[weakref.ref[torch.Tensor]] = []
    most = 0

    def watch(layer: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        nonlocal most
        alive.append(weakref.ref(output))
        most = max(most, sum(ref() is not None for ref in alive))

    for layer in net.children():
        layer.register_forward_hook(watch)
    with torch.no_grad():
        net(given(graph))
    assert len(alive) == 50
    assert most == 2  # a layer's input and its output


def test_values_that_nothing_takes_are_not_computed() -> None:
    builder = Builder((1, 4, 4))
    x = builder.add("relu1", op("relu"), ["input"])
    builder.add("bn1", op("bn"), [x])
    net = module(builder.graph("net", [x]), Noise()).train()
    net(torch.ones(2, 1, 4, 4))
    assert net.bn1.num_batches_tracked == 0


def test_without_weights_it_takes_no_memory() -> None:
    net = module(vgg_e())
    assert {value.device.type for value in net.state_dict().values()} == {"meta"}


def test_giants_are_refused_before_they_take_memory() -> None:
    graph = chain((3, 8, 8), op("fc", features=2_000_000_000))
    with pytest.raises(Problem) as caught:
        module(graph, Noise())
    assert caught.value.diagnostics[0].code == "E505"
    assert prod(module(graph).fc1.weight.shape) == 3 * 8 * 8 * 2_000_000_000
    assert module(tiny(), Noise(), most=2000)(given(tiny())).shape == (2, 5)
    with pytest.raises(Problem):
        module(tiny(), Noise(), most=100)


@pytest.mark.parametrize(
    ("paths", "name"),
    [
        (["train.relu1"], "train"),
        (["relu1.forward"], "forward"),
        (["training"], "training"),
        (["parameters"], "parameters"),
        (["_modules"], "_modules"),
        (["a", "a.b"], "a"),
        (["a.b", "a"], "a"),
    ],
)
def test_names_that_no_attribute_can_have_are_refused(paths: list[str], name: str) -> None:
    builder = Builder((1, 4, 4))
    for path in paths:
        builder.add(path, op("relu"), ["input"])
    with pytest.raises(Problem) as caught:
        module(builder.graph("net", [paths[-1]]))
    found = caught.value.diagnostics[0]
    assert found.code == "E607"
    assert found.message.startswith(f"`{name}` is ")


def test_every_name_of_a_module_is_taken() -> None:
    assert {name for name in dir(nn.Module()) if not name.startswith("_")} <= TAKEN


def test_defaults_are_torchs() -> None:
    classes = (nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm2d, nn.AvgPool2d, nn.Linear, nn.Upsample)
    stated = [parameter for layer in classes for parameter in inspect.signature(layer).parameters.values()]
    for parameter in stated:
        steps = parameter.name == "stride" and parameter.default is None  # a pooling's: always written
        assert steps or DEFAULTS.get(parameter.name, parameter.default) == parameter.default
