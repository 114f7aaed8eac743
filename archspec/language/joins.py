"""Where paths meet: `add:`, `mul:` and `concat:` with branches, `add(skip)` in a chain, and `residual:`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archspec import ops
from archspec.language import syntax as s
from archspec.language.defaults import crop_option, shortcut_option
from archspec.language.labels import define, look_up
from archspec.language.scope import Frame, Scope
from archspec.language.shortcuts import shortcut
from archspec.language.sizes import check_size
from archspec.language.words import Spelled, split
from archspec.source import Span

if TYPE_CHECKING:
    from archspec.language.elaborate import Elaborator

Value = str | None


def join(e: "Elaborator", statement: s.Join, frame: Frame, scope: Scope, value: Value) -> Value:
    """Follow a join with its suite, and give its value a label if it has one."""
    before = len(e.builder.nodes)
    inner = scope.within(statement.label.text) if statement.label else scope
    if statement.header.word.text == "residual":
        value = residual(e, statement, frame, inner, value)
    else:
        value = branched(e, statement, frame, inner, value)
    if statement.label:
        define(e, frame, statement.label, value, names=len(e.builder.nodes) > before)
    return value


def residual(e: "Elaborator", statement: s.Join, frame: Frame, scope: Scope, value: Value) -> Value:
    """The sum of the suite's chain and a shortcut around it (He et al. 2016, section 3.2)."""
    header = statement.header
    options = shortcut_option(e.settled, header.arguments)
    convention = e.defaults.get("residual")
    chosen = options.get("shortcut") or (convention and convention.options.get("shortcut"))
    body = e.suite(statement.body, frame, scope, value)
    if body is None or value is None:
        return None
    around = shortcut(e, chosen.value if chosen else None, value, body, header.word.span, frame, scope)
    total = e.node(scope.number("add"), ops.make("add"), [body, around], frame, header.word.span)
    return e.follow("residual", total, frame, scope, header.word.span)


def branched(e: "Elaborator", statement: s.Join, frame: Frame, scope: Scope, value: Value) -> Value:
    """The join of the values that the branches end with."""
    header = statement.header
    spelled = split(header.word, e.program.blocks)
    if spelled is None:
        e.unknown(header.word, frame)
        return None
    if spelled.op is None or spelled.op.arity is not None:
        message = f"`{spelled.name}` joins nothing, so nothing is indented below it"
        help = "a suite follows `residual:`, `add:`, `mul:` or `concat:`; a label stands before layers: `a: conv3-64`"
        e.complain("E314", header.word.span, frame, message, help=help)
        return None
    values = [branch(e, line, frame, scope, value) for line in statement.body if isinstance(line, s.Branch)]
    if len(values) < 2:
        e.complain(
            "E314",
            header.word.span,
            frame,
            f"`{spelled.name}` joins two or more branches",
            f"{len(values)} here",
        )
        return None
    return joined(e, header, spelled, values, frame, scope, None)


def branch(e: "Elaborator", line: s.Branch, frame: Frame, scope: Scope, value: Value) -> Value:
    """Follow one branch, from the value before the join or from a label."""
    value = (
        e.labelled(None, line.cell.items, frame, scope, value)
        if not line.label
        else labelled_branch(e, line, frame, scope, value)
    )
    if not line.label:
        value = e.suite(line.body, frame, scope, value) if line.body else value
    check_size(e, line.sizes, value, frame)
    return value


def labelled_branch(e: "Elaborator", line: s.Branch, frame: Frame, scope: Scope, value: Value) -> Value:
    """Follow a branch that has a label: on a line of its own the label names as on any line."""
    assert line.label is not None
    if not line.body:
        return e.labelled(line.label, line.cell.items, frame, scope, value)
    before = len(e.builder.nodes)
    inner = scope.within(line.label.text)
    value = e.suite(line.body, frame, inner, e.chain(line.cell.items, frame, inner, value))
    define(e, frame, line.label, value, names=len(e.builder.nodes) > before)
    return value


def inline_join(
    e: "Elaborator",
    layer: s.Layer,
    spelled: Spelled,
    frame: Frame,
    scope: Scope,
    value: Value,
    own: str | None,
) -> Value:
    """`add(skip)`: the chain's value and those of the labels, in that order."""
    labels = [a.value for a in layer.arguments if a.name is None and isinstance(a.value, s.Word)]
    if not labels or layer.repeat:
        message = f"`{spelled.name}` in a chain " + ("is not repeated" if labels else "names what it joins")
        e.complain(
            "E314",
            layer.word.span,
            frame,
            message,
            help=f"write `{spelled.name}(LABEL)`, or branches below `{spelled.name}:`",
        )
        return None
    others = [look_up(e, frame, label) for label in labels]
    named = tuple(a for a in layer.arguments if a.value not in labels)
    return joined(e, s.Layer(layer.word, named), spelled, [value, *others], frame, scope, own)


def joined(
    e: "Elaborator",
    header: s.Layer,
    spelled: Spelled,
    values: Sequence[Value],
    frame: Frame,
    scope: Scope,
    own: str | None,
) -> Value:
    """Add the join itself, larger maps cropped to the smallest where it says `crop=center`."""
    crop, arguments = crop_option(e.settled, header.arguments)
    op = e.bind(spelled, arguments, frame)
    if op is None or any(value is None for value in values):
        return None
    if crop:
        values = cropped(e, [value for value in values if value], frame, scope, header.word.span)
    path = scope.prefix + own if own else scope.number(op.kind)
    return e.follow(op.kind, e.node(path, op, values, frame, header.word.span), frame, scope, header.word.span)


def cropped(e: "Elaborator", values: Sequence[str], frame: Frame, scope: Scope, span: Span) -> list[Value]:
    """Crop maps about their centre to the smallest of them; the odd row or column comes off the far end."""
    shapes = [e.builder.shapes[value] for value in values]
    if any(len(shape) != 3 for shape in shapes):
        return list(values)
    height, width = (min(shape[side] for shape in shapes) for side in (1, 2))
    result: list[Value] = []
    for value, shape in zip(values, shapes, strict=True):
        rows, columns = shape[1] - height, shape[2] - width
        sides = (rows // 2, rows - rows // 2, columns // 2, columns - columns // 2)
        result.append(
            e.node(scope.number("crop"), ops.make("crop", sides=sides), [value], frame, span) if any(sides) else value
        )
    return result
