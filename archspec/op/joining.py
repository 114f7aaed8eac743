"""What ops that join several values share: the words for values that do not fit together."""

from collections.abc import Sequence

from archspec.op import Mismatch, Shape
from archspec.op.window import size


def different(code: str, message: str, shapes: Sequence[Shape]) -> Mismatch:
    """A mismatch of values that should agree, with their shapes and what makes them agree."""
    if len({len(shape) for shape in shapes}) > 1:
        help = "a map and a vector never join: `avgpool(global) flatten` makes a vector of a map"
    elif any(shape[1:] != shapes[0][1:] for shape in shapes):
        help = "the sizes differ: a stride, a pooling, or `pad=same` on the smaller one; `crop=center` crops the larger"
    else:
        help = f"the channels differ: `conv1-{max(shape[0] for shape in shapes)}` on one side makes them agree"
    return Mismatch(code, message, " and ".join(map(size, shapes)), help)
