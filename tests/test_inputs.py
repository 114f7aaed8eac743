"""Input sizes other than a spec's own: which ones a network takes, and what is said of the others."""

import re

import pytest
from zoo import sized

from archspec.checks.checkup import check_source
from archspec.language.settled import Choices
from archspec.network import check
from archspec.op import Shape
from archspec.source import Source


def output(spec: str, height: int, width: int) -> Shape | None:
    """The shape of a network's output at this size of its input; None where it has none."""
    graph = sized(spec, height, width)
    return graph.shapes[graph.outputs[0]] if graph else None


@pytest.mark.parametrize("spec", ["unet:paper", "unet:rgb", "unet_release"])
def test_u_net_takes_16_k_plus_60_and_nothing_else(spec: str) -> None:
    """Oracle, section 2.8: valid inputs are 16k + 60 from 188 on, and the output is 184 smaller."""
    sides = range(150, 400)
    valid = [side >= 188 and side % 16 == 60 % 16 for side in sides]
    expected = [(2, side - 184, side - 184) if good else None for side, good in zip(sides, valid, strict=True)]
    assert [output(spec, side, side) for side in sides] == expected


@pytest.mark.parametrize(
    ("size", "works"),
    [
        ("570x570", ["556x556", "572x572"]),
        ("573x573", ["572x572", "588x588"]),
        ("570x600", ["556x588", "572x604"]),
        ("572x570", ["572x556", "572x572"]),
        ("130x188", ["188x188"]),
        ("40x40", []),
    ],
)
def test_the_nearest_sizes_that_work_are_named(size: str, works: list[str]) -> None:
    (error,) = (d for d in check("specs/unet.arch:paper", Choices(size)).diagnostics if d.severity == "error")
    assert re.findall(r"--input (\d+x\d+)", error.help) == works


def test_no_sizes_are_named_where_the_size_is_not_to_blame() -> None:
    text = "net n\ninput 8x8 RGB\na: conv3-4\nconv3-5\nadd(a)\n"
    (error,) = check_source(Source("n.arch", text), Choices("9x9")).diagnostics
    assert error.code == "E203"
    assert "--input" not in error.help


@pytest.mark.parametrize("spec", ["fcn:8s", "fcn:32s"])
def test_fcn_takes_every_size_and_gives_a_map_of_it(spec: str) -> None:
    """Long et al. 2015, section 4: "any size"; the padding of 100 and the crops make it so from 32 on and below."""
    sizes = [(side, 632 - side) for side in range(32, 601, 3)]  # strides of 32: every remainder, many times
    assert [output(spec, *size) for size in sizes] == [(21, *size) for size in sizes]
