"""What of an image a network sees, and where the map that it gives lies on it."""

from math import floor
from typing import NamedTuple

from archspec.data import Wanted
from archspec.diagnostics import problem
from archspec.graph import Graph
from archspec.graph.alignment import Alignment


class Frame(NamedTuple):
    """A network's input and output, as sizes of images and of maps of labels."""

    channels: int
    size: tuple[int, int]
    """Rows and columns of its input."""
    classes: int
    map: tuple[int, int] | None
    """Rows and columns of the map of classes that it gives; None where it gives one class for an image."""
    offset: tuple[int, int] | None
    """Rows and columns of the input before the map's first; None where its pixels are not as far from each other."""

    @property
    def wanted(self) -> Wanted:
        """What a set of data is opened for."""
        return Wanted((self.channels, *self.size), self.classes, self.map)

    @property
    def centered(self) -> bool:
        """Whether the map lies in the middle: that of a mirrored image is then the mirrored map."""
        if self.map is None:
            return True
        return self.offset is not None and self.size[1] == 2 * self.offset[1] + self.map[1]


def frame(graph: Graph) -> Frame:
    """The frame of a network. Raises Problem E622 where it takes no images."""
    if len(graph.input.shape) != 3:
        found = f"its input is {'x'.join(map(str, graph.input.shape))}"
        raise problem("E622", f"{graph.full_name} takes no images", found)
    channels, *size = graph.input.shape
    classes, *map_ = graph.shapes[graph.outputs[0]]
    if map_ in ([], [1, 1]):
        return Frame(channels, (size[0], size[1]), classes, None, None)
    place = (0, 0) if map_ == size else offset(graph)
    return Frame(channels, (size[0], size[1]), classes, (map_[0], map_[1]), place)


def offset(graph: Graph) -> tuple[int, int] | None:
    """The pixel of the input that the map's first lies on, to the nearest; None where their distances differ."""
    grid = Alignment(graph)[graph.outputs[0]]
    if grid is None or any(axis.jump != 1 for axis in grid):
        return None
    rows, columns = (floor(axis.start + axis.jump / 2) for axis in grid)
    return rows, columns
