"""Labels: defining them, finding them, and saying what is wrong with them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archspec.language import syntax as s
from archspec.language.scope import Definition, Frame
from archspec.language.suggest import did_you_mean
from archspec.source import Span

if TYPE_CHECKING:
    from archspec.language.elaborate import Elaborator


def labels_in(statements: Sequence[s.Statement]) -> dict[str, Span]:
    """The labels of the net or of a block, wherever in it they are, and where they stand."""
    found: dict[str, Span] = {}
    pending = list(statements)
    while pending:
        statement = pending.pop()
        label = statement.label if isinstance(statement, s.Row | s.Branch | s.Join) else None
        if label:
            found[label.text] = label.span
        if isinstance(statement, s.Branch | s.Join):
            pending += statement.body
    return found


def define(elaborator: "Elaborator", frame: Frame, label: s.Word, value: str | None, names: bool) -> None:
    """Give a value its label. `names` says whether layers took their names from it."""
    earlier = frame.labels.get(label.text)
    if earlier:
        line = frame.unit.line(earlier.span)
        message = f"two lines are labelled `{label.text}`"
        elaborator.complain("E308", label.span, frame, message, f"the first is line {line}")
    frame.labels[label.text] = Definition(value, label.span, used=names)


def look_up(elaborator: "Elaborator", frame: Frame, label: s.Word) -> str | None:
    """The value of a label, or of `input`, the network's own; or a word about where it is or what was meant."""
    definition = frame.labels.get(label.text)
    if definition:
        definition.used = True
        return definition.value
    if label.text == elaborator.builder.input.name:
        return frame.stage.given if frame.stage else label.text
    inside, body = around(frame)
    written = labels_in(body)
    if label.text in written:
        line = frame.unit.line(written[label.text])
        message = f"`{label.text}` is not known yet here"
        elaborator.complain("E307", label.span, frame, message, f"its line is {line}, further down")
    else:
        stage = frame.labels.get(label.text.rpartition(".")[0])
        if stage and stage.value is None:
            return None  # what it would have brought in failed, and that is said
        where = f"inside {inside}, which sees no labels but its own" if inside else "in this spec"
        message = f"no line is labelled `{label.text}` {where}"
        help = did_you_mean(label.text, {**written, **frame.labels})
        elaborator.complain("E306", label.span, frame, message, help=help)
    return None


def around(frame: Frame) -> tuple[str, Sequence[s.Statement]]:
    """What a frame's lines stand in, in words, and those lines."""
    program, site = frame.unit.program, frame.sites[-1] if frame.sites else None
    if frame.head:
        return f"head `{frame.head.name.text}`", frame.head.body
    if site is None or site.network:
        return "", program.body
    return f"block `{site.block}`", program.blocks[site.block].body
