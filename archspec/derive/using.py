"""The lines of a spec that uses the network of another one."""

from collections.abc import Iterator, Mapping, Sequence

from archspec.graph import Graph
from archspec.graph.counts import Counts
from archspec.language.settled import COLORS
from archspec.op.window import as_papers, show


def net_line(graph: Graph, suffix: str, what: str) -> str:
    """The name of the new network, and what it is called in figures."""
    name = f"{graph.name}_{graph.column}" if graph.column else graph.name
    column = f", {graph.column}" if graph.column else ""
    return f'net {name}_{suffix} "{graph.title or graph.name}{column}: {what}"'


def use_line(graph: Graph, file: str) -> str:
    """The line that brings in the other network."""
    return f'use {graph.name} from "{file}"'


def input_line(graph: Graph) -> str:
    """The input, as specs write it."""
    if len(graph.input.shape) == 1:
        return f"input {graph.input.shape[0]}"
    channels, height, width = graph.input.shape
    size = f"{height}x{width}"
    color = next((name for name, count in COLORS.items() if count == channels), None)
    return f"input {size} {color}" if color else f"input {size}x{channels}"


def stage_line(graph: Graph, arguments: Sequence[str], lets: Mapping[str, int]) -> str:
    """The line that uses the other network, with what is different."""
    column = f":{graph.column}" if graph.column else ""
    told = [*arguments, *(f"{let}={value}" for let, value in lets.items())]
    return f"{graph.name}{column}({', '.join(told)})"


def claims(counts: Counts, whole: Graph) -> Iterator[str]:
    """What holds of the new network, and the form of its output."""
    yield f"expect depth {counts.depth}"
    yield f"expect params {counts.params.trainable:,}"
    if counts.params.frozen:
        yield f"expect frozen {counts.params.frozen:,}"
    yield f"expect macs {counts.macs:,}"
    yield f"expect output {show(as_papers(whole.shapes[whole.outputs[0]]))}"
