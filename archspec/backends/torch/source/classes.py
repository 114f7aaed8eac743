"""A class of the generated file."""

from collections.abc import Collection, Mapping, Sequence

from archspec.backends.torch.naming import OURS
from archspec.backends.torch.source.block import Block
from archspec.backends.torch.source.constructor import constructor
from archspec.backends.torch.source.docstrings import docstring
from archspec.backends.torch.source.forward import forward
from archspec.backends.torch.source.text import BODY, STEP, WIDTH, Applied, indented, layout, literal
from archspec.backends.torch.source.variables import PASSING


def class_lines(block: Block, classes: Collection[str], labels: Mapping[str, str]) -> list[str]:
    """The lines of a class; `classes` are the file's own, `labels` the spec's names for values."""
    made, body = block.written or bodies(block, classes, labels)
    methods = [defined("forward", arguments(block), returned(block), body)]
    if made:
        given = ["self", *map(str, block.parameters)]
        methods.insert(0, defined("__init__", given, "None", ["super().__init__()", *made]))
    lines = [f"class {block.name}(nn.Module):", *indented(docstring(block.about, width=WIDTH - len(STEP)))]
    if block.weights:
        lines += ["", *indented(layout(f"{OURS} = ", literal(block.weights), width=WIDTH - len(STEP)))]
    for method in methods:
        lines += ["", *indented(method)]
    return lines


def arguments(block: Block) -> list[str]:
    return ["self", *(f"{name}: Tensor" for name in PASSING[: len(block.inputs)])]


def returned(block: Block) -> str:
    counts = (len(block.outputs), len(block.outputs) + len(block.heads))
    kinds = ["Tensor" if count == 1 else f"tuple[{', '.join(['Tensor'] * count)}]" for count in counts]
    return " | ".join(dict.fromkeys(kinds))


def bodies(block: Block, classes: Collection[str], labels: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """What the constructor makes, and what `forward` computes, part by part."""
    made = [f"self.{attribute} = {name}" for attribute, name in block.kept.items()]
    made += constructor(block.parts, classes, loops=not block.parameters)
    return made, forward(block, labels)


def defined(name: str, arguments: Sequence[str], result: str, body: Sequence[str]) -> list[str]:
    """A method."""
    head = layout("", Applied(f"def {name}", tuple(arguments)), f" -> {result}:", BODY + len(STEP))
    return [*head, *indented(list(body))]
