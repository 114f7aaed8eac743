"""What was verified, in words."""

from collections.abc import Iterator, Sequence

from archspec.op.window import show, size
from archspec.verify import Verified, ok


def lines(name: str, found: Sequence[Verified], details: bool, alone: bool) -> Iterator[str]:
    """A line for a network, and a table of its values where it failed or `details` are wanted.

    `alone` says that no other size was found to verify it at.
    """
    sizes = ", ".join(map(short, found)) + (", no other size is valid" if alone else "")
    yield f"{'ok    ' if ok(found) else 'failed'}  {name}  {sizes}; {counted(found[0])}"
    for each in found:
        if details or not each.ok:
            yield from table(each)


def short(found: Verified) -> str:
    """`3.1e-07 at 224x224`: the largest difference."""
    shape = found.input
    ties = f" ({found.ties} near ties of max-pooling)" if found.ties else ""
    return f"{found.difference:.1e} at {show(shape[1:] or shape)}{ties}"


def counted(found: Verified) -> str:
    """The parameters, once where all agree."""
    if len(set(found.params.values())) == 1:
        return f"{found.params['graph']:,} parameters in graph, torch and onnx"
    return "parameters differ: " + ", ".join(f"{number:,} in {where}" for where, number in found.params.items())


def table(found: Verified) -> Iterator[str]:
    """A row for each value; those beyond the tolerance are marked."""
    yield f"  {size(found.input)}, batch {found.batch}: {counted(found)}"
    rows = [("value", "", "size", "largest", "difference")]
    for value in found.values:
        numbers = (f"{value.largest:.3g}", f"{value.difference:.1e}")
        mark = "" if value.difference <= found.tolerance else f"  more than {found.tolerance:g}"
        rows.append((value.name, value.role, size(value.shape), numbers[0], numbers[1] + mark))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        *cells, last = row
        yield "    " + "  ".join([*(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)), last])
