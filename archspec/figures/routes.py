"""How lines go round boxes: down in columns, and across between rows, each at a level of its own."""

from typing import NamedTuple

from archspec.figures.boxes import Boxes
from archspec.figures.places import Places

SPACE = 3.5
"""From one line across to the next."""
PORT = 9.0
"""From where one line enters a box to the next."""

Edge = tuple[int, int]


class Net(NamedTuple):
    """Lines across between two rows that may share a level: all leave one box, or all enter one."""

    row: int
    """The row above."""
    edges: dict[Edge, tuple[float, float]]
    """From where to where each edge goes."""
    level: int = 0


def nets(places: Places, boxes: Boxes) -> list[Net]:
    """All lines across."""
    found: dict[tuple[int, Edge | int], Net] = {}
    x = boxes.x

    def across(row: int, key: Edge | int, edge: Edge, start: float, end: float) -> None:
        found.setdefault((row, key), Net(row, {})).edges[edge] = (start, end)

    for target, sources in enumerate(places.before):
        above, ends = places.row[target] - 1, ports(places, target, boxes)
        for source, end in ends.items():
            edge, here = (source, target), x[places.column[source]]
            lane = x[places.arrival(source, target)]
            if above == places.row[source]:
                if here == end and len(sources) > 1:
                    continue
                across(above, source if len(sources) == 1 else edge, edge, here, end)
                continue
            if lane != here:
                across(places.row[source], source, edge, here, lane)
            if lane != end:
                across(above, edge, edge, lane, end)
    return [forked(net) for net in found.values()]


def forked(net: Net) -> Net:
    """The lines of a net, each but the nearest beginning where the one before it turns down."""
    edges: dict[Edge, tuple[float, float]] = {}
    last: dict[bool, float] = {}
    for edge, (start, end) in sorted(net.edges.items(), key=lambda item: abs(item[1][1] - item[1][0])):
        edges[edge] = (last.get(end > start, start), end)
        last[end > start] = end
    return net._replace(edges=edges)


def ports(places: Places, target: int, boxes: Boxes) -> dict[int, float]:
    """Where lines enter a box, by the box they come from: in the order in which they come down on either side."""
    middle = boxes.x[places.column[target]]
    down = {source: boxes.x[places.arrival(source, target)] for source in places.before[target]}
    sources = [each for each in places.before[target] if places.next.get(each) != target]
    if len(places.before[target]) == 1:
        return dict.fromkeys(sources, middle)
    if target in boxes.bars:
        return {source: down[source] for source in sources}
    sources.sort(key=lambda source: down[source])
    right = [each for each in sources if down[each] > middle]
    left = [each for each in sources[::-1] if down[each] <= middle]
    if (port := boxes.ports(target)) is not None:
        return dict.fromkeys(right, middle + port) | dict.fromkeys(left, middle - port)
    found = {}
    for side, sign in ((right, 1), (left, -1)):
        step = min(PORT, (boxes.wide / 2 - 4) / max(len(side), 1)) * sign
        found.update({source: middle + step * (index + 1) for index, source in enumerate(side)})
    return found


def packed(found: list[Net]) -> list[Net]:
    """The nets with their levels: no two that meet have the same."""
    done: list[Net] = []
    reach: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for net in sorted(found, key=lambda net: (net.row, max(map(max, net.edges.values())))):
        low = min(map(min, net.edges.values()))
        high = max(map(max, net.edges.values()))
        level = 0
        while any(low < end + 3 and start < high + 3 for start, end in reach.get((net.row, level), ())):
            level += 1
        reach.setdefault((net.row, level), []).append((low, high))
        done.append(net._replace(level=level))
    return done
