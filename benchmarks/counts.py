"""The tools' counts beside the sums that they make: `python -m benchmarks.counts`.

Each tool runs on each network by hand; its total is compared with the sum of `benchmarks.peer_counts` over the graph of
the spec. Exit status: 0 when every tool that is installed agrees with its sum, 1 when one does not.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

import archspec
from archspec.rewrite import Changes, rewrite
from benchmarks.models import MODELS
from benchmarks.peer_counts import SUMS, total

if TYPE_CHECKING:
    from torch import nn


NETWORKS = ("vgg_e", "resnet50", "resnet152", "googlenet", "unet")


class Line(NamedTuple):
    """One tool on one network."""

    network: str
    tool: str
    theirs: int | None
    """Nothing where it is not installed."""
    summed: int
    macs: int
    """Multiply-adds."""


def main(*networks: str) -> int:
    """Print a table, and say whether all agree."""
    lines = [line for name in networks or NETWORKS for line in counted(name)]
    print("| network | tool | it counts | the sum by hand | more than multiply-adds | |")
    print("| --- | --- | ---: | ---: | ---: | --- |")
    for each in lines:
        verdict = "not installed" if each.theirs is None else "equal" if each.theirs == each.summed else "DIFFERS"
        theirs = "" if each.theirs is None else f"{each.theirs:,}"
        more = f"{each.summed - each.macs:,}"
        print(f"| {each.network} | {each.tool} | {theirs} | {each.summed:,} | {more} | {verdict} |")
    return int(any(each.theirs not in (None, each.summed) for each in lines))


def counted(name: str) -> Iterator[Line]:
    """All tools on one network."""
    model = MODELS[name]
    graph, _ = rewrite(archspec.load(model.spec).graph, Changes(heads=False), "zeros", 0)
    found = run(name)
    for tool in SUMS:
        yield Line(model.title, tool, found.get(tool), total(graph, tool), total(graph, "calflops"))


def run(name: str) -> Mapping[str, int]:
    """What the tools that are installed count; what they print goes to the other output."""
    found: dict[str, int] = {}
    with redirect_stdout(sys.stderr):
        for tool, count in TOOLS.items():
            if find_spec(tool):
                found |= count(MODELS[name].build().eval(), MODELS[name].size)
    return found


def torchinfo(module: "nn.Module", size: tuple[int, ...]) -> dict[str, int]:
    from torchinfo import summary

    return {"torchinfo": int(summary(module, input_size=(1, *size), device="cpu", verbose=0).total_mult_adds)}


def fvcore(module: "nn.Module", size: tuple[int, ...]) -> dict[str, int]:
    import torch
    from fvcore.nn import FlopCountAnalysis

    analysis = FlopCountAnalysis(module, torch.zeros(1, *size)).unsupported_ops_warnings(False)
    return {"fvcore": int(analysis.total())}


def ptflops(module: "nn.Module", size: tuple[int, ...]) -> dict[str, int]:
    from ptflops import get_model_complexity_info

    macs, _ = get_model_complexity_info(module, size, as_strings=False, print_per_layer_stat=False, backend="pytorch")
    return {"ptflops": int(macs)}


def calflops(module: "nn.Module", size: tuple[int, ...]) -> dict[str, int]:
    from calflops import calculate_flops

    flops, macs, _ = calculate_flops(
        module, input_shape=(1, *size), output_as_string=False, print_results=False, print_detailed=False
    )
    return {"calflops": int(macs), "calflops, FLOPs": int(flops)}


def thop(module: "nn.Module", size: tuple[int, ...]) -> dict[str, int]:
    import torch
    from thop import profile

    return {"thop": int(profile(module, inputs=(torch.zeros(1, *size),), verbose=False)[0])}


TOOLS = {"torchinfo": torchinfo, "fvcore": fvcore, "ptflops": ptflops, "calflops": calflops, "thop": thop}


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
