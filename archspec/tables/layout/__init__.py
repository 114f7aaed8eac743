"""The table of a paper, laid out from graphs."""

from collections.abc import Sequence

from archspec.graph import Graph
from archspec.tables.layout.blocks import Blocks
from archspec.tables.layout.conventions import Habits, agree
from archspec.tables.layout.frame import Frame
from archspec.tables.layout.notes import notes
from archspec.tables.layout.phrases import phrased
from archspec.tables.layout.stages import stages
from archspec.tables.layout.totals import totals
from archspec.tables.sheet import Sheet


def sheet(graphs: Sequence[Graph], params: bool = False, macs: bool = False) -> Sheet:
    """The table of these networks, with rows of parameters and multiply-adds if they are asked for.

    Raises Problem E613 for networks that no table can say.
    """
    habits, blocks = [Habits(graph) for graph in graphs], Blocks()
    agree(habits)
    rows = stages(habits, blocks)
    frame = Frame(graphs, phrased(rows))
    head = tuple(frame.head())
    foot = totals(frame, params, macs)
    return Sheet(
        (*head, *frame.body(), *foot), graphs[0].title or graphs[0].name, tuple(notes(habits, blocks)), len(head)
    )
