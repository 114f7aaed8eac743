"""The held-out eye: networks that no style was made for, in every style, at every width, in every theme."""

import re
from functools import cache

import figcheck
import pytest
from figure_nets import HELD_OUT, SLABS, SMALL_U, read

from archspec.diagnostics import Problem
from archspec.figures import STYLES, draw
from archspec.figures.choice import choose
from archspec.figures.look import PAGES
from archspec.figures.scene import Scene
from archspec.figures.svg import write
from archspec.graph import Graph

NETS = {**HELD_OUT, "small_u": SMALL_U, "slabs": SLABS}
LOOKS = [*((width, "color") for width in PAGES), ("text", "mono")]
WHOLE = [style for style in STYLES if style != "block"]
NECESSARY = 4
"""Lines of any graph that may cross."""


@cache
def graph(name: str) -> Graph:
    found = read(NETS[name])
    if name != "heads":
        return found
    main, other = found.outputs[0], found.heads[0].value
    return found.model_copy(update={"outputs": (main, other), "heads": found.heads[1:]})


def drawn(name: str, style: str, width: str, theme: str = "color", unfold: bool = False) -> Scene | None:
    """A network's figure; None where it is refused, by a message that names a way out."""
    try:
        return draw(graph(name), style, width=width, theme=theme, unfold=unfold)
    except Problem as refused:
        if led_out(refused, name, style, width):
            return None
        raise


def led_out(refused: Problem, name: str, style: str, width: str, turns: int = 2) -> bool:
    """Whether one of the options that a refusal names gives a figure, or is refused in the same way."""
    (said,) = refused.diagnostics
    assert said.code == "E607"
    for way in re.findall(r"`--([^`]+)`", said.help):
        option, _, value = way.partition(" ")
        asked = {"style": style, "width": width, option: value}
        try:
            draw(graph(name), asked["style"], width=asked["width"])
        except Problem as again:
            if turns and led_out(again, name, asked["style"], asked["width"], turns - 1):
                return True
        else:
            return True
    return False


@pytest.mark.parametrize("style", WHOLE)
@pytest.mark.parametrize("name", NETS)
def test_a_strange_network_passes_or_is_refused(name: str, style: str) -> None:
    found = {}
    for width, theme in LOOKS:
        scene = drawn(name, style, width, theme)
        if scene:
            suiting = choose(graph(name)) if style == "auto" else style
            crossings = NECESSARY if suiting == "dag" else 0
            found[width, theme] = figcheck.faults(write(scene), graph(name), width, suiting, crossings, theme)
    assert {look: said for look, said in found.items() if said} == {}
    assert found or style != "auto", "no width at all"


@pytest.mark.parametrize("name", ["nested_repeats", "four_way", "heads", "deep", "deep_units", "nested_sums"])
def test_a_strange_network_unfolded_passes_or_is_refused(name: str) -> None:
    scene = drawn(name, "stack", "text", unfold=True)
    assert (scene is None) == name.startswith("deep")
    if scene:
        assert figcheck.faults(write(scene), graph(name), "text", "stack") == []
        assert not [item for item in scene.items if getattr(item, "repeat", 1) > 1]
