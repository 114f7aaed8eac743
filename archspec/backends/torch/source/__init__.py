"""A graph as a Python file that a person could have written: it needs nothing but torch."""

import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import PurePath

from archspec import __version__
from archspec.backends.torch.naming import OURS, check_names
from archspec.backends.torch.source.block import Block
from archspec.backends.torch.source.classes import class_lines
from archspec.backends.torch.source.docstrings import docstring
from archspec.backends.torch.source.fold import Folded, fold
from archspec.backends.torch.source.identifiers import HELPERS, capitalized
from archspec.graph import Graph
from archspec.graph.counts import count
from archspec.op.window import show


def write(graph: Graph) -> str:
    """The file's text. Raises Problem E607 for a label or an op that PyTorch cannot have."""
    check_names(graph)
    name = capitalized(graph.full_name)
    folded = fold(graph, name)
    classes = [block.name for block in folded.blocks]
    labels = {label.value: label.name for label in graph.labels}
    bodies = [class_lines(block, classes, {}) for block in folded.blocks]
    bodies.append(class_lines(network(graph, name, folded), classes, labels))
    code = "\n".join(line for body in bodies for line in body if '"""' not in line)
    helpers = [copied(name) for name in HELPERS if re.search(rf"\b{name}\b", code)]
    code = "\n".join([code, *(line for helper in helpers for line in helper)])
    pieces = [[*heading(graph), *imports(code)], *helpers, *bodies]
    return "\n\n\n".join("\n".join(piece) for piece in pieces) + "\n"


def network(graph: Graph, name: str, folded: Folded) -> Block:
    """The network's own class."""
    given = " and ".join(sized(graph.shapes[path]) for path in graph.outputs)
    about = f"Takes {sized(graph.input.shape)}, gives {given}" + besides(graph) + "."
    weights = tuple(head.weight for head in graph.heads)
    return Block(name, about, tuple(folded.parts), (graph.input.name,), folded.outputs, folded.heads, weights)


def besides(graph: Graph) -> str:
    """What is said of a network's heads."""
    names = " and ".join(head.name for head in graph.heads)
    return f"; in training, also {names}, whose losses have the weights `{OURS}`" if names else ""


def sized(shape: Sequence[int]) -> str:
    """`N x 3 x 224 x 224`: a shape with its batch."""
    return " x ".join(["N", *map(str, shape)])


def heading(graph: Graph) -> list[str]:
    """The module's docstring: what the network is, where it is from, and what it costs."""
    counts = count(graph)
    file = next((PurePath(node.origin.spec).name for node in graph.nodes if node.origin.file), "")
    source = f"The network {graph.full_name}{f' of {file}' if file else ''}"
    cost = f"{sum(counts.params):,} parameters, {counts.macs:,} multiply-adds"
    if graph.heads:
        cost += f" ({sum(counts.with_heads.params):,} and {counts.with_heads.macs:,} with its heads)"
    text = f"{source}: {cost} for an input of {show(graph.input.shape)}. Written by archspec {__version__}."
    title = (graph.title or graph.full_name).rstrip(".") + "."
    return [*docstring(title, text), ""]


def imports(code: str) -> list[str]:
    """What the code needs of torch."""
    lines = ["import torch"] if re.search(r"\btorch\.[a-z]", code) else []
    lines += ["import torch.nn.functional as F"] if re.search(r"\bF\.[a-z]", code) else []
    return [*lines, "from torch import Tensor, nn"]


def copied(name: str) -> list[str]:
    """The lines of a helper."""
    text = (files("archspec.backends.torch") / f"{name}.py").read_text(encoding="utf-8")
    return text[text.index(f"def {name}") :].rstrip().split("\n")
