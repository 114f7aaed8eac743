"""What a run is asked for besides its recipe: none of it changes what is computed, but for rounding."""

import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import numpy
import pytest
import torch
from numpy.typing import NDArray
from short import NORMALIZED, last, net, recipe
from torch import Tensor, distributed, nn

from archspec.cli import main
from archspec.diagnostics import Problem
from archspec.training import metrics, train
from archspec.training.machine import Machine
from archspec.training.metrics import Row
from archspec.training.processes import Processes
from archspec.training.synchronized import synchronize

Captured = pytest.CaptureFixture[str]


def weights(folder: Path, **options: Any) -> dict[str, NDArray[Any]]:
    """Those after three steps."""
    asked = recipe(steps=3, batch=32, optimizer={"rate": 0.3}, data={"scale": "deviation"})
    train(net(NORMALIZED), folder, recipe=asked, machine=Machine("cpu", **options))
    return last(folder)


def compiler() -> bool:
    """Whether there is what `torch.compile` needs on a CPU."""
    return any(map(which, ("c++", "g++", "clang++")))


COMPILED = [pytest.mark.skipif(not compiler(), reason="no compiler for C++"), pytest.mark.slow]


@pytest.mark.parametrize(
    ("options", "tolerance"),
    [
        ({"precision": "bf16"}, 2e-2),
        ({"channels_last": True}, 1e-5),
        ({"precision": "tf32"}, 0),  # which is there on GPUs alone
        pytest.param({"compile": True}, 1e-4, marks=COMPILED),
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning:torch._inductor.*")
def test_how_it_runs_changes_no_more_than_rounding(options: dict[str, Any], tolerance: float, tmp_path: Path) -> None:
    plain, other = weights(tmp_path / "plain"), weights(tmp_path / "other", **options)
    begun = {name: value.numpy() for name, value in net(NORMALIZED).to_torch().state_dict().items()}
    for name, value in plain.items():
        assert other[name].dtype == numpy.float32
        numpy.testing.assert_allclose(other[name], value, rtol=0, atol=tolerance, err_msg=name)
    moved = max(abs(value - begun[name]).max() for name, value in plain.items() if "running" not in name)
    assert moved > 5 * tolerance  # else a network that learns nothing would do
    if "precision" in options:
        same = all(numpy.array_equal(other[name], value) for name, value in plain.items())
        assert same == (options["precision"] == "tf32")  # bf16 does something


def test_channels_lie_as_is_asked() -> None:
    network, images = nn.Conv2d(3, 4, 3), torch.zeros(2, 3, 5, 5)
    for value in (network.weight, images):
        assert not value.is_contiguous(memory_format=torch.channels_last)
    asked = Machine(channels_last=True)
    for value in (asked.laid(network).weight, asked.laid(images)):
        assert value.is_contiguous(memory_format=torch.channels_last)
    assert Machine().laid(images) is images


# What there is not


def refused(place: Any) -> str:
    with pytest.raises(Problem) as caught:
        place()
    (said,) = caught.value.diagnostics
    return f"{said.code}: {said.message}"


def test_devices_and_precisions_are_known_ones() -> None:
    assert refused(Machine(device="gpu").place) == "E602: there is no device `gpu`"
    assert refused(Machine(precision="fp16").place) == "E602: there is no precision `fp16`"


def test_a_device_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch, capsys: Captured, tmp_path: Path) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert Machine().place() == torch.device("cpu")
    for kind in ("cuda", "mps"):
        assert refused(Machine(device=kind).place) == f"E625: PyTorch finds no device `{kind}` here"
    run = tmp_path / "run"
    assert main(["train", "digits_plain:20", "--device", "cuda", "-o", str(run)]) == 1
    assert "E625" in capsys.readouterr().err
    assert not run.exists()


def test_there_are_no_more_processes_than_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[int] = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "set_device", chosen.append)
    assert Machine().place(Processes(5, 8, 1)) == torch.device("cuda", 1)
    assert chosen == [1]
    found = refused(lambda: Machine().place(Processes(2, 8, 2)))
    assert found == "E625: there are fewer GPUs than processes"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, Processes(0, 1, 0)),
        ({"RANK": "3", "WORLD_SIZE": "4", "LOCAL_RANK": "1"}, Processes(3, 4, 1)),
        ({"RANK": "x", "WORLD_SIZE": "4"}, "E625: what the environment says of processes is no numbers"),
    ],
)
def test_the_environment_says_which_process_this_is(
    said: dict[str, str], found: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from archspec.training.processes import started

    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK"):
        monkeypatch.delenv(name, raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert (refused(started) if isinstance(found, str) else started()) == found


# TensorBoard


def cut_off(write: Callable[[Path, list[Row]], None]) -> Callable[[Path, list[Row]], None]:
    """What writes the table, until it has two rows."""

    def maybe(folder: Path, rows: list[Row]) -> None:
        if len(rows) > 1:
            raise KeyboardInterrupt
        write(folder, rows)

    return maybe


@pytest.mark.skipif(not find_spec("tensorboard"), reason="TensorBoard is not installed")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tensorboard_shows_the_figures_of_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run = tmp_path / "run"
    command = ["train", "digits_plain:20", "--epochs", "2", "--batch", "512", "-o", str(run), "--tensorboard"]
    with monkeypatch.context() as patched:  # a run that is cut off when the second epoch is shown, but not yet kept
        patched.setattr(metrics, "write", cut_off(metrics.write))
        assert main(command) == 130
    assert main([*command, "--resume"]) == 0
    shown = EventAccumulator(str(run)).Reload()
    rows = metrics.rows(run)
    assert [row.step for row in rows] == [2, 4]
    names = {
        "rate": "rate",
        "train/loss": "train_loss",
        "train/error": "train_error",
        "test/loss": "test_loss",
        "test/error": "test_error",
        "images/per_second": "images_per_second",
    }
    assert set(shown.Tags()["scalars"]) == set(names)
    for name, column in names.items():
        assert [event.step for event in shown.Scalars(name)] == [2, 4]
        expected = [numpy.float32(getattr(row, column)) for row in rows]  # the files hold float32
        assert [event.value for event in shown.Scalars(name)] == expected


# Synchronized batch normalization


@pytest.fixture
def alone() -> Any:
    """A group of this process alone."""
    distributed.init_process_group("gloo", store=distributed.HashStore(), rank=0, world_size=1)
    yield
    distributed.destroy_process_group()


def normalized(network: nn.Module, x: Tensor) -> list[Tensor]:
    """What two passes give, their gradients, and the statistics that they leave."""
    x = x.clone().requires_grad_()
    outputs = [network(x), network(2 * x + 1)]
    (torch.stack(outputs) ** 2 * torch.arange(x[0].numel()).view(x[0].shape)).sum().backward()
    assert x.grad is not None
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    assert len(gradients) == 2
    (layer,) = (layer for layer in network.modules() if isinstance(layer, nn.modules.batchnorm._BatchNorm))
    assert layer.running_mean is not None
    assert layer.running_var is not None
    given = network.eval()(x)
    return [*outputs, x.grad, *gradients, layer.running_mean, layer.running_var, given]


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("layer", "shape"), [(nn.BatchNorm1d, (6, 4)), (nn.BatchNorm2d, (6, 4, 3, 5)), (nn.BatchNorm2d, (2, 4, 1, 1))]
)
def test_one_process_normalizes_as_pytorch_does(layer: type[nn.Module], shape: tuple[int, ...]) -> None:
    chance = torch.Generator().manual_seed(0)
    x = 3 * torch.randn(shape, generator=chance, dtype=torch.float64) + 5
    networks = [nn.Sequential(layer(4, eps=1e-3, momentum=0.3)).double() for _ in range(2)]
    for network in networks:
        with torch.no_grad():
            network.get_parameter("0.weight").copy_(torch.arange(1.0, 5))
            network.get_parameter("0.bias").copy_(torch.arange(4.0))
    synchronized = synchronize(networks[0], torch.device("cpu"))
    assert type(synchronized[0]) is not layer  # type: ignore[index]
    for ours, theirs in zip(normalized(synchronized, x), normalized(networks[1], x), strict=True):
        torch.testing.assert_close(ours, theirs)


@pytest.mark.usefixtures("alone")
def test_statistics_of_bfloat16_are_float32_s() -> None:
    """Under autocast what a convolution gives is bfloat16, whose sums are good to two digits."""
    x = (torch.randn((64, 4, 9, 9), generator=torch.Generator().manual_seed(0)) + 5).bfloat16()
    network, theirs = (nn.Sequential(nn.BatchNorm2d(4, momentum=1.0)) for _ in range(2))
    ours = synchronize(network, torch.device("cpu"))(x)
    assert ours.dtype == theirs(x).dtype == torch.bfloat16
    torch.testing.assert_close(network[0].running_mean, x.float().mean((0, 2, 3)))
    torch.testing.assert_close(network[0].running_var, x.float().var((0, 2, 3)))
