"""`archspec lesion`: what is left computes what the whole network computes with the branch at zero."""

import re
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

import archspec
from archspec.analysis.paths import paths
from archspec.cli import main
from archspec.diagnostics import Problem
from archspec.graph.residual import modules

NETS = """
net nets
columns        preact | original | projected
input          12x12 RGB
default conv bias=no
default residual shortcut=A | shortcut=A | shortcut=C

block unit(channels, stride=1):
    residual:
        bn relu conv3-{channels}/{stride}
        bn relu conv3-{channels}

block basic(channels, stride=1):
    residual:
        conv3-{channels}/{stride} bn relu
        conv3-{channels} bn
    relu

first: conv3-4 relu
a: unit-4 x3         | basic-4 x3         | basic-4 x3
b: unit-6/2 unit-6   | basic-6/2 basic-6  | basic-6/2 basic-6
fc: FC-5
"""


@pytest.fixture
def nets(tmp_path: Path) -> Path:
    (tmp_path / "nets.arch").write_text(NETS)
    return tmp_path / "nets.arch"


def output(network: archspec.Network, weights: dict[str, Tensor]) -> Tensor:
    """What a network gives with some weights, by their names."""
    model = network.to_torch().eval()
    names = model.state_dict().keys()
    model.load_state_dict({name: weights[name] for name in names})
    image = torch.rand(2, *network.graph.input.shape, generator=torch.manual_seed(7))
    with torch.no_grad():
        result: Tensor = model(image)
    return result


def random_weights(network: archspec.Network) -> dict[str, Tensor]:
    """Weights, biases and statistics, all of them random."""
    torch.manual_seed(3)
    state = network.to_torch().state_dict()
    return {name: torch.rand_like(x) + 0.1 if x.is_floating_point() else x for name, x in state.items()}


@pytest.mark.parametrize("part", ["a.0", "a.2", "b.0", "b.1"])
@pytest.mark.parametrize("column", ["preact", "original", "projected"])
def test_a_module_without_its_branch(nets: Path, column: str, part: str) -> None:
    derived = archspec.lesion(nets, column, delete=[part])
    weights = random_weights(derived.original)
    left = output(derived.network, weights)
    (module,) = (m for m in modules(derived.original.graph).values() if m.path.startswith(f"{part}."))
    (branch,) = module.branches
    for name in weights:
        if name.rpartition(".")[0] == branch and name.endswith(("weight", "bias", "running_mean")):
            weights[name] = torch.zeros_like(weights[name])
    assert torch.allclose(left, output(derived.original, weights), rtol=1e-5)
    assert paths(derived.network.graph).total == paths(derived.original.graph).total / 2
    names = {name for name, _, _ in derived.network.graph.tensors()}
    assert names < {name for name, _, _ in derived.original.graph.tensors()}
    assert not [name for name in names if name.startswith(f"{branch}.")]
    shortcut = {name for name, _, _ in derived.original.graph.tensors() if name.startswith(f"{part}.shortcut1.")}
    assert shortcut <= names


def test_several_modules_of_the_paper_s_network() -> None:
    """Veit et al. 2016, section 4.2: each deletion halves the paths; oracle, networks.md section 4: 2^44 after ten."""
    delete = [f"stage{stage}.{number}" for stage in (1, 2) for number in range(5)]
    derived = archspec.lesion("cifar_preact", "110", delete=delete)
    assert paths(derived.network.graph).total == 2**44
    assert f"cifar_preact:110(without=({', '.join(delete)}))" in derived.text
    before, after = ({name for name, _, _ in n.graph.tensors()} for n in (derived.original, derived.network))
    assert after < before
    gone = {name.rpartition(".")[0] for name in before - after}
    assert {".".join(name.split(".")[:2]) for name in gone} == set(delete)


def test_a_layer_of_a_plain_network() -> None:
    """Veit et al. 2016, section 4.1, delete layers of VGG. The relu behind it then follows a relu, and goes too."""
    derived = archspec.lesion("vgg:D", delete=["conv3.conv2"])
    kinds = [node.op.kind for node in derived.network.graph.nodes]
    assert kinds.count("conv") == 12
    assert kinds.count("relu") == 14
    assert derived.original.counts.params.trainable - derived.network.counts.params.trainable == 256 * 256 * 9 + 256
    assert derived.network.counts.depth == 15


def test_the_spec_reads_like_one_that_a_person_wrote() -> None:
    text = archspec.lesion("resnet:18", delete=["conv3_x.1"]).text
    assert archspec.format_spec(text) == text
    assert text.splitlines()[2:6] == [
        'use resnet from "resnet.arch"',
        "",
        "input 224x224 RGB",
        "resnet:18(without=conv3_x.1)",
    ]


def test_weights_are_carried_over(nets: Path) -> None:
    whole = archspec.load(nets, "preact")
    weights = random_weights(whole)
    save_file({name: x for name, x in weights.items() if x.is_floating_point()}, nets.with_name("whole.safetensors"))
    output_path = nets.with_name("left.arch")
    words = ["lesion", f"{nets}:preact", "--delete", "a.1", "--delete", "b.1", "-o", str(output_path)]
    assert main([*words, "--weights", str(nets.with_name("whole.safetensors"))]) == 0
    left = archspec.load(output_path)
    carried = load_file(output_path.with_suffix(".safetensors"))
    assert all(torch.equal(x, weights[name]) for name, x in carried.items())
    model = left.to_torch(str(output_path.with_suffix(".safetensors"))).eval()
    image = torch.rand(2, 3, 12, 12, generator=torch.manual_seed(7))
    assert torch.allclose(model(image), output(left, weights), rtol=1e-5)


@pytest.mark.parametrize(
    ("spec", "part", "said", "place"),
    [
        ("vgg:D", "conv3.conv1", "takes 56x56x128 and gives 56x56x256", "conv3-256 x3 "),
        ("vgg:D", "pool3", "takes 56x56x256 and gives 28x28x256", "maxpool\n"),
        ("resnet:50", "conv3_x", "holds 4 residual modules", "bottleneck-128/2 bottleneck-128 x3 "),
        ("googlenet", "inception3a", "takes 28x28x192 and gives 28x28x256", "inception(64,"),
        ("googlenet", "inception3a.conv3", "takes 28x28x96 and gives 28x28x128", "inception(64,"),
        ("unet:paper", "up4", "takes several values", "upconv2-512/2 "),
        ("vgg:D", "conv9", "has no layer and no label", None),
        ("googlenet", "aux1.relu2", "has no layer and no label", None),
    ],
)
def test_what_cannot_be_taken_out_is_said_where_it_stands(
    spec: str, part: str, said: str, place: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lesion", spec, "--delete", part]) == 1
    err = capsys.readouterr().err
    assert said in err
    assert f"error[{'E615' if place else 'E602'}]" in err
    if place:
        name, line, column = re.search(r"--> (.*):(\d+):(\d+)\n", err).groups()  # type: ignore[union-attr]
        text = Path("specs", name).read_text().splitlines(keepends=True)[int(line) - 1]
        assert text.startswith(f"{part.partition('.')[0]}:")
        assert text[int(column) - 1 :].startswith(place)


def test_a_part_is_taken_out_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lesion", "resnet:18", "--delete", "conv3_x.1", "--delete", "conv3_x.1.conv2"]) == 1
    assert "error[E602]: resnet:18 has no layer and no label `conv3_x.1.conv2`" in capsys.readouterr().err


def test_standard_input_is_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    for command, code in ((["lesion", "-", "--delete", "conv1"], "E615"), (["convolutionalize", "-"], "E612")):
        assert main(command) == 1
        assert f"error[{code}]: standard input is no file" in capsys.readouterr().err


def test_nothing_is_left_and_graphs(tmp_path: Path) -> None:
    (tmp_path / "n.arch").write_text("net n\ninput 8x8x4\na: conv3-4\n")
    archspec.load(tmp_path / "n.arch").build(tmp_path / "n.json", to="json")
    for name in ("n.arch", "n.json"):
        with pytest.raises(Problem) as refused:
            archspec.lesion(tmp_path / name, delete=["a"])
        assert refused.value.diagnostics[0].code == "E615"


def test_a_stage_without_layers_below_a_label(tmp_path: Path) -> None:
    text = 'net n\nuse resnet from "resnet.arch"\ninput 64x64 RGB\nenc: resnet:18(to=conv3_x, without=conv2_x.1)\n'
    (tmp_path / "n.arch").write_text(text)
    found = archspec.load(tmp_path / "n.arch").graph
    assert {node.path.split(".")[2] for node in found.nodes if node.path.startswith("enc.conv2_x.")} == {"0"}
    labels = {label.name: label.value for label in found.labels}
    assert labels["enc.conv2_x"] == "enc.conv2_x.0.relu2"
