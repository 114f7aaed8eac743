"""Where paths meet: `add:`, `mul:` and `concat:` with branches, `add(skip)` in a chain, and `residual:`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archspec import ops
from archspec.language import syntax as s
from archspec.language.defaults import shortcut_option
from archspec.language.labels import define, labels_in, look_up
from archspec.language.ready import unknown
from archspec.language.scope import Here, Value
from archspec.language.settled import Settled
from archspec.language.shortcuts import shortcut
from archspec.language.sizes import check_size
from archspec.language.suggest import did_you_mean
from archspec.language.words import Spelled
from archspec.source import Span

if TYPE_CHECKING:
    from archspec.language.elaborate import Elaborator


def join(e: "Elaborator", statement: s.Join, here: Here, value: Value) -> Value:
    """Follow a join with its suite, and give its value a label if it has one."""
    before = len(e.builder.nodes)
    inner = here.within(statement.label.text, labels_in(statement.body)) if statement.label else here
    if statement.header.word.text == "residual":
        value = residual(e, statement, inner, value)
    else:
        value = branched(e, statement, inner, value)
    if statement.label:
        define(e, here.frame, statement.label, value, names=len(e.builder.nodes) > before)
    return value


def residual(e: "Elaborator", statement: s.Join, here: Here, value: Value) -> Value:
    """The sum of the suite's chain and a shortcut around it (He et al. 2016, section 3.2)."""
    header = statement.header
    unit = here.frame.unit
    options = shortcut_option(unit.settled, header.arguments)
    convention = unit.defaults.get("residual")
    chosen = options.get("shortcut") or (convention and convention.options.get("shortcut"))
    body = e.suite(statement.body, here, value)
    if body is None or value is None:
        return None
    around = shortcut(e, chosen.value if chosen else None, value, body, header.word.span, here)
    total = e.node(here.scope.number("add"), ops.make("add"), [body, around], here.frame, header.word.span)
    return e.follow("residual", total, here, header.word.span)


def branched(e: "Elaborator", statement: s.Join, here: Here, value: Value) -> Value:
    """The join of the values that the branches end with."""
    header = statement.header
    spelled = here.frame.unit.program.spelled(header.word)
    if spelled is None:
        unknown(e, header.word, here.frame)
        return None
    if spelled.op is None or spelled.op.arity is not None:
        message = f"`{spelled.name}` joins nothing, so nothing is indented below it"
        help = "a suite follows `residual:`, `add:`, `mul:` or `concat:`; a label stands before layers: `a: conv3-64`"
        e.complain("E314", header.word.span, here.frame, message, help=help)
        return None
    values = [branch(e, line, here, value) for line in statement.body if isinstance(line, s.Branch)]
    if len(values) < 2:
        e.complain(
            "E314",
            header.word.span,
            here.frame,
            f"`{spelled.name}` joins two or more branches",
            f"{len(values)} here",
        )
        return None
    return joined(e, header, spelled, values, here, None)


def branch(e: "Elaborator", line: s.Branch, here: Here, value: Value) -> Value:
    """Follow one branch, from the value before the join or from a label."""
    if line.label and line.body:
        value = labelled_branch(e, line, line.label, here, value)
    else:
        value = e.labelled(line.label, line.cell.items, here, value)
        value = e.suite(line.body, here, value) if line.body else value
    check_size(e, line.sizes, value, here.frame)
    return value


def labelled_branch(e: "Elaborator", line: s.Branch, label: s.Word, here: Here, value: Value) -> Value:
    """Follow a branch of several lines that has a label: all of them go below it."""
    before = len(e.builder.nodes)
    inner = here.within(label.text, labels_in(line.body))
    value = e.suite(line.body, inner, e.chain(line.cell.items, inner, value))
    define(e, here.frame, label, value, names=len(e.builder.nodes) > before)
    return value


def inline_join(
    e: "Elaborator",
    layer: s.Layer,
    spelled: Spelled,
    here: Here,
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
            here.frame,
            message,
            help=f"write `{spelled.name}(LABEL)`, or branches below `{spelled.name}:`",
        )
        return None
    others = [look_up(e, here.frame, label) for label in labels]
    named = tuple(a for a in layer.arguments if a.value not in labels)
    return joined(e, s.Layer(layer.word, named), spelled, [value, *others], here, own)


def joined(
    e: "Elaborator",
    header: s.Layer,
    spelled: Spelled,
    values: Sequence[Value],
    here: Here,
    own: str | None,
) -> Value:
    """Add the join itself, larger maps cropped to the smallest where it says `crop=center`."""
    crop, arguments = crop_option(here.frame.unit.settled, header.arguments)
    op = e.bind(spelled, arguments, here.frame)
    if op is None or any(value is None for value in values):
        return None
    if crop:
        values = cropped(e, [value for value in values if value], here, header.word.span)
    path = here.scope.prefix + own if own else here.scope.number(op.kind)
    return e.follow(op.kind, e.node(path, op, values, here.frame, header.word.span), here, header.word.span)


def cropped(e: "Elaborator", values: Sequence[str], here: Here, span: Span) -> list[Value]:
    """Crop maps about their centre to the smallest of them; the odd row or column comes off the far end."""
    shapes = [e.builder.shapes[value] for value in values]
    if any(len(shape) != 3 for shape in shapes):
        return list(values)
    height, width = (min(shape[side] for shape in shapes) for side in (1, 2))
    result: list[Value] = []
    for value, shape in zip(values, shapes, strict=True):
        rows, columns = shape[1] - height, shape[2] - width
        sides = (rows // 2, rows - rows // 2, columns // 2, columns - columns // 2)
        crop = ops.make("crop", sides=sides)
        result.append(e.node(here.scope.number("crop"), crop, [value], here.frame, span) if any(sides) else value)
    return result


def crop_option(settled: Settled, arguments: tuple[s.Argument, ...]) -> tuple[bool, tuple[s.Argument, ...]]:
    """Whether a join says `crop=center`, and its other arguments."""
    rest = []
    crop = False
    for argument in arguments:
        if argument.name is None or argument.name.text != "crop":
            rest.append(argument)
            continue
        crop = True
        span = s.reach(argument.value)
        text = settled.program.source.plain[span.start : span.end]
        if text != "center":
            settled.findings.add(
                "E303", span, "`crop` takes only `center`", f"`{text}`", did_you_mean(text, ["center"])
            )
    return crop, tuple(rest)
