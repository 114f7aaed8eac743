"""Classifiers as fully convolutional networks: the same function, its spec, and dense evaluation."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

import archspec
from archspec.cli import main
from archspec.derive import Derived
from archspec.diagnostics import Problem

CLASSIFIER = """
net classifier "A table"
columns plain | branched
let width 6
input 24x20 RGB
conv1: conv3-{width} relu
pool1: maxpool
side: conv3-4
pool2: maxpool
fc1: FC-16
relu
dropout
fc2: - | FC-16(bias=no)
add: - | add(fc1)
FC-5(frozen)
softmax
"""
HEADS = """
net headed
input 24x24 RGB
a: conv3-8/2
b: conv3-8/2
FC-4
softmax
head aux from a (weight=0.25):
    avgpool3/3
    FC-6 relu
    FC-4
    softmax
"""


def close(one: Tensor, other: Tensor) -> bool:
    """Whether two values differ by less than 1e-5 of the largest."""
    return bool((one - other).abs().max() <= 1e-5 * other.abs().max())


@pytest.fixture
def classifier(tmp_path: Path) -> Path:
    path = tmp_path / "classifier.arch"
    path.write_text(CLASSIFIER.replace("add: - | add(fc1)\n", "- | add(fc1)\n"))
    return path


def test_vgg_16_is_the_same_function_and_gives_a_map_for_larger_images() -> None:
    """Simonyan & Zisserman 2015, section 3.2; the weights are the same numbers, drawn under the same names."""
    derived = archspec.convolutionalize("specs/vgg.arch", "D")
    torch.manual_seed(0)
    image = torch.rand(1, 3, 224, 224)
    with torch.no_grad():
        once = derived.original.to_torch().eval()(image)
        dense = derived.network.to_torch().eval()
        assert close(dense(image)[:, :, 0, 0], once)
        larger = dense(torch.rand(1, 3, 256, 256))
    assert larger.shape == (1, 1000, 2, 2)
    assert derived.network.counts == derived.original.counts


def test_the_spec_reads_like_one_that_a_person_wrote() -> None:
    text = archspec.convolutionalize("specs/vgg.arch:D").text
    assert archspec.format_spec(text) == text
    body = text[text.index("vgg:D(") : text.index("expect")]
    assert body.split("\n") == [
        "vgg:D(to=pool5)",
        "fc6: conv7-4096(pad=0)",
        "relu dropout",
        "fc7: conv1-4096",
        "relu dropout",
        "fc8: conv1-1000",
        "softmax",
        "",
        "",
    ]


@pytest.mark.parametrize("column", ["plain", "branched"])
def test_weights_are_carried_over_from_a_file(classifier: Path, column: str) -> None:
    spec = f"{classifier}:{column}"
    trained = archspec.load(spec).to_torch(seed=5)
    weights, output = classifier.with_name("trained.safetensors"), classifier.with_name("dense.arch")
    save_file(trained.state_dict(), weights)
    assert main(["convolutionalize", spec, "-o", str(output), "--weights", str(weights)]) == 0
    dense = archspec.load(output).to_torch(str(output.with_suffix(".safetensors")))
    image = torch.rand(2, 3, 24, 20, generator=torch.manual_seed(1))
    assert close(dense.eval()(image)[..., 0, 0], trained.eval()(image))
    assert dense(torch.rand(1, 3, 32, 36)).shape == (1, 5, 3, 5)
    kept, before = load_file(output.with_suffix(".safetensors")), trained.state_dict()
    assert all(torch.equal(kept[name].flatten(), before[name].flatten()) for name in before)
    assert dict(dense.named_parameters())["fc3.weight"].requires_grad is False


def test_heads_are_made_convolutional_too(tmp_path: Path) -> None:
    (tmp_path / "headed.arch").write_text(HEADS)
    derived = archspec.convolutionalize(tmp_path / "headed.arch")
    image = torch.rand(2, 3, 24, 24, generator=torch.manual_seed(2))
    once, dense = derived.original.to_torch()(image), derived.network.to_torch()(image)
    assert len(once) == len(dense) == 2
    assert all(close(map[..., 0, 0], vector) for map, vector in zip(dense, once, strict=True))
    assert derived.network.graph.heads == derived.original.graph.heads


@pytest.mark.parametrize("spec", ["alexnet.arch:caffenet", "resnet.arch:18", "vgg_bn.arch:A"])
def test_shipped_classifiers_keep_every_name_and_number(spec: str) -> None:
    derived = archspec.convolutionalize(f"specs/{spec}")
    assert derived.network.counts == derived.original.counts
    before = {name: weight.shape for name, _, weight in derived.original.graph.tensors()}
    after = {name: weight.shape for name, _, weight in derived.network.graph.tensors()}
    assert before.keys() == after.keys()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {f"{n.path}.weight" for n in derived.original.graph.nodes if n.op.kind == "fc"}
    assert len(archspec.check(f"specs/{spec}").diagnostics) == 0


def test_another_size_and_other_lets_are_kept(classifier: Path) -> None:
    derived = archspec.convolutionalize(f"{classifier}:plain", input="16x16", lets={"width": 9})
    assert "input 16x16 RGB" in derived.text
    assert "classifier:plain(to=pool2, width=9)" in derived.text
    assert derived.network.graph.shapes["conv1.conv1"] == (9, 16, 16)


def test_a_classifier_that_begins_with_its_fully_connected_layers(tmp_path: Path) -> None:
    (tmp_path / "mlp.arch").write_text("net mlp\ninput 8x8 gray\nflatten FC-20 relu FC-3\n")
    derived = archspec.convolutionalize(tmp_path / "mlp.arch")
    assert "use" not in derived.text
    image = torch.rand(1, 1, 8, 8)
    assert close(derived.network.to_torch()(image)[..., 0, 0], derived.original.to_torch()(image))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("net n\ninput 8x8 RGB\nconv3-4\n", "has no fully connected layers"),
        ("net n\ninput 12\nFC-4\n", "takes a vector"),
        ("net n\ninput 8x8 RGB\nconv3-4\nflatten softmax FC-4\n", "would compute something else"),
        ("net n\ninput 8x8 RGB\nconv3-4\nflatten bn FC-4\n", "would compute something else"),
        ("net n\ninput 8x8 RGB\nx: conv3-4\nadd(x)\nflatten prelu FC-4\n", "would compute something else"),
        ("net n\ninput 8x8 RGB\nx: conv3-4\nFC-4\nhead h from x:\n    flatten softmax FC-4\n", "something else"),
        ("net n\ninput 8x8 RGB\nx: conv3-4\nFC-4\nhead h from x:\n    flatten\n", "has no layers"),
        ("net conv\ninput 8x8 RGB\nconv3-4\nFC-4\n", "`conv` is a layer already"),
    ],
)
def test_what_cannot_be_made_convolutional_is_said(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "n.arch").write_text(text)
    with pytest.raises(Problem) as refused:
        archspec.convolutionalize(tmp_path / "n.arch")
    (diagnostic,) = refused.value.diagnostics
    assert diagnostic.code == "E612"
    assert said in f"{diagnostic.message}: {diagnostic.found}"


def same_function(derived: Derived) -> None:
    """A network and its heads compute on an image of its size what they computed before."""
    image = torch.rand(2, *derived.original.graph.input.shape, generator=torch.manual_seed(5))
    once, dense = derived.original.to_torch()(image), derived.network.to_torch()(image)
    pairs = zip(once, dense, strict=True) if isinstance(once, tuple) else [(once, dense)]
    assert all(close(map[..., 0, 0], vector) for vector, map in pairs)


def test_what_takes_a_vector_value_by_value_takes_its_map(tmp_path: Path) -> None:
    (tmp_path / "n.arch").write_text("net n\ninput 6x8 RGB\nconv3-4\nflatten relu scale(3)\nFC-5\n")
    same_function(archspec.convolutionalize(tmp_path / "n.arch"))


def test_a_network_whose_heads_alone_are_fully_connected(tmp_path: Path) -> None:
    text = "net n\ninput 6x8 RGB\na: conv3-4\nconv3-2 softmax\nhead h from a:\n    FC-5\n"
    (tmp_path / "n.arch").write_text(text)
    derived = archspec.convolutionalize(tmp_path / "n.arch")
    image = torch.rand(2, 3, 6, 8, generator=torch.manual_seed(6))
    (map, head), (same, vector) = derived.network.to_torch()(image), derived.original.to_torch()(image)
    assert close(map, same)
    assert close(head[..., 0, 0], vector)


def test_a_graph_is_no_spec_to_use(tmp_path: Path) -> None:
    archspec.load("specs/cifar_plain.arch", "20").build(tmp_path / "graph.json", to="json")
    with pytest.raises(Problem) as refused:
        archspec.convolutionalize(tmp_path / "graph.json")
    assert refused.value.diagnostics[0].code == "E612"


def test_a_head_may_begin_behind_fully_connected_layers(tmp_path: Path) -> None:
    """Where `fc` is the value of the relu that a convention adds, which no line of the new spec is called."""
    head = "head late from fc (weight=0.12345678):\n    FC-3\n"
    (tmp_path / "n.arch").write_text(f"net n\ninput 6x8 RGB\ndefault FC -> relu\nfc: FC-4\nFC-2\n{head}")
    derived = archspec.convolutionalize(tmp_path / "n.arch")
    assert derived.network.graph.heads == derived.original.graph.heads
    same_function(derived)


def test_the_new_spec_must_be_able_to_use_the_old_one(
    classifier: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pytest.raises(Problem) as refused:
        archspec.convolutionalize(f"{classifier}:plain", where=tmp_path_factory.mktemp("elsewhere"))
    assert refused.value.diagnostics[0].code == "E609"
    shipped = archspec.convolutionalize("specs/vgg_a.arch", where=tmp_path_factory.mktemp("elsewhere"))
    assert 'use vgg_a from "vgg_a.arch"' in shipped.text


def test_nothing_is_half_written(classifier: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(classifier.with_name("none.safetensors"))
    output = classifier.with_name("dense.arch")
    assert main(["convolutionalize", f"{classifier}:plain", "-o", str(output), "--weights", missing]) == 1
    assert "E601" in capsys.readouterr().err
    assert not output.exists()
    assert main(["convolutionalize", f"{classifier}:plain", "--weights", "he"]) == 1


class Sums(nn.Module):
    """Two scores for each place: the sum of a 4 x 4 window, and its left half's."""

    def forward(self, x: Tensor) -> Tensor:
        left = torch.ones(1, 3, 4, 4)
        left[..., 2:] = 0
        return nn.functional.conv2d(x, torch.cat([torch.ones(1, 3, 4, 4), left]))


def by_hand(model: Callable[[Tensor], Tensor], image: Tensor, size: int) -> Tensor:
    """Scores as section 3.2 says: scale, average the map, and average with the mirror image."""
    factor = size / min(image.shape[1:])
    shape = (round(image.shape[1] * factor), round(image.shape[2] * factor))
    small = nn.functional.interpolate(image[None], shape, mode="bilinear", antialias=True, align_corners=False)
    return torch.stack([model(x)[0].mean((1, 2)) for x in (small, torch.flip(small, (3,)))]).mean(0)


def test_dense_scores_average_places_mirror_images_and_sizes() -> None:
    image = torch.rand(3, 12, 20, generator=torch.manual_seed(3))
    model = Sums()
    expected = torch.stack([by_hand(model, image, size) for size in (6, 12, 9)]).mean(0)
    assert torch.allclose(archspec.dense_scores(model, image, (6, 12, 9)), expected, rtol=1e-5)
    assert torch.allclose(archspec.dense_scores(model, image[None], (6, 12, 9)), expected[None], rtol=1e-5)
    constant = torch.ones(3, 12, 12)
    assert archspec.dense_scores(model, constant, [12]).tolist() == [48.0, 24.0]
    assert torch.allclose(
        archspec.dense_scores(model, constant, [12], softmax=True), torch.tensor([48.0, 24.0]).softmax(0)
    )
    lopsided = torch.zeros(3, 12, 12)
    lopsided[..., :3] = 1
    assert not torch.allclose(
        archspec.dense_scores(model, lopsided, [12]), archspec.dense_scores(model, lopsided, [12], flip=False)
    )
    with pytest.raises(ValueError, match="size"):
        archspec.dense_scores(model, image, [])


def test_dense_scores_of_a_classifier_at_its_own_size_are_its_scores(classifier: Path) -> None:
    derived = archspec.convolutionalize(f"{classifier}:plain", input="24x24")
    image = torch.rand(3, 24, 24, generator=torch.manual_seed(4))
    model = derived.network.to_torch().eval()
    scores = archspec.dense_scores(model, image, [24], flip=False)
    assert close(scores, derived.original.to_torch().eval()(image[None])[0])
    assert abs(float(archspec.dense_scores(model, image, [24, 32]).sum()) - 1) < 1e-5
