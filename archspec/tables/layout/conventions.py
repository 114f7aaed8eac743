"""The conventions that a table leaves to lines below it, found in the graph: options, and layers that follow."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from archspec.graph import Graph, Node
from archspec.graph.needs import only_heads_need
from archspec.op import Op
from archspec.op.form import option_name, plain, shown_fields
from archspec.tables.layout.shortcuts import SHORTCUT, usual_option

LEFT_OUT = ("bias", "pad", "ceil", "exact", "frozen", "init", "eps")
"""The options that a table may leave to a convention; the others are said with each layer."""


@dataclass(frozen=True)
class Convention:
    """What holds for all layers of a kind but those that say otherwise."""

    options: Mapping[str, object] = field(default_factory=dict)
    followers: tuple[Op, ...] = ()
    except_last: bool = False

    def spelled(self, op: type[Op]) -> str:
        """What a `default` line says behind the op's name."""
        words = [f"{option_name(op, name)}={plain(value)}" for name, value in self.options.items()]
        if self.followers:
            words += ["->", *map(str, self.followers)]
        return " ".join(words) + (", except last" if self.except_last else "")


Following = tuple[tuple[Op, ...], bool]
"""The layers that a convention adds, and whether it spares the last one."""


class Habits:
    """The layers of one network with what conventions add to them, and those conventions by the kind of layer."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.shortcut = usual_option(graph)
        self.labels = frozenset(label.name for label in graph.labels)
        self.names = names(graph)
        self.added = runs(graph)
        self.lasts = frozenset(last_ones(graph))
        self.by_kind: dict[str, Convention] = {}
        self.kinds: dict[str, list[Node]] = {}
        for node in graph.nodes:
            self.kinds.setdefault(node.op.kind, []).append(node)

    def written(self, kind: str) -> list[Node]:
        """The layers of a kind that a spec writes: those of shortcuts follow from it."""
        return [node for node in self.kinds.get(kind, ()) if not SHORTCUT.search(node.path)]

    def said(self, kind: str, following: Following) -> int:
        """How many words the layers of a kind take besides their own under a convention."""
        return sum(self.said_of(node, following) for node in self.written(kind))

    def said_of(self, node: Node, following: Following) -> int:
        run = tuple(n.op for n in self.added[node.path])
        followers, except_last = following
        if not followers or (except_last and node.path in self.lasts):
            return len(run)
        return 0 if run == followers else 1 + len(run)

    def of(self, node: Node) -> Convention:
        """What holds for a layer."""
        return self.by_kind[node.op.kind]

    def follows(self, node: Node) -> tuple[Sequence[Node], bool]:
        """The layers that the convention adds to one, and whether it has to be spared."""
        convention, run = self.of(node), self.added[node.path]
        if not convention.followers or (convention.except_last and node.path in self.lasts):
            return (), False
        held = tuple(n.op for n in run) == convention.followers
        return (run, False) if held else ((), True)


def agree(networks: Sequence[Habits]) -> None:
    """Find the conventions of all networks of a table: one for all of them, or one for each where that says less."""
    kinds = dict.fromkeys(kind for each in networks for kind in each.kinds)
    for kind in kinds:
        having = [each for each in networks if kind in each.kinds]
        common = convention(having, kind)
        for each in having:
            own = convention([each], kind)
            weighs = each.kinds[kind][0].op.weight_layer
            each.by_kind[kind] = own if weighs else replace(own, options=common.options)
        apart = sum(cost(each, kind, each.by_kind[kind]) + 1 for each in having)
        if sum(cost(each, kind, common) for each in having) <= apart:
            for each in having:
                each.by_kind[kind] = common


def convention(networks: Sequence[Habits], kind: str) -> Convention:
    """The convention that leaves least to be said of the layers of one kind."""
    nodes = [node for each in networks for node in each.kinds[kind]]
    ops_of = [node.op for node in nodes]
    options = {name: value for name in LEFT_OUT for value in usual(ops_of, name, len(networks))}
    runs = dict.fromkeys(tuple(n.op for n in each.added[node.path]) for each in networks for node in each.written(kind))
    choices = [(ops, last) for ops in ((), *runs) for last in (False, True) if ops or not last]
    followers, except_last = min(choices, key=lambda choice: sum(each.said(kind, choice) for each in networks))
    return Convention(options, followers, except_last)


def cost(habits: Habits, kind: str, held: Convention) -> int:
    """How many words and options the layers of a kind take besides their own under a convention."""
    ops = [node.op for node in habits.kinds[kind]]
    options = sum(name in shown_fields(op, held.options) for op in ops for name in LEFT_OUT)
    return options + habits.said(kind, (held.followers, held.except_last))


def usual(ops: Sequence[Op], name: str, networks: int) -> Iterator[object]:
    """The value of an option that saves saying it with most layers; none where a line for it saves nothing.

    What has no weights has an option by convention only where all of a kind have it, and a padding never.
    """
    weighs = ops[0].weight_layer
    if name not in type(ops[0]).model_fields or (name == "pad" and not weighs):
        return
    said = sum(name in shown_fields(op) for op in ops)
    value, times = Counter(getattr(op, name) for op in ops).most_common(1)[0]
    if len(ops) - times + networks < said and (weighs or times == len(ops)):
        yield value


def names(graph: Graph) -> Mapping[str, str]:
    """The names that values have: of several, that of the row which made the value."""
    found: dict[str, str] = {graph.input.name: graph.input.name}
    for label in graph.labels:
        if label.value not in found or label.value.split(".")[0] == label.name:
            found[label.value] = label.name
    return found


def runs(graph: Graph) -> Mapping[str, Sequence[Node]]:
    """The layers that a convention added behind each one: they have its place in the spec."""
    found: dict[str, list[Node]] = {node.path: [] for node in graph.nodes}
    head: Node | None = None
    value = ""
    for node in graph.nodes:
        if head and node.origin == head.origin and node.op.kind != head.op.kind and node.inputs == (value,):
            found[head.path].append(node)
        else:
            head = None if SHORTCUT.search(node.path) or node.op.arity != 1 else node
        value = node.path
    return found


def last_ones(graph: Graph) -> Iterator[str]:
    """The last layer of each kind in the network itself, and in each head."""
    inside = only_heads_need(graph)
    found: dict[tuple[str, str], str] = {}
    for node in graph.nodes:
        if not SHORTCUT.search(node.path):
            head = next((head.name for head in graph.heads if node.path.startswith(f"{head.name}.")), "")
            found[head if node.path in inside else "", node.op.kind] = node.path
    yield from found.values()
