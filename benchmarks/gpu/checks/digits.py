"""`archspec.train` on handwritten digits: what is learned on the device is what is learned on the CPU."""

from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

from archspec.training import train
from archspec.training.machine import Machine
from archspec.training.metrics import Row
from benchmarks.gpu.finding import Asked, Finding, in_time, judged

RESIDUAL, PLAIN, DEEP = "digits_resnet:20", "digits_plain:20", "digits_plain:56"
TRAIN, TEST = 1.0, 2.0
"""Points that errors in training and in testing may be apart; the test has 360 images, and 2 points are 7 of them."""
GAP = 10.0
"""Points that a plain network of 56 layers learns worse than one of 20, at least."""
CPU = Machine("cpu")


def run(asked: Asked) -> Iterator[Finding]:
    """The residual network in each way to run it, then plain ones, of which the deeper learns worse."""
    ways = {
        "fp32": Machine(asked.device),
        "bf16 NHWC": Machine(asked.device, "bf16", channels_last=True),
        "bf16 NHWC compile": Machine(asked.device, "bf16", channels_last=True, compile=True),
    }
    wanted = ["bf16 NHWC"] if asked.quick else list(ways)
    yield from in_time(asked, wanted, lambda way: [like_the_cpu(f"{RESIDUAL} {way}", end(RESIDUAL, ways[way]))])
    yield from in_time(asked, () if asked.quick else [DEEP], partial(degraded, ways["fp32"]))


def like_the_cpu(subject: str, found: Row) -> Finding:
    """Errors as on the CPU, whose own run takes some seconds."""
    expected = end(RESIDUAL, CPU)
    near = (
        abs(found.train_error - expected.train_error) <= TRAIN and abs(found.test_error - expected.test_error) <= TEST
    )
    figures = {"train error %": found.train_error, "test error %": found.test_error}
    beside = {"CPU's train error %": expected.train_error, "CPU's test error %": expected.test_error}
    why = f"more than {TRAIN:g} and {TEST:g} points apart"
    return judged(subject, near, why, **figures, **beside, **{"images/s": found.images_per_second})


def degraded(machine: Machine, deep: str) -> Iterator[Finding]:
    """He et al. 2016, Figure 1: the deeper plain network has the higher training error."""
    one, other = end(PLAIN, machine), end(deep, machine)
    figures = {
        "train error %": other.train_error,
        "test error %": other.test_error,
        "images/s": other.images_per_second,
    }
    why = f"{PLAIN} has {one.train_error:.3g} %, and not {GAP:g} points less"
    yield judged(f"{deep} fp32, beside {PLAIN}", other.train_error >= one.train_error + GAP, why, **figures)


@cache
def end(network: str, machine: Machine) -> Row:
    """What a run by the digits' recipe comes to."""
    with TemporaryDirectory() as folder:
        return train(network, Path(folder, "run"), machine=machine).rows[-1]
