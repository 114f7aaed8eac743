"""What is wrong with a U (R19) or a row of volumes (R20), measured on the SVG and compared with the graph."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from figure_svg import Drawing, Shape, Text
from figure_truth import Truth

from archspec.op import Shape as Size

STEEP = 1.5
"""How much smaller or larger a map is, at least, on another level."""
THICKEST = 12.0
"""Times that the largest is as large as the smallest, at most."""
NEAR = 22.0
"""How far words may be from what they are about."""


def side(shape: Size) -> int:
    return shape[1] if len(shape) == 3 else 1


def maps(drawing: Drawing, truth: Truth) -> list[tuple[Shape, Size]]:
    """Every box of one map, and its size. What is laid beside another to be joined is none."""
    return [
        (box, truth.nodes[box.layers[-1]].shape)
        for box in drawing.boxes
        if "box" in box.kinds and truth.nodes[box.layers[-1]].op.kind not in ("concat", "add")
    ]


def taken(drawing: Drawing, truth: Truth) -> Iterator[tuple[Shape, Size, Size]]:
    """Every box of a U with the size of what its layers take, and its own."""
    for box, shape in maps(drawing, truth):
        yield box, truth.graph.shapes[truth.nodes[box.layers[0]].inputs[0]], shape


def following(drawing: Drawing, truth: Truth) -> Iterator[tuple[Shape, Size, Size]]:
    """Every box of a row with the size of the one before it, and its own."""
    before = truth.graph.input.shape
    for box, shape in sorted(maps(drawing, truth), key=lambda each: each[0].area.left):
        yield box, before, shape
        before = shape


def levels(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R19: smaller maps lie lower and larger ones higher, those of one size level."""
    holder = {path: box for box in drawing.shapes for path in box.layers}
    holder.update((truth.graph.input.name, box) for box in pictures(drawing))
    for node in truth.nodes.values():
        sources = truth.sources(node)[:1] if node.op.kind == "unpool" else truth.sources(node)
        for path in sources:
            one, other = holder.get(path), holder.get(node.path)
            if one is None or other is None or one is other:
                continue
            down = other.area.middle[1] - one.area.middle[1]
            before, after = side(truth.graph.shapes[path]), side(truth.nodes[other.layers[-1]].shape)
            wanted = 1 if after * STEEP <= before else -1 if after >= before * STEEP else 0
            if (down > 1) - (down < -1) != wanted:
                yield f"R19 {node.path} makes {after} of {before}, and lies {down:.1f} lower"


def across(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R19: what is handed across goes level, and all other lines straight or round right angles."""
    for line in drawing.lines("copy", "switches"):
        flat = max((abs(u - x) for (x, y), (u, v) in pairwise(line.points) if abs(y - v) < 0.1), default=0)
        if flat < 0.5 * abs(line.points[-1][0] - line.points[0][0]):
            yield f"R19 a copy from {line.points[0]} is not level"
    for line in drawing.strokes:
        if line.kinds and not line.filled and "sign" not in line.kinds and "face" not in line.kinds:
            for (x, y), (u, v) in pairwise(line.points):
                if min(abs(u - x), abs(v - y)) > 0.1:
                    yield f"R19 a {'/'.join(line.kinds)} goes askew from {x}, {y}"


def sizes(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R14 in a U."""
    return numbers(drawing, truth, taken(drawing, truth))


def edges(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R14 in a row of volumes."""
    placed = ((box, flat(before), flat(after)) for box, before, after in following(drawing, truth))
    return numbers(drawing, truth, placed)


def flat(shape: Size) -> Size:
    """A shape as a map: a vector is one of one place."""
    return shape if len(shape) == 3 else (*shape, 1, 1)


def numbers(drawing: Drawing, truth: Truth, boxes: Iterable[tuple[Shape, Size, Size]]) -> Iterator[str]:
    """R14: the size of a map below it where it changes, and nowhere else."""
    left = drawing.words("size")
    given = flat(truth.graph.input.shape)
    changed = [(box, after) for box, before, after in boxes if len(after) == 3 and before[1:] != after[1:]]
    for box, after in [*((box, given) for box in pictures(drawing)), *changed]:
        square = f"{after[1]}²" if after[1] == after[2] else f"{after[1]}×{after[2]}"
        found = [text for text in left if text.words in (square, str(after[1])) and below(text, box)]
        found.sort(key=lambda text: abs(text.area.middle[0] - box.area.middle[0]))
        if not found:
            yield f"R14 {square} does not stand below {box.layers[:1]}"
        nearest = min(found, key=lambda text: abs(text.area.middle[0] - box.area.middle[0]), default=None)
        left = [text for text in left if text is not nearest]
    yield from (f"R14 {text.words!r} stands where no size changes" for text in left)


def pictures(drawing: Drawing) -> list[Shape]:
    """The box of the input: the one that stands for no layer."""
    return [box for box in drawing.shapes if "box" in box.kinds and not box.layers]


def below(text: Text, box: Shape) -> bool:
    """Whether words stand at the lower end of a box."""
    near = max(text.area.left - box.area.right, box.area.left - text.area.right) < NEAR
    return near and -NEAR / 2 < text.area.top - box.area.bottom < NEAR / 2


def volumes(drawing: Drawing, truth: Truth) -> Iterator[str]:
    """R20: heights grow with sizes, thicknesses with channels, neither too much; no vector is longer than the input."""
    images = pictures(drawing)
    tall = max((image.area.bottom - image.area.top for image in images), default=0)
    shapes = [*maps(drawing, truth), *((image, truth.graph.input.shape) for image in images)]
    if not images or len(shapes) < 2:
        yield f"R20 there are {len(shapes)} slabs, {len(images)} of them the input's"
        return
    heights = sorted((side(shape), box.area.bottom - box.area.top) for box, shape in shapes)
    widths = sorted((shape[0], box.area.right - box.area.left) for box, shape in shapes)
    for name, found in (("heights", heights), ("thicknesses", widths)):
        for (small, one), (large, other) in pairwise(found):
            if other < one - 0.02 or (small == large and other > one + 0.02) or (small < large and other < one + 0.001):
                yield f"R20 {name} are {one:.2f} for {small}, {other:.2f} for {large}"
        if found[-1][1] > THICKEST * found[0][1] * 1.01:
            yield f"R20 {name} reach from {found[0][1]:.2f} to {found[-1][1]:.2f}"
    if widths[-1][1] > tall:
        yield f"R20 something is {widths[-1][1]:.1f} long, the input {tall:.1f}"
