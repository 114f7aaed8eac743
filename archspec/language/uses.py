"""A block's use: its body followed with its parameters' values, in a scope of its own."""

from typing import TYPE_CHECKING

from archspec.graph import Site
from archspec.language import syntax as s
from archspec.language.blocks import bind_block
from archspec.language.labels import labels_in
from archspec.language.scope import Frame, Here
from archspec.language.words import Spelled

if TYPE_CHECKING:
    from archspec.language.elaborate import Elaborator, Value


def use_block(
    e: "Elaborator", layer: s.Layer, spelled: Spelled, here: Here, value: "Value", own: str | None, times: int
) -> "Value":
    """Expand a block as often as a layer says. Under a label its uses are numbered from 0."""
    frame, scope = here
    values = bind_block(e.binder(frame), spelled, frame.unit.program.blocks[spelled.name], layer.arguments)
    if values is None:
        return None
    for _ in range(times):
        name = own or scope.number("" if scope is not frame.scope else spelled.name)[len(scope.prefix) :]
        value = expand(e, layer.word, spelled.name, values, here, name, value)
    return value


def expand(
    e: "Elaborator", word: s.Word, block: str, values: dict[str, int], here: Here, name: str, value: "Value"
) -> "Value":
    """Follow a block's body once."""
    unit = here.frame.unit
    body = unit.program.blocks[block].body
    place = unit.program.source.place(word.span)
    scope = here.scope.within(name, labels_in(body))
    path = scope.prefix.removesuffix(".")
    site = Site(block=block, arguments=tuple(values.items()), scope=path, line=place.line, column=place.column)
    use = Frame(unit, scope, {**unit.settled.values, **values}, (*here.frame.sites, site))
    e.frames.append(use)
    return e.suite(body, Here(use, scope), value)
