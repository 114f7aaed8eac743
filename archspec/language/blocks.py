"""The arguments of a block's use: every parameter gets an integer."""

from collections.abc import Iterator

from archspec.language import syntax as s
from archspec.language.bind import Binder, sides, written
from archspec.language.suggest import did_you_mean
from archspec.language.words import Spelled

SHOWN = 12
"""Parameters of a block that a message shows."""


def bind_block(
    binder: Binder, spelled: Spelled, block: s.Block, arguments: tuple[s.Argument, ...]
) -> dict[str, int] | None:
    """The values of a block's parameters; None when the use does not fit the block.

    `-N` is the first parameter, `/S` the one called `stride`, a number behind the name the one called `kernel`.
    """
    given: dict[str, s.Value] = {}
    free = (p.name.text for p in block.parameters if p.name.text not in given)
    for slot, word in spelled.slots.items():
        name = slot_parameter(block, slot)
        if name is None:
            message = f"block `{spelled.name}` takes no {slot} here"
            binder.complain("E305", word.span, message, f"`{word.text}`", signature(block))
        else:
            given[name] = word
    for argument in arguments:
        place(binder, block, argument, given, free)
        if binder.findings.full:
            break
    values = {p.name.text: value(binder, p, spelled, block, given) for p in block.parameters}
    return None if binder.failed else {name: number for name, number in values.items() if number is not None}


def slot_parameter(block: s.Block, slot: str) -> str | None:
    """The parameter that a part of the word stands for."""
    names = [parameter.name.text for parameter in block.parameters]
    if slot == "channels":
        return names[0] if names else None
    return slot if slot in names else None


def place(binder: Binder, block: s.Block, argument: s.Argument, given: dict[str, s.Value], free: Iterator[str]) -> None:
    """Give an argument to the parameter it names, or to the next one without a value."""
    span = s.reach(argument.value)
    if argument.name is None:
        name = next(free, None)
        if name is None:
            binder.complain(
                "E305",
                span,
                f"block `{block.name.text}` has no parameter left for this",
                help=signature(block),
            )
            return
    else:
        name = argument.name.text
        names = [parameter.name.text for parameter in block.parameters]
        if name not in names:
            message = f"block `{block.name.text}` has no parameter `{name}`"
            binder.complain("E302", argument.name.span, message, help=did_you_mean(name, names) or signature(block))
            return
    if name in given:
        binder.complain("E305", span, f"`{name}` is given twice")
    given[name] = argument.value


def value(
    binder: Binder, parameter: s.Parameter, spelled: Spelled, block: s.Block, given: dict[str, s.Value]
) -> int | None:
    """The integer that a parameter gets."""
    name = parameter.name.text
    chosen = given.get(name, parameter.default)
    if chosen is None:
        message = f"block `{block.name.text}` is not told its `{name}`"
        binder.complain("E304", spelled.head, message, help=signature(block))
        return None
    if not isinstance(chosen, s.Word) or ("x" in chosen.text and len(sides(chosen)) > 1):
        span = s.reach(chosen)
        binder.complain("E303", span, f"`{name}` is a whole number", written(binder.findings, span))
        return None
    return binder.number(chosen)


def signature(block: s.Block) -> str:
    """How a block is used."""
    inside = [p.name.text + (f"={p.default.text}" if p.default else "") for p in block.parameters[:SHOWN]]
    inside += ["..."] * (len(block.parameters) > SHOWN)
    return f"it is defined as `{block.name.text}({', '.join(inside)})`"
