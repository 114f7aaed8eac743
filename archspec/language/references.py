"""Layers that name another value: `unpool(pool1)` and `crop(like=pool4)`."""

from fractions import Fraction
from typing import TYPE_CHECKING

from archspec import ops
from archspec.graph.alignment import offset
from archspec.language import syntax as s
from archspec.language.bind import Given
from archspec.language.labels import look_up
from archspec.language.scope import Frame, Value
from archspec.language.words import Spelled
from archspec.op import Op
from archspec.op.grid import Axis

if TYPE_CHECKING:
    from archspec.language.elaborate import Elaborator

TAKING = ("crop", "croplike", "unpool")
"""Kinds that may name another value."""
Taking = tuple[Op | None, tuple[Value, ...]]
"""An op, and the values that it takes after the chain's own."""


def taking(e: "Elaborator", layer: s.Layer, spelled: Spelled, frame: Frame, value: Value) -> Taking:
    """The op that a layer spells, and the values that it names."""
    assert spelled.op is not None
    kind = spelled.op.own_kind()
    if kind not in TAKING:
        return e.bind(spelled, layer.arguments, frame), ()
    like = next((a for a in layer.arguments if a.name and a.name.text == "like"), None)
    if kind == "unpool":
        return unpooling(e, layer, spelled, frame)
    if kind == "crop" and like:
        return cropping(e, layer, like, spelled, frame, value)
    if kind == "croplike":
        message = "a crop to another map's size is written `crop(like=LABEL)`"
        e.complain("E304", layer.word.span, frame, message)
        return None, ()
    return e.bind(spelled, layer.arguments, frame), ()


def unpooling(e: "Elaborator", layer: s.Layer, spelled: Spelled, frame: Frame) -> Taking:
    """`unpool(pool1)`: what the max-pooling gave, and what it was given."""
    labels = [a.value for a in layer.arguments if a.name is None and isinstance(a.value, s.Word)]
    op = e.bind(spelled, tuple(a for a in layer.arguments if a.value not in labels[:1]), frame)
    if not labels:
        help = "label the pooling, `pool1: maxpool`, and write `unpool(pool1)`"
        e.complain("E304", layer.word.span, frame, "`unpool` does not say which max-pooling it undoes", help=help)
        return None, ()
    path = look_up(e, frame, labels[0])
    if path is None:
        return None, ()
    pool = e.builder.by_path.get(path)
    if pool is None or pool.op.kind != "maxpool":
        found = f"`{labels[0].text}` is what `{pool.op}` gives" if pool else "it is the network's input"
        help = "the label stands on the pooling alone: `pool1: maxpool`, what follows it on a line of its own"
        e.complain("E303", labels[0].span, frame, "`unpool` takes the label of a max-pooling", found, help)
        return None, ()
    return op, (path, *pool.inputs)


def cropping(e: "Elaborator", layer: s.Layer, like: s.Argument, spelled: Spelled, frame: Frame, value: Value) -> Taking:
    """`crop(like=pool4)`: the map to whose size it crops; the offset follows unless it is written."""
    rest = tuple(a for a in layer.arguments if a is not like)
    for argument in rest:
        if argument.name is None or argument.name.text != "offset":
            span = argument.name.span if argument.name else s.reach(argument.value)
            help = "write `crop(like=LABEL)` or `crop(like=LABEL, offset=5)`"
            e.complain("E302", span, frame, "a crop to another map's size has one option, `offset`", help=help)
            return None, ()
    if not isinstance(like.value, s.Word):
        e.complain("E303", s.reach(like.value), frame, "`like` takes a label, or `input`")
        return None, ()
    path = look_up(e, frame, like.value)
    if path is None or value is None:
        return None, ()
    preset: dict[str, Given] = {}
    if not rest:
        derived = aligned(e, value, path, like.value, frame)
        if derived is None:
            return None, ()
        preset = {"offset": Given(derived, like.value.span)}
    return e.binder(frame).op(spelled, ops.load("croplike"), rest, preset), (path,)


def aligned(e: "Elaborator", value: str, path: str, label: s.Word, frame: Frame) -> tuple[int, int] | None:
    """The rows and columns to take off the top and the left, so that the rest lies on another map."""
    grid, like = e.alignment[value], e.alignment[path]
    if grid is None or like is None:
        who = f"`{label.text}`" if grid else "this map"
        help = f"say what is meant: `crop(like={label.text}, offset=5)`"
        message = f"where {who} lies on the input does not follow, so no offset does"
        found = "it is a vector, a mean over a whole map, or made of maps that lie differently"
        e.complain("E208", label.span, frame, message, found, help)
        return None
    rows, columns = offset(grid, like)
    for name, axis, other, off in zip(("row", "column"), grid, like, (rows, columns), strict=True):
        if axis.jump != other.jump or off < 0 or off.denominator > 1:
            message = f"no crop lays this map on `{label.text}`"
            e.complain("E208", label.span, frame, message, *lying(name, axis, other, off, label.text))
            return None
    return int(rows), int(columns)


def spots(axis: Axis) -> str:
    """The places of the first positions: `1.5, 3.5, ...`."""
    return ", ".join(f"{float(axis.start + i * axis.jump):g}" for i in range(2)) + ", ..."


def lying(name: str, axis: Axis, other: Axis, off: Fraction, label: str) -> tuple[str, str]:
    """Where the two maps lie, in pixels of the input, and what would lay one on the other."""
    places = f"{name}s of this map lie at {spots(axis)} of the input, those of `{label}` at {spots(other)}"
    if axis.jump != other.jump:
        return places, "strides and enlargements come to the same on both ways"
    found = f"{places}: {float(off):g} {name}s would be taken off"
    if off < 0:
        return found, "this map begins too late: pad more before it (FCN pads its first convolution by 100)"
    return (
        found,
        f"another padding or kernel moves it by the rest; or say what is meant: `crop(like={label}, offset=5)`",
    )
