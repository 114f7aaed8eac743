"""A block's use: its body followed with its parameters' values, in a scope of its own."""

from typing import TYPE_CHECKING

from archspec.graph import Site
from archspec.language import syntax as s
from archspec.language.blocks import bind_block
from archspec.language.labels import labels_in
from archspec.language.scope import Frame, Scope
from archspec.language.words import Spelled

if TYPE_CHECKING:
    from archspec.language.elaborate import Elaborator, Value


def use_block(
    e: "Elaborator",
    layer: s.Layer,
    spelled: Spelled,
    frame: Frame,
    scope: Scope,
    value: "Value",
    own: str | None,
    times: int,
) -> "Value":
    """Expand a block as often as a layer says. Under a label its uses are numbered from 0."""
    values = bind_block(e.binder(frame), spelled, e.program.blocks[spelled.name], layer.arguments)
    if values is None:
        return None
    for _ in range(times):
        name = own or scope.number("" if scope is not frame.scope else spelled.name)[len(scope.prefix) :]
        value = expand(e, layer.word, spelled.name, values, frame, scope.within(name), value)
    return value


def expand(
    e: "Elaborator", word: s.Word, name: str, values: dict[str, int], frame: Frame, scope: Scope, value: "Value"
) -> "Value":
    """Follow a block's body once."""
    body = e.program.blocks[name].body
    place = e.program.source.place(word.span)
    path = scope.prefix.removesuffix(".")
    site = Site(block=name, arguments=tuple(values.items()), scope=path, line=place.line, column=place.column)
    scope.taken = set(labels_in(body))
    use = Frame(scope, {**e.settled.values, **values}, (*frame.sites, site), used=e.settled.used)
    e.frames.append(use)
    return e.suite(body, use, scope, value)
