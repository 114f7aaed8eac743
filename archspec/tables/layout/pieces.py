"""What a row or a block is made of: single layers and uses of blocks, in the order in which they were written."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from archspec.diagnostics import Problem, problem
from archspec.graph import Node, Site


@dataclass(frozen=True)
class Piece:
    """A layer with those that its convention adds, or a use of a block with all that is in it."""

    nodes: tuple[Node, ...]
    site: Site | None = None
    """The use of the block; None for a layer."""
    depth: int = 0
    """How many steps of the expansion lead into it."""
    linear: bool = False
    """Whether it is a layer that its convention adds nothing to."""

    @property
    def first(self) -> Node:
        """The layer itself, or the first one of a block."""
        return self.nodes[0]

    @property
    def value(self) -> str:
        """The path of the value that it gives."""
        return self.nodes[-1].path

    @property
    def takes(self) -> list[str]:
        """The values that it takes from outside, each once."""
        own = {node.path for node in self.nodes}
        return list(dict.fromkeys(path for node in self.nodes for path in node.inputs if path not in own))

    @property
    def path(self) -> str:
        """The path of the layer, or of what the block opens."""
        return self.site.scope if self.site else self.first.path

    def label(self, prefix: str, known: Collection[str] = ()) -> str:
        """The label that it stands below, within a scope; empty for none. `known` are names that are labels."""
        inside, _, name = self.path.removeprefix(prefix).rpartition(".")
        if "." in inside:
            raise unwritable(self.path, "it stands below a label within a label")
        if inside or name in known:
            return inside or name
        kind = (
            self.site.block if self.site else self.first.op.kind.removesuffix("like")
        )  # `crop(like=...)` counts as a crop
        counted = name.isdigit() or re.fullmatch(rf"{re.escape(kind)}_?[0-9]+", name)
        return "" if counted else name


def unwritable(path: str, why: str) -> Problem:
    """What to say of a layer that no cell of a table can say."""
    return problem("E613", f"no table can say {path}", why, "rows hold chains; branches stand in blocks")


def uses(nodes: Sequence[Node], depth: int) -> Iterator[tuple[Site | None, int, list[Node]]]:
    """Runs of layers: those of one use of a block, or a layer by itself; each with the block and its depth."""
    current: Site | None = None
    run: list[Node] = []
    reached = depth
    for node in nodes:
        site, inner = own_site(node, depth)
        if run and (site is None or current is None or site.scope != current.scope):
            yield current, reached, run
            run = []
        current, reached = site, inner
        run.append(node)
    if run:
        yield current, reached, run


def own_site(node: Node, depth: int) -> tuple[Site | None, int]:
    """The first use of a block behind some steps of a layer's expansion, and the depth within it."""
    for position, site in enumerate(node.origin.expansion[depth:], depth + 1):
        if not site.network:
            return site, position
    return None, depth
