"""What changed from one network to another: the edits of each stage, wiring, names, input, heads and counts."""

from collections.abc import Container
from functools import cached_property
from typing import NamedTuple

from archspec.analysis.edits import Edit, Side, edits
from archspec.analysis.matching import Part, match
from archspec.graph import Graph, Head, Node
from archspec.graph.counts import Totals, count, totals
from archspec.graph.residual import carried
from archspec.op import Op, Shape
from archspec.op.form import read_form, shown_fields


class Section(NamedTuple):
    """The changes of stages that correspond to each other."""

    part: Part
    edits: tuple[Edit, ...]
    costs: tuple[Totals, Totals]
    given: tuple[Shape | None, Shape | None]
    """The shapes that their first layers take; None where there is no such stage."""
    made: tuple[Shape | None, Shape | None]
    """The shapes that their last layers give."""

    @property
    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The labels of the stages in both networks."""
        return tuple(stage.name for stage in self.part.old), tuple(stage.name for stage in self.part.new)

    @property
    def quiet(self) -> bool:
        """Whether nothing changed here."""
        return not self.edits and self.names[0] == self.names[1] and self.costs[0] == self.costs[1]


class Rewired(NamedTuple):
    """A layer that stayed, and takes other values."""

    old: Node
    new: Node
    dropped: tuple[str, ...]
    """Paths of the values that it took before."""
    added: tuple[str, ...]


class Difference:
    """Everything that changed from one network to another."""

    def __init__(self, old: Graph, new: Graph) -> None:
        self.old, self.new = Side(old), Side(new)
        self.counts = count(old), count(new)
        self.sections = [self.section(part) for part in match(old, new)]
        same = [pair for section in self.sections for pair in section.part.pairs]
        changed = [edit for section in self.sections for edit in section.edits if edit.old and edit.new]
        self.twins: dict[str, str] = {old.input.name: new.input.name}
        """What the values of the one network are in the other, by their paths."""
        self.twins |= {edit.old[0].path: edit.new[0].path for edit in changed}
        self.twins |= {before.path: after.path for before, after in same}

    def section(self, part: Part) -> Section:
        """What changed in one part."""
        before, after = ([node for stage in side for node in stage.nodes] for side in (part.old, part.new))
        old, new = self.old.graph, self.new.graph
        return Section(
            part,
            tuple(edits(part, self.old, self.new)),
            (totals(old, before), totals(new, after)),
            (begins(old, before), begins(new, after)),
            (before[-1].shape if before else None, after[-1].shape if after else None),
        )

    @property
    def none(self) -> bool:
        """Whether the networks are the same but for the names of networks and of layers without weights."""
        changes = (self.rewired, self.renamed, self.heads, self.shapes)
        return all(section.quiet for section in self.sections) and not any(changes)

    @cached_property
    def rewired(self) -> list[Rewired]:
        """The layers that stayed and take other values, but for those that were put in between or taken out."""
        old, new = self.old.graph, self.new.graph
        origins = origin(old, self.twins), origin(new, set(self.twins.values()))
        found = []
        for path, twin in self.twins.items():
            one, other = old.by_path.get(path), new.by_path.get(twin)
            if one is None or other is None:
                continue
            before = [self.twins[origins[0][each]] for each in one.inputs]
            after = [origins[1][each] for each in other.inputs]
            if before != after:
                dropped = (each for each, value in zip(one.inputs, before, strict=True) if value not in after)
                added = (each for each, value in zip(other.inputs, after, strict=True) if value not in before)
                found.append(Rewired(one, other, tuple(dropped), tuple(added)))
        return found

    @cached_property
    def renamed(self) -> list[tuple[str, str]]:
        """The layers with weights that have other names than before: so have their weights."""
        old = self.old.graph
        pairs = ((old.by_path[path], twin) for path, twin in self.twins.items() if path in old.by_path)
        return [(node.path, twin) for node, twin in pairs if node.path != twin and node.op.weights(*old.takes(node))]

    @cached_property
    def heads(self) -> list[tuple[Head | None, Head | None]]:
        """Heads that are gone, new, or weigh otherwise."""
        old, new = ({head.name: head for head in side.graph.heads} for side in (self.old, self.new))
        pairs = ((old.get(name), new.get(name)) for name in {**old, **new})
        return [(one, other) for one, other in pairs if not (one and other and one.weight == other.weight)]

    @cached_property
    def usual(self) -> dict[str, dict[str, object]]:
        """The options that all layers of a kind have in both networks, and what they are where none is written."""
        shared: dict[str, dict[str, object]] = {}
        for node in (*self.old.graph.nodes, *self.new.graph.nodes):
            options = shared.setdefault(node.op.kind, written(node.op))
            for name in [name for name, value in options.items() if getattr(node.op, name) != value]:
                del options[name]
        fields = {node.op.kind: type(node.op).model_fields for node in (*self.old.graph.nodes, *self.new.graph.nodes)}
        return {kind: {name: fields[kind][name].default for name in options} for kind, options in shared.items()}

    @property
    def shapes(self) -> dict[str, tuple[Shape, Shape]]:
        """The shapes of input and output that differ."""
        old, new = self.old.graph, self.new.graph
        ends = {"input": (old.input.shape, new.input.shape), "output": (result(old), result(new))}
        return {name: pair for name, pair in ends.items() if pair[0] != pair[1]}


def written(op: Op) -> dict[str, object]:
    """The options of a layer that stand in parentheses, and need not."""
    form, fields = read_form(op.form), type(op).model_fields
    places = (*form[1:4], *form.positional)
    names = (name for name in shown_fields(op) if name not in places and not fields[name].is_required())
    return {name: getattr(op, name) for name in names}


def begins(graph: Graph, nodes: list[Node]) -> Shape | None:
    """The shape that the first of some layers takes."""
    return graph.shapes[nodes[0].inputs[0]] if nodes else None


def result(graph: Graph) -> Shape:
    """The shape of the main output."""
    return graph.shapes[graph.outputs[0]]


def origin(graph: Graph, known: Container[str]) -> dict[str, str]:
    """For each value the one of some known ones that it goes back to, by a known input if a layer has one."""
    found: dict[str, str] = {graph.input.name: graph.input.name}
    for node in graph.nodes:
        inputs = carried(node)
        nearest = next((path for path in inputs if path in known), inputs[0])
        found[node.path] = node.path if node.path in known else found[nearest]
    return found
