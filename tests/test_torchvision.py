"""Checkpoints of torchvision's networks: imported they compute the same, exported they are as they were.

`torchvision_like` has these networks a second time, in torch's own layers. That their names and shapes are
torchvision's is held to the totals that torchvision publishes.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from math import sqrt
from pathlib import Path

import onnxruntime
import pytest
import torch
from examples import codes
from safetensors.torch import load_file
from torch import Tensor, nn
from torchvision_like.alexnet import AlexNet
from torchvision_like.googlenet import GoogLeNet
from torchvision_like.resnet import ResNet
from torchvision_like.vgg import VGG

import archspec
from archspec.checkpoints import import_weights, other_names
from archspec.checkpoints.map import Map
from archspec.cli import main
from archspec.source import Source

ROOT = Path(__file__).parents[1]
Make = Callable[[], nn.Module]

PUBLISHED: dict[str, tuple[Make, int, int]] = {
    "alexnet:torchvision": (AlexNet, 16, 61_100_840),
    "vgg:A": (lambda: VGG("A", False), 22, 132_863_336),
    "vgg:B": (lambda: VGG("B", False), 26, 133_047_848),
    "vgg:D": (lambda: VGG("D", False), 32, 138_357_544),
    "vgg:E": (lambda: VGG("E", False), 38, 143_667_240),
    "vgg_bn:A": (lambda: VGG("A", True), 62, 132_868_840),
    "vgg_bn:B": (lambda: VGG("B", True), 76, 133_053_736),
    "vgg_bn:D": (lambda: VGG("D", True), 97, 138_365_992),
    "vgg_bn:E": (lambda: VGG("E", True), 118, 143_678_248),
    "resnet_v1_5:18": (lambda: ResNet(18), 122, 11_689_512),
    "resnet_v1_5:34": (lambda: ResNet(34), 218, 21_797_672),
    "resnet_v1_5:50": (lambda: ResNet(50), 320, 25_557_032),
    "resnet_v1_5:101": (lambda: ResNet(101), 626, 44_549_160),
    "resnet_v1_5:152": (lambda: ResNet(152), 932, 60_192_808),
    "googlenet_bn:torchvision": (lambda: GoogLeNet(heads=True), 364, 13_004_888),
}
"""Each network, the entries of its state dict (weight layers once or twice, normalizations five times), its parameters.

The numbers of parameters are those in the metadata of torchvision's weights; GoogLeNet's there is 6,624,904, without
the heads that its file has all the same."""

SMALL: dict[str, tuple[Make, int]] = {
    "alexnet:torchvision": (lambda: AlexNet(size=1), 64),
    **{f"vgg:{name}": (lambda name=name: VGG(name, False, 1), 32) for name in "ABDE"},
    **{f"vgg_bn:{name}": (lambda name=name: VGG(name, True, 1), 32) for name in "ABDE"},
    **{f"resnet_v1_5:{depth}": (lambda depth=depth: ResNet(depth), 64) for depth in (18, 34, 50)},
    "googlenet_bn:torchvision": (lambda: GoogLeNet(heads=True), 64),
}
"""Networks at a small input; where they have no global pooling their fully connected layers are smaller too."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A current folder that is gone after the test: its files have hundreds of megabytes."""
    monkeypatch.chdir(tmp_path)
    yield
    shutil.rmtree(tmp_path)


def spec(name: str) -> str:
    file, _, column = name.partition(":")
    return f"{ROOT}/specs/{file}.arch:{column}"


def trained(make: Make) -> nn.Module:
    """A network in which every tensor, running statistics included, is drawn, so that none stands for another."""
    with torch.device("meta"):
        made = make()
    made.to_empty(device="cpu")
    torch.manual_seed(7)
    with torch.no_grad():
        for name, values in made.state_dict().items():
            if name.endswith("num_batches_tracked"):
                values.fill_(1000)
            elif values.dim() > 1:
                values.normal_(0, sqrt(2 / values[0].numel()))
            elif name.endswith(("weight", "running_var")):
                values.uniform_(0.5, 1.5)
            else:
                values.normal_(0, 0.1)
    return made.eval()


def weights(module: nn.Module) -> dict[str, Tensor]:
    return {name: each for name, each in module.state_dict().items() if not name.endswith("num_batches_tracked")}


@pytest.mark.parametrize("name", PUBLISHED)
def test_names_and_shapes_are_torchvisions(name: str) -> None:
    make, entries, params = PUBLISHED[name]
    with torch.device("meta"):
        theirs = make()
    assert len(theirs.state_dict()) == entries
    assert sum(each.numel() for each in theirs.parameters()) == params
    graph = archspec.load(spec(name)).graph
    names, warnings = other_names(graph, "torchvision", spec(name))
    assert warnings == ()
    ours = {names[ours]: weight.shape for ours, _, weight in graph.tensors()}
    assert ours == {name: tuple(each.shape) for name, each in weights(theirs).items()}


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.usefixtures("folder")
def test_an_imported_network_computes_the_same(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    make, side = SMALL[name]
    theirs = trained(make)
    torch.save(theirs.state_dict(), "theirs.pth")
    same = [spec(name), "--map", "torchvision", "--input", f"{side}x{side}"]
    assert main(["weights", "import", "theirs.pth", *same, "-o", "ours.safetensors"]) == 0
    assert main(["weights", "export", *same, "--weights", "ours.safetensors", "-o", "back.safetensors"]) == 0
    assert {*codes(capsys.readouterr().err)} <= {"N801"}  # claims are about the input that the spec has
    ours = archspec.load(spec(name), input=f"{side}x{side}").to_torch("ours.safetensors", logits=True).eval()
    x = torch.randn(2, 3, side, side)
    with torch.no_grad():
        expected, found = theirs(x), ours(x)
    expected = expected[0] if isinstance(expected, tuple) else expected
    assert expected.std() > 0.01
    assert (found - expected).abs().max() <= 1e-5 * expected.abs().max()
    back = load_file("back.safetensors")
    assert {*back} == {*weights(theirs)}
    assert all(torch.equal(back[name], values) for name, values in weights(theirs).items())
    missing, unexpected = theirs.load_state_dict(back, strict=True)
    assert (missing, unexpected) == ([], [])


@pytest.mark.usefixtures("folder")
def test_googlenets_heads_compute_the_same_while_it_is_trained() -> None:
    """At 96x96, where the heads' pooling has windows of different sizes. Dropout is chance, and off."""
    path, theirs = spec("googlenet_bn:torchvision"), trained(lambda: GoogLeNet(heads=True))
    torch.save(theirs.state_dict(), "theirs.pth")
    assert import_weights("theirs.pth", path, "ours.safetensors", map="torchvision") == ()
    ours = archspec.load(path, input="96x96").to_torch("ours.safetensors", logits=True)
    for layer in ours.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = 0.0
    x = torch.randn(4, 3, 96, 96)
    with torch.no_grad():
        for found, expected in zip(ours.train()(x), theirs.train()(x), strict=True):
            assert expected.std() > 0.01
            assert (found - expected).abs().max() <= 1e-5 * expected.abs().max()
    for name, values in weights(theirs).items():  # the running statistics have moved alike
        assert torch.allclose(ours.state_dict()[name.replace("branch4.1", "branch4.0")], values, rtol=1e-5, atol=1e-6)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("heads", [True, False])
def test_googlenet_is_imported_without_its_heads(heads: bool, capsys: pytest.CaptureFixture[str]) -> None:
    path, theirs = spec("googlenet_bn:torchvision"), trained(lambda: GoogLeNet(heads))
    torch.save(theirs.state_dict(), "theirs.pth")
    arguments = ["weights", "import", "theirs.pth", path, "--map", "torchvision", "-o", "ours.safetensors"]
    assert main(arguments) == (0 if heads else 1)
    assert codes(capsys.readouterr().err) == ([] if heads else ["E603"])
    assert main([*arguments, "--no-aux"]) == 0
    assert sum(each.numel() for each in load_file("ours.safetensors").values()) == 6_624_904 + 2 * 7280
    assert archspec.load(path).to_torch("ours.safetensors", heads=False)


@pytest.mark.parametrize("name", ["resnet_v1_5:34", "vgg:E", "googlenet_bn:true5x5"])
@pytest.mark.usefixtures("folder")
def test_a_checkpoint_of_a_sibling_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """ResNet-50 for 34, VGG D for E, 3x3 kernels for 5x5: the nearest checkpoint there is."""
    makes: dict[str, Make] = {
        "resnet_v1_5:34": lambda: ResNet(50),
        "vgg:E": lambda: VGG("D", False, 1),
        "googlenet_bn:true5x5": lambda: GoogLeNet(heads=True),
    }
    torch.save(trained(makes[name]).state_dict(), "theirs.pth")
    side = ["--input", "32x32"] if name == "vgg:E" else []
    assert (
        main(["weights", "import", "theirs.pth", spec(name), "--map", "torchvision", "-o", "o.safetensors", *side]) == 1
    )
    assert "error[E603]" in capsys.readouterr().err
    assert not Path("o.safetensors").exists()


@pytest.mark.usefixtures("folder")
def test_the_manuals_session_is_what_happens(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "weights.md").read_text()
    lines = "".join(re.findall(r"^```console\n(.*?)^```", page, re.MULTILINE | re.DOTALL)).splitlines()
    said = []
    theirs = trained(lambda: ResNet(50))
    torch.save(theirs.state_dict(), lines[0].split()[4])
    for line in lines:
        if line.startswith("$ archspec "):
            assert main(line.split()[2:]) == 0
            said += [line, *capsys.readouterr().out.splitlines()]
    unsaid = [line for line in said if line not in lines]
    assert [line for line in said if line in lines] == lines
    assert [line.split()[0] for line in unsaid] == ["wrote"] * 3
    x = torch.randn(2, 3, 224, 224)
    (found,) = onnxruntime.InferenceSession("resnet_v1_5_50.onnx").run(None, {"input": x.numpy()})
    with torch.no_grad():
        expected = theirs(x).softmax(1)
    assert expected.max() > 0.01
    assert (torch.from_numpy(found) - expected).abs().max() <= 1e-5 * expected.max()


def test_the_manuals_rules_are_rules() -> None:
    page = (ROOT / "docs" / "weights.md").read_text()
    (text,) = re.findall(r"^```map\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(Map(Source("manual.map", text)).rules) == len(text.splitlines())
