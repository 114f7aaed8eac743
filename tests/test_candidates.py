"""`archspec.count`: the counts of many candidates of one text, each its own, quickly and in bounded memory."""

import gc
import pickle
import tracemalloc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy
import pytest
import torch
from oracle import NETWORKS
from torch import nn

import archspec
from archspec import candidates
from archspec.language import program
from archspec.language.limits import Limits
from benchmarks.many import SPACE, by_hand, drawn

TEXT = SPACE.read_text()
SMALL = "net small\ninput 8x8 RGB\nlet n 4\nlet m 2\nconv3-{n} x{m}\nflat: flatten\nFC-{n*m}\nexpect params 2,316\n"
TABLE = "net two\ncolumns a | b\ninput 8x8 RGB\nlet n 4 | 6\nconv3-{n}\n"
UNIT = "block unit(channels):\n    conv{k}-{channels}\n"
USER = 'net user\nuse unit from "unit.arch"\ninput 8x8 RGB\nunit-4\n'


class Bottleneck(nn.Module):
    """He et al. 2016, Figure 5, with the stride on the middle convolution."""

    def __init__(self, channels: int, inner: int, outer: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, inner, 1, bias=False), nn.BatchNorm2d(inner), nn.ReLU(),
            nn.Conv2d(inner, inner, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(inner), nn.ReLU(),
            nn.Conv2d(inner, outer, 1, bias=False), nn.BatchNorm2d(outer),
        )  # fmt: skip
        projects = channels != outer or stride > 1
        self.around: nn.Module = nn.Identity()
        if projects:
            self.around = nn.Sequential(nn.Conv2d(channels, outer, 1, stride, bias=False), nn.BatchNorm2d(outer))

    def forward(self, value: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.body(value) + self.around(value))


def in_torch(lets: dict[str, int]) -> nn.Module:
    """A network around ResNet-50, written by hand."""
    channels = lets["stem"]
    layers: list[nn.Module] = [nn.Conv2d(3, channels, 7, 2, 3, bias=False), nn.BatchNorm2d(channels), nn.ReLU()]
    layers.append(nn.MaxPool2d(3, 2, 1))
    for stage in range(1, 5):
        inner, outer = lets[f"width{stage}"], lets["expansion"] * lets[f"width{stage}"]
        for unit in range(lets[f"depth{stage}"]):
            stride = 2 if stage > 1 and unit == 0 else 1
            layers.append(Bottleneck(channels, inner, outer, lets["kernel"], stride))
            channels = outer
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1000))


def multiply_adds(model: nn.Module, size: Sequence[int]) -> int:
    """Those of its convolutions and fully connected layers, counted where they run, without numbers."""
    found: list[int] = []

    def count(layer: nn.Module, _: object, output: torch.Tensor) -> None:
        found.append(layer.weight[0].numel() * output.numel())  # type: ignore[operator, index]

    for layer in model.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            layer.register_forward_hook(count)
    model.eval()(torch.empty(1, 3, *size, device="meta"))
    return sum(found)


def test_as_it_stands_it_is_resnet_50() -> None:
    truth = NETWORKS["resnet50/v1.5_torchvision"]
    found = archspec.count(TEXT)
    assert (found.params.trainable, found.macs, found.depth) == (25_557_032, 4_089_184_256, 50)
    assert (found.params.trainable, found.macs) == (truth["params_exact"], truth["macs_exact"])
    assert found.output == (1000,)
    assert found.shapes["conv5_x.2.relu3"] == (2048, 7, 7)


@pytest.mark.parametrize(("size", "lets"), drawn(60, seed=1), ids=lambda each: str(each)[:16])
def test_a_candidate_counts_as_its_sums_by_hand(size: str, lets: dict[str, int]) -> None:
    found = archspec.count(TEXT, input=size, **lets)
    assert (found.depth, found.params.trainable, found.macs) == by_hand(size, lets)


@pytest.mark.parametrize(("size", "lets"), drawn(6, seed=2), ids=lambda each: str(each)[:16])
def test_a_candidate_counts_as_a_module_by_hand(size: str, lets: dict[str, int]) -> None:
    with torch.device("meta"):
        model = in_torch(lets)
    found = archspec.count(TEXT, input=size, **lets)
    assert found.params.trainable == sum(weight.numel() for weight in model.parameters())
    assert found.macs == multiply_adds(model, [int(side) for side in size.split("x")])


@pytest.mark.parametrize("name", ["googlenet", "vgg:E", "resnet:50", "unet:paper", "fcn:8s", "resnet_v1_5:101"])
def test_it_counts_what_load_does(name: str) -> None:
    file, _, column = name.partition(":")
    network, found = archspec.load(name), archspec.count(Path(file), column or None)
    assert (found.depth, found.params, found.macs, found.with_heads) == network.counts
    assert found.shapes == network.graph.shapes
    assert found.output == network.graph.shapes[network.graph.outputs[0]]


def test_a_file_and_a_let_of_it() -> None:
    loaded = archspec.load("resnet:50", input="160x160", lets={"v1_5": 1})
    assert archspec.count(Path("resnet.arch"), "50", input="160x160", v1_5=1).macs == loaded.counts.macs


def test_a_let_may_have_any_name() -> None:
    text = SMALL.replace("{n", "{text").replace("let n", "let text").replace("{m}", "{column}").replace("*m", "*column")
    assert archspec.count(text.replace("let m", "let column"), text=5, column=3) == archspec.count(SMALL, n=5, m=3)


def test_claims_in_plain_numbers_are_about_the_text_as_it_is() -> None:
    wrong = SMALL.replace("2,316", "2,317")
    with pytest.raises(archspec.Problem, match="E401"):
        archspec.count(wrong)
    assert archspec.count(wrong, n=5).params.trainable == archspec.count(SMALL, n=5).params.trainable
    with pytest.raises(archspec.Problem, match="E401"):
        archspec.count(SMALL + "expect depth {n}\n", n=5)
    assert archspec.count(SMALL + "expect depth {m+1}\n", m=7).depth == 8


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (SMALL, {"n": 0}),
        (SMALL, {"n": -3, "m": -1}),
        (SMALL.replace("x{m}", "x{m}\nmaxpool8/{m}\nmaxpool8/8"), {"m": 3}),
        (SMALL, {"input": "8xa"}),
        (SMALL, {"p": 2}),
        (SMALL, {"m": 200_000}),
        (SMALL, {"n": 9_999_999_999}),
        (SMALL.replace("conv3", "konv3"), {}),
        (SMALL.replace("{n}", "{"), {}),
        (SMALL.replace("flat: flatten", "flat: FC-9\nflat: relu"), {}),
    ],
)
def test_what_is_wrong_is_said_as_by_check(text: str, options: dict[str, int | str], tmp_path: Path) -> None:
    path = tmp_path / "s.arch"
    path.write_text(text)
    lets = {name: value for name, value in options.items() if isinstance(value, int)}
    size = options.get("input")
    with pytest.raises(archspec.Problem) as loading:
        archspec.load(path, input=None if size is None else str(size), lets=lets)
    with pytest.raises(archspec.Problem) as counting:
        archspec.count(text, **options)  # type: ignore[arg-type]
    assert said(counting.value) == said(loading.value)


def said(problem: archspec.Problem) -> list[tuple[object, ...]]:
    errors = [each for each in problem.diagnostics if each.severity == "error"]
    assert errors
    return [(each.code, each.span, each.found) for each in errors]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: archspec.count("vgg_e"), "E602"),
        (lambda: archspec.count(SMALL, n=2.5), "E602"),
        (lambda: archspec.count(SMALL, n="2"), "E602"),
        (lambda: archspec.count(SMALL, n=10**5000), "E602"),
        (lambda: archspec.count(TABLE), "E608"),
        (lambda: archspec.count(TABLE, "c"), "E602"),
        (lambda: archspec.count(SMALL, "a"), "E602"),
        (lambda: archspec.count("block b(c):\n    conv3-{c}\n"), "E608"),
        (lambda: archspec.count(""), "E108"),
        (lambda: archspec.count("net a\n" + "#" * (1 << 20)), "E501"),
        (lambda: archspec.count("net a\n\ud800"), "E103"),
        (lambda: archspec.count(Path("nowhere.arch")), "E601"),
        (lambda: archspec.count("net a\ninput 8x8 RGB\n" + "[" * 60 + "relu" + "]" * 60 + "\n"), ""),
    ],
)
def test_what_cannot_be_counted(call: object, code: str) -> None:
    assert callable(call)
    if code:
        with pytest.raises(archspec.Problem, match=code):
            call()
    else:
        assert call().depth == 0


def test_a_column_of_a_table() -> None:
    assert [archspec.count(TABLE, column).output for column in ("a", "b")] == [(4, 8, 8), (6, 8, 8)]
    assert archspec.count(TABLE, "b", n=9).output == (9, 8, 8)


def test_numpys_integers_are_integers() -> None:
    assert archspec.count(SMALL, n=numpy.int64(5)) == archspec.count(SMALL, n=5)


def test_a_candidate_is_short_to_read_and_travels() -> None:
    found = archspec.count(SMALL)
    assert len(repr(found)) < 250
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_text_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    real = candidates.read_program
    monkeypatch.setattr(candidates, "read_program", lambda *given: read.append(1) or real(*given))
    text = SMALL + "# once\n"
    assert len({archspec.count(text, n=n).macs for n in range(1, 30)}) == 29
    assert len(read) == 1


def test_few_texts_stay_read() -> None:
    for number in range(candidates.KEPT + 9):
        assert archspec.count(f"{SMALL}# {number}\n", m=number + 1).depth == number + 2
    assert candidates.opened.cache_info().currsize == candidates.KEPT


def test_a_candidate_leaves_nothing_to_the_next() -> None:
    first = [archspec.count(text, n=5) for text in (SMALL, TABLE.replace("columns a | b\n", "").replace(" | 6", ""))]
    with pytest.raises(archspec.Problem):
        archspec.count(SMALL, n=0)
    assert archspec.count(SMALL, n=5) == first[0]
    assert archspec.count(SMALL, n=6) != first[0]
    assert archspec.count(SMALL) == archspec.count(SMALL, n=4, m=2)


def test_a_file_that_is_used_is_read_again_when_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, kernel in (("one", "3"), ("two", "5")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "unit.arch").write_text(UNIT.replace("{k}", kernel))
    params = []
    for folder in ("one", "two", "one"):
        monkeypatch.chdir(tmp_path / folder)
        params.append(archspec.count(USER).params.trainable)
    Path("unit.arch").write_text(UNIT.replace("{k}", "11"))
    params.append(archspec.count(USER).params.trainable)
    assert params == [112, 304, 112, 1456]


def test_threads_get_their_own_counts() -> None:
    program.sound_statements.cache_clear()
    asked = [(f"{SMALL}# thread {number % 7}\n", number % 11 + 1) for number in range(300)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda each: archspec.count(each[0], n=each[1], m=each[1]).params.trainable, asked))
    conv = [sum(9 * a * b + b for a, b in [(3, n), *[(n, n)] * (n - 1)]) for _, n in asked]
    assert found == [conv[i] + 64 * n * n * n + n * n for i, (_, n) in enumerate(asked)]


def test_thousands_of_candidates_leave_no_memory_behind() -> None:
    def held(number: int) -> int:
        for n in range(number):
            archspec.count(SMALL, n=1 + n, m=1 + n % 5)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        before = held(200)
        after = held(2000)
    finally:
        tracemalloc.stop()
    assert after - before < 50_000  # 25 bytes a candidate; one that stayed would take thousands


def test_the_manuals_example() -> None:
    """Every line with a comment gives what the comment says."""
    page = (Path(archspec.__file__).parents[1] / "docs" / "questions.md").read_text().partition("## Candidates")[2]
    example = page.partition("```python\n")[2].partition("```")[0]
    names: dict[str, object] = {}
    exec(example, names)
    told = [line.split("  #") for line in example.splitlines() if "  #" in line]
    assert [eval(said, names) for said, _ in told] == [eval(given) for _, given in told]
    assert len(told) == 2


def test_the_largest_candidate_has_the_limits_of_a_spec() -> None:
    assert archspec.count(SMALL, m=2000).depth == 2001
    with pytest.raises(archspec.Problem, match="E504"):
        archspec.count(SMALL, m=Limits().nodes + 1)
