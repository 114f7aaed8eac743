"""How lines go round boxes: down in columns, and across between rows, each at a level of its own."""

from typing import NamedTuple

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


def nets(places: Places, x: list[float], wide: float) -> list[Net]:
    """All lines across."""
    found: dict[tuple[int, bool, int], Net] = {}
    ports: dict[int, list[object]] = {}

    def port(box: int, key: object) -> float:
        """Where a line enters a box: in the middle where nothing else does."""
        taken = ports.setdefault(box, [])
        if key not in taken:
            taken.append(key)
        place = taken.index(key)
        if len(places.before[box]) == 1:
            return x[places.column[box]]
        offset = min(PORT * (place // 2 + 1), wide / 2 - 4)
        return x[places.column[box]] + (offset if place % 2 == 0 else -offset)

    def across(row: int, leaves: bool, box: int, edge: Edge, start: float, end: float) -> None:
        found.setdefault((row, leaves, box), Net(row, {})).edges[edge] = (start, end)

    for source, targets in enumerate(places.after):
        here = x[places.column[source]]
        for target in targets:
            edge, above = (source, target), places.row[target] - 1
            if places.next.get(source) == target:
                continue
            if above == places.row[source]:
                across(above, True, source, edge, here, port(target, source))
                continue
            lane = x[places.lane[source]] if source in places.lane else here
            if lane != here:
                across(places.row[source], True, source, edge, here, lane)
            across(above, False, target, edge, lane, port(target, None))
    return list(found.values())


def packed(found: list[Net]) -> list[Net]:
    """The nets with their levels: no two that meet have the same."""
    done: list[Net] = []
    reach: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for net in sorted(found, key=lambda net: (net.row, min(map(min, net.edges.values())))):
        low = min(map(min, net.edges.values()))
        high = max(map(max, net.edges.values()))
        level = 0
        while any(low < end + 3 and start < high + 3 for start, end in reach.get((net.row, level), ())):
            level += 1
        reach.setdefault((net.row, level), []).append((low, high))
        done.append(net._replace(level=level))
    return done
