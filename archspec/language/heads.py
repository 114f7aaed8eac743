"""A head: layers that begin with a label's value, and end in an output that only training uses."""

from math import isfinite
from typing import TYPE_CHECKING

from archspec.graph import Head
from archspec.language import syntax as s
from archspec.language.labels import labels_in, look_up
from archspec.language.scope import Frame, Here

if TYPE_CHECKING:
    from archspec.language.elaborate import Elaborator


def follow_head(e: "Elaborator", head: s.Head, here: Here) -> None:
    """Follow a head's lines, below its name; where a network of a table has none of them, it has no such head."""
    name, frame = head.name.text, here.frame
    weight = weight_of(e, head, frame)
    scope = here.scope.within(name, labels_in(head.body))
    inner = Frame(frame.unit.head(name), scope, dict(frame.values), head=head)
    e.frames.append(inner)
    before = len(e.builder.nodes)
    end = e.suite(head.body, Here(inner, scope), look_up(e, frame, head.label))
    if end is not None and len(e.builder.nodes) > before:
        e.heads.append(Head(name=name, value=end, weight=weight))


def weight_of(e: "Elaborator", head: s.Head, frame: Frame) -> float:
    """What a head's loss is multiplied by: its only option."""
    binder, weight = e.binder(frame), 1.0
    for position, (name, value) in enumerate(head.arguments):
        if name is None or name.text != "weight":
            message = f"`head` has no option `{name.text}`" if name else "`head` takes no such value"
            binder.complain("E302" if name else "E305", (name or s.Word("", s.reach(value))).span, message, help=HELP)
            continue
        if position:
            binder.complain("E305", name.span, "`weight` is given twice")
        number = binder.literal(value)
        if isinstance(number, int | float) and number is not True and isfinite(number) and number > 0:
            weight = float(number)
        elif not binder.failed:
            binder.complain("E303", s.reach(value), "`weight` is a number above 0")
    return weight


HELP = "write `head NAME from LABEL (weight=0.3):`"
