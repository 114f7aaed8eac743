"""Colours of boxes: one for each resolution, so that equal sizes look alike in every figure."""

from math import log2

from archspec.figures.palette import STAGES
from archspec.op import Shape


def fill(image: Shape, shape: Shape) -> str:
    """The name of the colour of a box whose map has this shape: how often the image's sides are halved.

    Maps smaller than there are colours for have none: a colour that comes twice would say that sizes are equal.
    """
    if len(image) != 3 or len(shape) != 3 or shape[1:] == (1, 1):
        return "plain"
    halved = round(log2(max(1.0, image[1] / shape[1])))
    return f"stage{halved}" if halved < len(STAGES) else "plain"
