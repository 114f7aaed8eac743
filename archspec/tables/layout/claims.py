"""What the head of a table says of its networks: the input and the depth."""

from archspec.graph import Graph
from archspec.graph.counts import count


def image(graph: Graph) -> str:
    """`input (224×224 RGB image)`, as papers write it."""
    shape = graph.input.shape
    if len(shape) != 3:
        return f"input ({'×'.join(map(str, shape))})"
    channels, height, width = shape
    color = {1: "gray", 3: "RGB"}.get(channels)
    return f"input ({height}×{width} {color} image)" if color else f"input ({height}×{width}×{channels})"


def depth(graph: Graph) -> tuple[str, ...]:
    """`11 weight layers`, in two lines, since columns are narrow."""
    found = count(graph).depth
    return f"{found} weight", "layer" + "s" * (found != 1)
