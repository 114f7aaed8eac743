"""`archspec ops [LAYER] [--input HxW [--matrix]]`"""

import argparse

from archspec import ops
from archspec.checks.checkup import check_source, sound
from archspec.diagnostics import problem
from archspec.graph import Graph
from archspec.graph.counts import count
from archspec.language.settled import Choices
from archspec.language.suggest import meant
from archspec.op.describe import describe, manual, markdown
from archspec.op.window import size
from archspec.report.matrix import KERNELS, matrices
from archspec.source import Source


def arguments(parser: argparse.ArgumentParser) -> None:
    about = "one layer; without it, all are listed. With --input as a spec has it: `upconv3-1/2(pad=1)`"
    parser.add_argument("op", nargs="?", metavar="LAYER", help=about)
    parser.add_argument("--markdown", action="store_true", help="print the pages of all layers (docs/layers.md)")
    group = parser.add_argument_group("a layer at work")
    group.add_argument("--input", metavar="HxW[xC]", help="the map it is given, of one channel where C is not written")
    group.add_argument(
        "--matrix", action="store_true", help="print the matrix of a small convolution, and its transpose"
    )
    group.add_argument(
        "--weights", choices=KERNELS, default=KERNELS[0], help="what the matrix is made of (default ones)"
    )


def run(args: argparse.Namespace) -> int:
    """Print how layers are written, or what one does to its input."""
    if args.markdown:
        print(HEADING + manual(ops.every()), end="")
    elif args.input or args.matrix:
        work(args)
    elif args.op is None:
        width = max(len(op.form) for op in ops.every())
        for op in ops.every():
            print(f"{op.form.ljust(width)}  {describe(op).summary}")
    else:
        found = ops.find(args.op)
        if found is None:
            raise problem("E602", f"there is no layer `{args.op}`", help=meant(args.op))
        print(markdown(describe(found)), end="")
    return 0


def work(args: argparse.Namespace) -> None:
    """Print what a layer makes of an input. Raises Problem E602 unless both are named."""
    if not (args.op and args.input):
        raise problem("E602", "a layer and its input are needed", help="`archspec ops upconv3-1 --input 2x2 --matrix`")
    graph = alone(args.op, args.input)
    print(costs(graph))
    if args.matrix:
        print(matrices(graph, args.weights))


def alone(layer: str, input: str) -> Graph:
    """The network of this one layer. Raises Problem with what is wrong with it, or E602 when it is not one layer."""
    text = f"net layer\ninput 1x1x1\n{layer}\n"
    (network,) = sound(check_source(Source("<layer>", text), Choices(input)))
    if network.graph is None or len(network.graph.nodes) != 1:
        raise problem("E602", f"`{layer}` is not one layer", help="write it as a spec does: `conv3-64/2(pad=0)`")
    return network.graph


def costs(graph: Graph) -> str:
    """What a layer makes of its input, and what it costs."""
    (node,), counts = graph.nodes, count(graph)
    sizes = f"{size(graph.input.shape)} -> {size(node.shape)}"
    return f"{node.op}  {sizes}, {sum(counts.params):,} parameters, {counts.macs:,} multiply-adds"


HEADING = """# Layers

Every layer that a spec can use, in alphabetical order. A name in braces stands for the option of that name; what
is not written has its default. `archspec ops LAYER` prints one page; `archspec ops --markdown` prints this one.

"""
