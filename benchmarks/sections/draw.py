"""`archspec draw` beside torchview, which leaves the layout to Graphviz: SVG files, whole processes."""

import re
from pathlib import Path

from benchmarks.measure import Entrant, processes
from benchmarks.models import MODELS, Model
from benchmarks.section import Asked, Section, named, ours, peer
from benchmarks.table import Row

NETWORKS = ("vgg_e", "resnet50", "googlenet", "unet")


def measure(asked: Asked) -> Section:
    """Every network in turn."""
    rows = []
    for network in asked.networks:
        if network in NETWORKS:
            found = named(processes(entrants(network), asked.rounds, say=asked.say))
            rows.append(Row("draw", MODELS[network].title, found["torchview"], found["archspec draw"]))
    return Section("Drawing, whole processes", rows)


def entrants(network: str) -> list[Entrant]:
    """torchview's figure has every convolution; ours says what goes in and what comes out."""
    model = MODELS[network]
    theirs = peer("drawing", "torchview", network, shown="torchview", expected=model.convolutions, package="torchview")
    return [theirs, ours("draw", network, "-o", "figure.svg", answer=ends, expected=sizes(model))]


def sizes(model: Model) -> str:
    """What goes into a network and what comes out, as papers write it."""
    return " to ".join("×".join(map(str, (*shape[1:], shape[0]))) for shape in (model.size, model.output))


def ends(output: str, folder: Path) -> str:
    """The same, as the figure tells those who cannot see it."""
    told = re.search(r"from ([\d×]+ to [\d×]+)", (folder / "figure.svg").read_text(encoding="utf-8"))
    return told[1] if told else "nothing"
