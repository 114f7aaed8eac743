"""What goes beside the spine: shortcuts around a body, and modules, whose inside is another figure's."""

from typing import NamedTuple

from archspec.figures.labels import label
from archspec.figures.steps import Step
from archspec.figures.tree import Chain, Split, walk

LONGEST = 3
"""Layers on a line beside the spine; a branch of more is drawn as part of a module."""


class Shortcut(NamedTuple):
    """The way around a body."""

    steps: tuple[Step, ...]
    body: Chain
    join: Step
    kind: str
    """The kind of its line: `identity`, `projection`, `padding`, `skip`, `crop`."""

    @property
    def layers(self) -> tuple[str, ...]:
        """The paths of the layers on it."""
        return tuple(node.path for step in self.steps for node in step.nodes)

    @property
    def texts(self) -> list[str]:
        """What stands beside its line."""
        if self.kind == "padding":
            strides = [step.main.op.stride[0] for step in self.steps if hasattr(step.main.op, "stride")]
            return [", ".join(["zero padding", *(f"/{stride}" for stride in strides if stride > 1)])]
        if self.kind == "crop":
            return []
        return [label(step) for step in self.steps if step.main.op.kind != "identity"]


def shortcut(split: Split) -> Shortcut | None:
    """The way around one branch of two, where the other is none or short; None for a module."""
    if len(split.branches) != 2:
        return None
    way, body = sorted(split.branches, key=lambda branch: sum(1 for _ in walk(branch)))
    steps = tuple(item for item in way if isinstance(item, Step))
    if len(steps) < len(way) or len(steps) > LONGEST or not body:
        return None
    computed = any(step.main.op.weight_layer for step in steps)
    if computed and split.join.main.op.kind != "add" and sum(1 for _ in walk(body)) <= LONGEST:
        return None  # two branches that are much alike
    return Shortcut(steps, body, split.join, kind(steps, body, split.join))


def kind(steps: tuple[Step, ...], body: Chain, join: Step) -> str:
    """The kind of line that a shortcut is."""
    ops = [node.op for step in steps for node in step.nodes if node.op.kind != "identity"]
    if ops and all(op.kind in ("crop", "croplike") for op in ops):
        return "crop"
    rows = join.nodes[0].shape[-1]
    if join.main.op.kind != "add" or any(step.shape[-1] < rows for step, _ in walk(body)):
        return "skip"
    if not ops:
        return "identity"
    plain = all(op.kind in ("pad", "maxpool", "avgpool", "slice") for op in ops)
    return "padding" if plain and any(op.kind == "pad" for op in ops) else "projection"


def named(split: Split) -> str:
    """What a module is called: its block with its own letter, `inception 3a`, and its channels."""
    nodes = [step.main for step, _ in walk((split,))]
    shared = set.intersection(*({(site.block, site.scope) for site in node.origin.expansion} for node in nodes))
    join = split.join
    if not shared:
        return f"{len(split.branches)} branches, {join.nodes[0].shape[0]}"
    block, scope = max(shared, key=lambda site: (len(site[1]), site))
    own = scope.rpartition(".")[2]
    name = f"{block} {own.removeprefix(block).strip('_')}" if own.startswith(block) and own != block else own
    return f"{name}, {join.nodes[0].shape[0]}"
