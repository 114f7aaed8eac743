"""Those that draw a PyTorch module, as an SVG file."""

from collections.abc import Callable
from pathlib import Path

from benchmarks.models import MODELS


def torchview(network: str) -> Callable[[], Callable[[], int]]:
    """On the meta device, down to every layer; Graphviz lays it out. Gives the number of convolutions drawn."""
    import torch
    from torchview import draw_graph

    model = MODELS[network]
    with torch.device("meta"):
        module = model.build().eval()

    def call() -> Callable[[], int]:
        graph = draw_graph(module, input_size=(1, *model.size), device="meta", depth=9, expand_nested=True)
        path = graph.visual_graph.render("figure", format="svg")
        return lambda: drawn(Path(path).read_text(encoding="utf-8"))

    return call


def drawn(svg: str) -> int:
    """The convolutions in a figure by torchview."""
    return svg.count(">Conv2d<") + svg.count(">ConvTranspose2d<")
