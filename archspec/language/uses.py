"""A block's use: its body followed with its parameters' values, in a scope of its own."""

from typing import TYPE_CHECKING

from archspec.graph import Site
from archspec.language import syntax as s
from archspec.language.blocks import bind_block
from archspec.language.labels import labels_in
from archspec.language.scope import Frame, Here, Value
from archspec.language.words import Spelled

if TYPE_CHECKING:
    from archspec.language.elaborate import Elaborator


def use_block(
    e: "Elaborator", layer: s.Layer, spelled: Spelled, here: Here, value: Value, own: str | None, times: int
) -> Value:
    """Expand a block as often as a layer says. Under a label its uses are numbered from 0."""
    frame, scope = here
    unit, block = frame.unit.block(spelled.name)
    values = bind_block(e.binder(frame), spelled, block, layer.arguments)
    if values is None:
        return None
    labels = labels_in(block.body)
    for _ in range(times):
        name = own or scope.number("" if scope is not frame.scope else spelled.name)[len(scope.prefix) :]
        inner = scope.within(name, labels)
        site = site_of(here, spelled.name, values, inner.prefix, layer.word)
        entry = frame.entry or (layer.word.span if unit is not frame.unit else None)
        use = Frame(
            unit, inner, {**unit.settled.values, **values}, (*frame.sites, site), stage=frame.stage, entry=entry
        )
        e.frames.append(use)
        value = e.suite(block.body, Here(use, inner), value)
    return value


def site_of(here: Here, name: str, values: dict[str, int], prefix: str, word: s.Word, network: bool = False) -> Site:
    """One step of an expansion: what is used, and where."""
    source = here.frame.unit.program.source
    place = source.place(word.span)
    return Site(
        block=name,
        arguments=tuple(values.items()),
        scope=prefix.removesuffix("."),
        file=source.name,
        line=place.line,
        column=place.column,
        network=network,
    )
