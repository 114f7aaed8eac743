"""The shortcut of a residual, in the terms of He et al. 2016, section 3.3: identity, or options A, B and C."""

from typing import TYPE_CHECKING

from archspec import ops
from archspec.language.scope import Here
from archspec.op import Shape
from archspec.op.window import size
from archspec.source import Span

if TYPE_CHECKING:
    from archspec.language.elaborate import Elaborator

HELP = "say how it follows: `default residual shortcut=A` (zero-padding), `B` (projection) or `C` (always a projection)"


def shortcut(e: "Elaborator", option: str | None, value: str, body: str, span: Span, here: Here) -> str | None:
    """The path of the shortcut's value: the residual's input, or what an option makes of it."""
    given, wanted = e.builder.shapes[value], e.builder.shapes[body]
    if given == wanted and option != "C":
        return value
    found = f"{size(wanted)} (the body) and {size(given)} (what it was given)"
    if option is None:
        e.complain("E207", span, here.frame, "the body of the residual changes the shape", found, HELP)
        return None
    step = stride(given, wanted)
    if step is None or (option == "A" and wanted[0] < given[0]):
        help = "a shortcut can follow strides, and channels; option A only adds channels"
        e.complain("E207", span, here.frame, f"shortcut option {option} cannot make these shapes agree", found, help)
        return None
    inner = here.within(here.scope.number("shortcut")[len(here.scope.prefix) :])
    if option == "A":
        return padded(e, value, step, wanted[0] - given[0], span, inner)
    return projected(e, value, body, step, wanted[0], span, inner)


def stride(given: Shape, wanted: Shape) -> tuple[int, int] | None:
    """The stride at which a 1x1 window turns one map's size into the other's."""
    if len(given) != 3 or len(wanted) != 3 or wanted[1] > given[1] or wanted[2] > given[2]:
        return None
    down, across = (-(-given[side] // wanted[side]) for side in (1, 2))
    fits = (given[1] - 1) // down + 1 == wanted[1] and (given[2] - 1) // across + 1 == wanted[2]
    return (down, across) if fits else None


def padded(e: "Elaborator", value: str, step: tuple[int, int], channels: int, span: Span, here: Here) -> str | None:
    """Option A: every stride-th value, and channels of zeros; no parameters."""
    result: str | None = value
    if step != (1, 1):
        pool = ops.make("maxpool", kernel=(1, 1), stride=step)
        result = e.node(here.scope.number("maxpool"), pool, [result], here.frame, span)
    if channels:
        result = e.node(here.scope.number("pad"), ops.make("pad", channels=channels), [result], here.frame, span)
    return result


def projected(
    e: "Elaborator",
    value: str,
    body: str,
    step: tuple[int, int],
    channels: int,
    span: Span,
    here: Here,
) -> str | None:
    """Options B and C: a 1x1 convolution with the options that `default conv` gives; normalized if the body is."""
    convention = here.frame.unit.defaults.get("conv")
    options = {name: given.value for name, given in convention.options.items()} if convention else {}
    window = {
        "kernel": (1, 1),
        "stride": step,
        "channels": channels,
        "pad": (0, 0, 0, 0),
        "dilation": (1, 1),
        "groups": 1,
    }
    result = e.node(here.scope.number("conv"), ops.make("conv", **{**options, **window}), [value], here.frame, span)
    end = e.builder.by_path.get(body)
    if end and end.op.kind == "bn":
        result = e.node(here.scope.number("bn"), end.op, [result], here.frame, span)
    return result
