"""The canonical layout of a spec: what `archspec fmt` writes.

A layout moves and aligns the tokens of a spec and changes none: the text means the same, comments stand where they
stood, and blank lines part what they parted.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import accumulate

from archspec.diagnostics import Problem, failed, in_order, problem
from archspec.formatting.columns import Entry, barred, behind, names, stops, texts
from archspec.formatting.parts import take_apart
from archspec.formatting.pieces import Line, read_lines
from archspec.formatting.spacing import BEFORE_COMMENT, BEFORE_SIZES, INDENT, chain, margins
from archspec.language.limits import Limits
from archspec.language.parse import parse
from archspec.language.text import examine
from archspec.source import Source


def format_spec(text: str, name: str = "<text>") -> str:
    """A spec in its canonical layout. Raises Problem, with all that cannot be read, for what is no spec."""
    return layout(Source(name, text), Limits())


def layout(source: Source, limits: Limits) -> str:
    """The same for a source. Raises Problem E501 where the layout would be larger than a spec may be."""
    found = examine(source, limits).all
    if not failed(found):
        found = [*found, *parse(source)[1]]
    if failed(found):
        raise Problem(*in_order(found))
    text = "\n".join(bounded(laid_out(read_lines(source)), source, limits)).strip("\n")
    return f"{text}\n" if text else ""


def bounded(lines: Iterable[str], source: Source, limits: Limits) -> Iterator[str]:
    """The same lines, as long as there is room for them."""
    size = 0
    for line in lines:
        size += len(line.encode()) + 1
        if size > limits.bytes:
            help = "shorten its longest lines, or raise the limit: --max-bytes"
            raise problem("E501", f"{source.path} would be too large", f"more than {limits.bytes:,} bytes", help)
        yield line


def laid_out(lines: Sequence[Line]) -> Iterator[str]:
    """The lines of a layout."""
    columns: tuple[int, ...] = (0,)
    said = iter(rows([line for line in lines if line.pieces]))
    for line in lines:
        yield from margins(line.remarks, columns, line.level)
        if line.pieces:
            yield next(said)
        columns = line.columns


def rows(lines: Sequence[Line]) -> list[str]:
    """The lines that say something, below each other, each with its comment."""
    entries = [
        Entry(line, take_apart(line), paragraph) for line, paragraph in zip(lines, paragraphs(lines), strict=True)
    ]
    leads = [INDENT * entry.line.level + name for entry, name in zip(entries, names(entries), strict=True)]
    cells = texts(entries)
    places = stops(zip(leads, cells, strict=True))
    bodies = [barred(lead, row, places) for lead, row in zip(leads, cells, strict=True)]
    sizes = [chain(entry.parts.sizes) for entry in entries]
    bodies = behind(bodies, sizes, [entry.paragraph for entry in entries], BEFORE_SIZES)
    comments = [line.comment for line in lines]
    return behind(bodies, comments, runs(entries), BEFORE_COMMENT)


def paragraphs(lines: Iterable[Line]) -> Iterator[int]:
    """The paragraph of each line: blank lines part them."""
    return accumulate(any(not remark.text for remark in line.remarks) for line in lines)


def runs(entries: Sequence[Entry]) -> list[Hashable]:
    """Which comments stand below each other: those of lines that follow each other in a paragraph."""
    parted = accumulate(not line.comment for line, _, _ in entries)
    return [
        None if line.broken else (paragraph, run) for (line, _, paragraph), run in zip(entries, parted, strict=True)
    ]
