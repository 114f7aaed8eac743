"""The sizes that rows claim: `=> 56x56`, `=> 56x56x256`, `=> 1000`."""

from typing import TYPE_CHECKING

from archspec.language import syntax as s
from archspec.language.bind import sides
from archspec.language.scope import Frame
from archspec.op.window import as_papers, show

if TYPE_CHECKING:
    from archspec.language.elaborate import Elaborator


def check_size(elaborator: "Elaborator", sizes: tuple[s.Word, ...], value: str | None, frame: Frame) -> None:
    """Compare what a line claims with what it gives. Claims in plain numbers are about the spec as written."""
    if not sizes or value is None:
        return
    settled = frame.unit.settled
    word = settled.pick(sizes)
    if settled.changed and "{" not in word.text:
        settled.skipped.append(word.span)
        return
    numbers = [elaborator.binder(frame).number(side) for side in sides(word)]
    actual = as_papers(elaborator.builder.shapes[value])
    stated = tuple(number for number in numbers if number is not None)
    if len(stated) < len(numbers) or stated in (actual, actual[:2] if len(actual) == 3 else actual):
        return
    help = "sizes are height x width x channels" if stated[1:] + stated[:1] == actual else ""
    message = "the line does not give the size that it states"
    found = f"stated {show(stated)}, computed {show(actual)}"
    elaborator.complain("E402", word.span, frame, message, found, help)
