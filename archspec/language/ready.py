"""What a layer's word is made into, or what is wrong with the word."""

from typing import TYPE_CHECKING

from archspec.language import syntax as s
from archspec.language.references import TAKING, taking
from archspec.language.scope import Frame, Value
from archspec.language.suggest import meant
from archspec.language.unit import Ready
from archspec.language.words import Spelled, beginning, split
from archspec.source import Span

if TYPE_CHECKING:
    from archspec.language.elaborate import Elaborator


def ready(e: "Elaborator", layer: s.Layer, spelled: Spelled, frame: Frame, value: Value) -> Ready:
    """What a layer is made into; what takes the chain's value alone is remembered for where it is written again."""
    assert spelled.op is not None
    linear, arguments = without_linear(layer.arguments)
    kind = spelled.op.own_kind()
    op, others = taking(e, layer._replace(arguments=arguments) if linear else layer, spelled, frame, value)
    made = Ready(kind, op, others, linear)
    if op is not None and kind not in TAKING:
        frame.bound[e.text_of(layer, frame)] = made
    return made


def without_linear(arguments: tuple[s.Argument, ...]) -> tuple[bool, tuple[s.Argument, ...]]:
    """Whether a layer says `linear`, which keeps a default's layers away, and its other arguments."""
    if not arguments:
        return False, ()
    rest = tuple(a for a in arguments if a.name or not isinstance(a.value, s.Word) or a.value.text != "linear")
    return len(rest) < len(arguments), rest


def unknown(e: "Elaborator", word: s.Word, frame: Frame) -> None:
    """Say that a word names no layer, or that what follows its name cannot be read."""
    head, blocks = beginning(word), frame.unit.program.known
    if head.text != word.text and split(head, blocks):
        rest = Span(head.span.end, word.span.end)
        message = f"cannot read `{word.text[len(head.text) :]}` behind `{head.text}`"
        e.complain("E305", rest, frame, message, help="a layer is `name[kernel][-channels][/stride]`")
        return
    e.complain("E301", head.span, frame, f"there is no layer `{head.text}`", help=meant(head.text, blocks))
