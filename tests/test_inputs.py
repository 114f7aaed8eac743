"""Input sizes other than a spec's own: which ones a network takes, and what is said of the others."""

import re

import pytest

from archspec.checks.checkup import check_source
from archspec.language.settled import Choices
from archspec.network import check
from archspec.source import Source


@pytest.mark.parametrize("spec", ["specs/unet.arch:paper", "specs/unet.arch:rgb", "specs/unet_release.arch"])
def test_u_net_takes_16_k_plus_60_and_nothing_else(spec: str) -> None:
    """Oracle, section 2.8: valid inputs are 16k + 60 from 188 on, and the output is 184 smaller."""
    for side in range(150, 400):
        result = check(spec, Choices(f"{side}x{side}"))
        assert result.ok == (side >= 188 and side % 16 == 60 % 16), side
        if result.ok:
            (network,) = result.networks
            assert network.graph
            assert network.graph.shapes[network.graph.outputs[0]] == (2, side - 184, side - 184)


@pytest.mark.parametrize(
    ("size", "works"),
    [
        ("570x570", ["556x556", "572x572"]),
        ("573x573", ["572x572", "588x588"]),
        ("570x600", ["556x588", "572x604"]),
        ("572x570", ["572x556", "572x572"]),
        ("100x188", ["188x188"]),
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
