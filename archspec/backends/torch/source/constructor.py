"""The body of `__init__`: what makes each layer that holds weights."""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from archspec.backends.torch.rules.call import Call
from archspec.backends.torch.source.functions import arguments
from archspec.backends.torch.source.identifiers import access, is_plain
from archspec.backends.torch.source.part import Part
from archspec.backends.torch.source.runs import Run, numbered, runs
from archspec.backends.torch.source.text import (
    BODY,
    STEP,
    Applied,
    Code,
    Written,
    flat,
    indented,
    layout,
    quoted,
)

REPEATED = 3
"""Equal blocks in a row that are written as a repetition."""


def constructor(parts: Sequence[Part], classes: Collection[str], loops: bool) -> list[str]:
    """A line for each layer, or a loop for many in a row that are alike; `classes` are the file's own."""
    groups: set[tuple[str, ...]] = set()
    lines: list[str] = []
    for run in runs([part for part in parts if part.owned]):
        if loops and run.loops():
            lines += loop(run, classes)
            continue
        for part in run.parts:
            lines += containers(part.path, groups)
            lines += assignment(part, classes)
    return lines


def containers(path: str, groups: set[tuple[str, ...]]) -> Iterator[str]:
    """The groups on the way to a layer that are not there yet."""
    *scopes, _ = path.split(".")
    for depth in range(1, len(scopes) + 1):
        group = tuple(scopes[:depth])
        if group not in groups:
            groups.add(group)
            yield from placed(group, "nn.Module()")


def assignment(part: Part, classes: Collection[str]) -> Iterator[str]:
    path = tuple(part.path.split("."))
    yield from placed(path, made(part.call, classes))
    yield from (f"{access(path)}.{step}" for step in part.then)


def placed(path: tuple[str, ...], value: Written) -> list[str]:
    """Put a value at a path; names that cannot follow a dot go through `add_module`."""
    *scopes, name = path
    if is_plain(name):
        return layout(f"{access(scopes)}.{name} = ", value, width=BODY)
    return layout("", Applied(f"{access(scopes)}.add_module", (quoted(name), value)), width=BODY)


def made(call: Call, classes: Collection[str]) -> Written:
    """What makes a layer: `nn.Conv2d(3, 64, 3, padding=1)`."""
    if call.name == "Sequential":
        return Applied("nn.Sequential", tuple(chained(call.arguments, classes)))
    head = call.name if call.name in classes else f"nn.{call.name}"
    return Applied(head, arguments(call))


def chained(calls: Sequence[Call], classes: Collection[str]) -> Iterator[Written]:
    """Calls in a row; equal ones are repeated by a generator."""
    for call, equal in groupby(calls):
        count, written = len(list(equal)), made(call, classes)
        if count < REPEATED:
            yield from [written] * count
        else:
            yield f"*({flat(written)} for _ in range({count}))"


def loop(run: Run, classes: Collection[str]) -> list[str]:
    """Layers that differ in their widths at most, each taking what the one before gives."""
    stem, first = numbered(run.parts[0].path)
    call = run.parts[0].call
    name = f'f"{stem}{{i}}"'
    if run.same:
        body = layout("", Applied("self.add_module", (name, made(call, classes))), width=BODY - len(STEP))
        return [f"for i in range({first}, {first + len(run.parts)}):", *indented(body)]
    widened = call._replace(arguments=(Code("channels"), Code("width"), *call.arguments[2:]))
    body = layout("", Applied("self.add_module", (name, made(widened, classes))), width=BODY - len(STEP))
    return [
        f"widths = {run.widths}",
        f"channels = {call.arguments[0]}",
        f"for i, width in enumerate(widths, start={first}):",
        *indented([*body, "channels = width"]),
    ]
