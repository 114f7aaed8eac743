"""The checks for a GPU, tried on the CPU: what is sound passes, what is not fails, and what cannot be run says so."""

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import torch
from everything import chain, op
from torch import Tensor, nn
from torch._dynamo.exc import RecompileError, Unsupported
from torch._dynamo.utils import counters
from zoo import ALONE, networks

from archspec.backends.torch.module import module
from archspec.network import load
from archspec.rewrite.logits import logits
from archspec.training.metrics import Row
from benchmarks.gpu.__main__ import main
from benchmarks.gpu.cards import peak_of
from benchmarks.gpu.checks import captured, compiled, digits, distributed, memory, throughput, train
from benchmarks.gpu.finding import Asked, Finding, in_time, judged
from benchmarks.gpu.networks import shipped, training_bytes
from benchmarks.gpu.page import page
from benchmarks.gpu.program import findings
from benchmarks.gpu.step import distance
from benchmarks.training import Setting, Trained

QUICK = Asked("cpu", quick=True, seconds=600)
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")  # PyTorch's own, when it compiles


def test_every_shipped_network_once_and_every_family_first() -> None:
    names = shipped()
    assert sorted(names) == sorted([*networks(), *ALONE])
    families = {name.partition(":")[0] for name in names}
    assert {name.partition(":")[0] for name in names[: len(families)]} == families


def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "found.json"
    command = ["--device", "cpu", "--quick", "--only", "captured,distributed", "--json", str(kept)]
    assert main(command) == 0
    out, err = capsys.readouterr()
    found = json.loads(kept.read_text())["checks"]
    assert {each["verdict"] for each in found["captured"]} == {"not run"}
    assert [each["verdict"] for each in found["distributed"]] == ["passed"]
    assert f"- not run, needs CUDA: {captured.WHOLE[0]} whole step, " in out
    assert out.endswith(f"1 passed, 0 failed, {len(found['captured'])} not run.\n\n")
    assert "distributed: cifar_resnet:20 gloo: passed\n" in err


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is one")
def test_without_a_gpu(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("PyTorch finds no GPU")


def test_a_check_that_breaks_down_fails_and_one_that_hangs_is_ended() -> None:
    (broken,) = findings("no_such_check", QUICK, 60)
    assert (broken.verdict, broken.why) == (
        "failed", "ModuleNotFoundError: No module named 'benchmarks.gpu.checks.no_such_check'",
    )  # fmt: skip
    (hanging,) = findings("train", QUICK, 0.3)
    assert (hanging.verdict, hanging.why[:6]) == ("not run", "ended:")


def test_a_part_that_fails_leaves_the_others() -> None:
    def part(name: str) -> Iterator[Finding]:
        if name == "large":
            raise torch.OutOfMemoryError("CUDA out of memory.\nTried to allocate")
        yield judged(name, 1 / len(name.strip()) < 1, "short", length=len(name))

    good, short, wrong, large = in_time(QUICK, ["abc", "a", " ", "large"], part)
    assert good == Finding("abc", "passed", "", {"length": 3})
    assert short == Finding("a", "failed", "short", {"length": 1})
    assert (wrong.verdict, wrong.why) == ("failed", "ZeroDivisionError: division by zero")
    assert (large.verdict, large.why) == ("not run", "OutOfMemoryError: CUDA out of memory.")
    assert [each.verdict for each in in_time(Asked(seconds=-1), ["abc"], part)] == ["not run"]


def test_the_page_names_what_failed_and_why() -> None:
    found = {
        "train": [
            judged("a", True, "no", loss=1.5),
            judged("b", False, "slow", loss=12345.6),
            Finding("c", "not run", "x"),
        ]
    }
    text = page(["here"], found)
    assert "| a | passed | 1.5 |  |\n| **b** |" not in text
    assert "| a | passed | 1.5 |  |\n| b | **failed** | 12,346 | slow |" in text
    assert text.endswith("- not run, x: c\n\n1 passed, 1 failed, 1 not run.\n")


def verdicts(found: Iterator[Finding]) -> dict[str, str]:
    return {finding.subject: finding.verdict for finding in found}


def test_small_networks_pass() -> None:
    assert set(verdicts(train.steps(QUICK, "cifar_resnet:20")).values()) == {"passed"}
    assert set(verdicts(compiled.compiled(QUICK, compiled.TRACED, "unet_same:plain")).values()) == {"passed"}
    kept = verdicts(memory.both(QUICK, "resnet:50"))
    assert {subject: verdict for subject, verdict in kept.items() if subject.endswith("kept")} == {
        "resnet:50 fp32, batch 2: kept": "passed", "resnet:50 bf16, batch 2: kept": "passed",
    }  # fmt: skip
    assert set(verdicts(throughput.beside(QUICK, throughput.QUICK[1])).values()) == {"passed"}


@pytest.mark.slow
@pytest.mark.parametrize("check", [train, compiled, captured, throughput, memory, digits, distributed])
def test_no_check_fails_on_the_cpu(check: object) -> None:
    assert "failed" not in verdicts(check.run(QUICK)).values()  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in shipped() if not re.search(":1[0-9]{3}$", name)])
def test_a_network_is_one_graph_and_is_compiled_once(name: str) -> None:
    """At its own size, without computing anything; a thousand layers would be traced for minutes."""
    graph = logits(load(name).graph)
    torch._dynamo.reset()
    counters.clear()
    with torch._dynamo.config.patch(error_on_recompile=True):
        run = torch.compile(module(graph).train(), fullgraph=True, backend="eager")
        for _ in range(2):
            run(torch.empty(2, *graph.input.shape, device="meta"))
    assert counters["stats"]["unique_graphs"] == 1


class Odd(nn.Module):
    """A network that does not take to being compiled."""

    def __init__(self, fault: str) -> None:
        super().__init__()
        self.layer, self.fault, self.turn = nn.Linear(4, 3), fault, 0

    def forward(self, x: Tensor) -> Tensor:
        if self.fault == "breaks":
            torch._dynamo.graph_break()
        if self.fault == "recompiles":
            self.turn += 1
        return self.layer(x)


def odd(fault: str) -> Trained:
    network = Odd(fault)
    images, labels = torch.ones(2, 4), torch.tensor([0, 1])
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    return Trained(network, network, optimizer, images, labels, (1.0,), Setting())


def test_a_break_and_a_recompilation_are_found() -> None:
    assert compiled.traced(odd(""), backend="eager")[1:] == (0, 1)
    with pytest.raises(Unsupported):
        compiled.traced(odd("breaks"), backend="eager")
    with pytest.raises(RecompileError):
        compiled.traced(odd("recompiles"), backend="eager")


def test_weights_that_do_not_move_or_are_not_finite_fail() -> None:
    assert train.moved("sound", odd("")).verdict == "passed"
    still, wild = odd(""), odd("")
    still.optimizer.param_groups[0]["lr"] = 0.0
    wild.optimizer.param_groups[0]["lr"] = float("inf")
    assert train.moved("still", still).why.startswith("2 tensors did not move, all finite: True")
    assert "all finite: False" in train.moved("wild", wild).why


def test_the_memory_of_a_small_network_by_hand() -> None:
    """8 images of 1 x 4 x 4; a convolution to 2 channels, a ReLU, ten scores."""
    graph = chain((1, 4, 4), op("conv", kernel=3, pad=1, channels=2), op("relu"), op("fc", features=10))
    kept = 8 * (32 + 10) * 4  # what the ReLU gives, and the loss's logarithms
    copies = 2 * (2 * 9 + 32 * 10)
    assert memory.predicted(graph, 8, bf16=False) == kept
    assert memory.predicted(graph, 8, bf16=True) == 8 * ((16 + 32) * 2 + 10 * 4) + copies
    assert training_bytes(graph, 8) == 12 * (2 * 9 + 2 + 320 + 10) + 8 * (16 + 32) * 4
    assert memory.behind("far", 1.06 * kept, kept).verdict == "failed"


def test_slower_than_promised_fails() -> None:
    cell, figures = throughput.BEST, {"images/s": 2600.0, "by hand": 2600.0, "ratio": 1.0, "losses apart": 0.001}
    sound = partial(throughput.verdict, Asked())
    assert sound(cell, figures, 312e12).verdict == "passed"
    assert sound(cell, {**figures, "ratio": 0.96}, None).verdict == "failed"
    assert sound(cell, {**figures, "losses apart": 0.02}, None).verdict == "failed"
    assert sound(cell, {**figures, "images/s": 2400.0}, 312e12).verdict == "failed"
    assert sound(cell, {**figures, "images/s": 2400.0}, 125e12).verdict == "passed", "a smaller card"
    assert sound(cell._replace(bf16=False), {**figures, "images/s": 900.0}, 156e12).verdict == "passed"


def test_what_is_not_learned_as_on_the_cpu_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def row(train: float, test: float) -> Row:
        return Row(10, 220, 0.0, 0.1, train, 0.1, test, None, 700.0, 20.0)

    ends = {digits.RESIDUAL: row(0.5, 1.5), digits.PLAIN: row(0.5, 2.0), digits.DEEP: row(60.0, 61.0)}
    monkeypatch.setattr(digits, "end", lambda network, machine: ends[network])
    assert digits.like_the_cpu("near", row(1.4, 3.4)).verdict == "passed"
    assert digits.like_the_cpu("untrained", row(1.6, 1.5)).verdict == "failed"
    assert digits.like_the_cpu("worse", row(0.5, 3.6)).verdict == "failed"
    assert set(verdicts(digits.degraded(digits.CPU, digits.DEEP)).values()) == {"passed"}
    ends[digits.DEEP] = row(10.4, 11.0)
    assert set(verdicts(digits.degraded(digits.CPU, digits.DEEP)).values()) == {"failed"}


@pytest.mark.parametrize(
    ("card", "teraflops"),
    [
        ("NVIDIA A100-SXM4-80GB", 312), ("NVIDIA H100 80GB HBM3", 989), ("NVIDIA H100 PCIe", 756),
        ("NVIDIA H100 NVL", 835), ("NVIDIA H200", 989), ("NVIDIA L4", 121), ("NVIDIA L40S", 362),
        ("NVIDIA A10", 125), ("NVIDIA A10G", None), ("Tesla V100-SXM2-16GB", None),
    ],
)  # fmt: skip
def test_peaks_by_name(card: str, teraflops: int | None) -> None:
    assert peak_of(card, bf16=True) == (None if teraflops is None else teraflops * 1e12)


def test_distances() -> None:
    one, two = [torch.tensor([3.0, 4.0])], [torch.tensor([3.0, 4.5])]
    assert distance(two, one) == pytest.approx(0.1)
    assert distance(two, one, before=[torch.tensor([3.0, 3.5])]) == pytest.approx(1.0)
    assert distance(one, one, before=one) == float("inf"), "nothing has moved"
