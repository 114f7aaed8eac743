"""The layers of a cell, in the language's words or in those of papers: `3×3 max pool, stride 2` is `maxpool3/2`."""

import re
from collections.abc import Callable, Iterator

from archspec.source import LOOKALIKES, Span
from archspec.tables.configuration import Chain, Layer
from archspec.tables.sheet import Cell

KERNEL = r"(?P<height>[0-9]{1,4})\s*x\s*(?P<width>[0-9]{1,4})"
STRIDE = r"(?:\s*,?\s*(?:stride\s*=?\s*|/\s*)(?P<stride>[0-9]{1,4}))?"
PAD = r"(?:\s*,?\s*pad(?:ding)?\s*=?\s*(?P<pad>[0-9]{1,4})(?!\w))?"
CONVOLUTION = re.compile(
    rf"(?:conv\.?\s*)?{KERNEL}\s*(?:conv\w*\.?\s*)?,\s*(?P<channels>[0-9]{{1,9}})(?![\w-]|\s*x\s*[0-9]){STRIDE}{PAD}",
    re.I,
)
POOLING = re.compile(
    rf"(?:{KERNEL}\s*)?(?:global\s+)?(?P<which>max|average|avg)[\s-]*pool(?:ing)?(?![\w(/-]){STRIDE}{PAD}",
    re.IGNORECASE,
)
CONNECTED = re.compile(
    r"(?P<before>[0-9]{1,9})-?d(?:im)?\s+(?:fc|fully[\s-]connected)(?:\s+layer)?"
    r"|(?:fc|dense|fully[\s-]connected(?:\s+layer)?)(?:\s*,\s*|\s+)(?P<behind>[0-9]{1,9})(?:-d)?(?!\w)",
    re.IGNORECASE,
)
WORD = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_.]|\{[^{}]*\}|:(?=\w)|/(?=[0-9{])|-(?!>))*")
TIMES = re.compile(r"\s*x\s*(?P<times>[0-9]{1,10}|\{[^{}]*\})(?![\w.-])")
INSIDE = re.compile(r"[\w\s.,=+*/{}()-]*")
"""What stands between the parentheses of a layer."""
BETWEEN = re.compile(r"[\s,;]*")
LONGEST = 2000
"""Characters of a line in a cell."""


class Unreadable(Exception):
    """What stands in a cell is no layer."""

    def __init__(self, place: Span, message: str, found: str = "") -> None:
        super().__init__(message)
        self.place, self.message, self.found = place, message, found


def chain(cell: Cell, padded: bool) -> Chain:
    """The layers of a cell; a dash alone is none. Raises Unreadable for anything else.

    `padded` is whether poolings of papers' words are padded so that their windows are centred.
    """
    if cell.text.translate(LOOKALIKES) in ("-", "--", "---"):
        return ()
    found: list[Layer] = []
    for line, place in zip(cell.lines, cell.line_places, strict=True):
        found += Line(line, place, padded).layers()
    return tuple(found)


class Line:
    """One line of a cell, while it is read."""

    def __init__(self, text: str, place: Span, padded: bool) -> None:
        self.text = text.translate(LOOKALIKES)
        self.original = text
        self.place = place
        self.padded = padded

    def layers(self) -> Iterator[Layer]:
        """Its layers."""
        if len(self.text) > LONGEST:
            raise Unreadable(self.place, f"a line of a cell has at most {LONGEST:,} characters")
        yield from self.between(0, len(self.text))

    def between(self, at: int, end: int, inner: bool = False) -> Iterator[Layer]:
        """The layers of a part of it."""
        at = self.passed(at, end)
        while at < end:
            if self.text[at] == "[" and not inner:
                layer, at = self.group(at, end)
            else:
                layer, at = self.layer(at, end)
            yield layer
            at = self.passed(at, end)

    def passed(self, at: int, end: int) -> int:
        """Where what separates layers ends."""
        found = BETWEEN.match(self.text, at, end)
        return found.end() if found else at

    def layer(self, at: int, end: int) -> tuple[Layer, int]:
        """A layer and where it ends."""
        for pattern, worded in FORMS.items():
            if found := pattern.match(self.text, at, end):
                text = worded(found, self.padded)
                return Layer(text, self.span(at, found.end()), phrased=text != found[0]), found.end()
        word = WORD.match(self.text, at, end)
        if not word:
            raise self.unreadable(at, end)
        stop = self.arguments(word.end(), end)
        times = TIMES.match(self.text, stop, end)
        ended = times.end() if times else stop
        return Layer(self.text[at:stop], self.span(at, ended), times["times"] if times else ""), ended

    def arguments(self, at: int, end: int) -> int:
        """Where the parentheses behind a word end; `at` if there are none."""
        if self.text[at : at + 1] != "(":
            return at
        depth = 0
        for place in range(at, end):
            depth += (self.text[place] == "(") - (self.text[place] == ")")
            if not depth:
                if INSIDE.fullmatch(self.text, at + 1, place):
                    return place + 1
                break
        raise self.unreadable(at, end)

    def group(self, at: int, end: int) -> tuple[Layer, int]:
        """Layers between square brackets, how often they stand there, and where that ends."""
        close = self.text.find("]", at, end)
        if close < 0:
            raise Unreadable(self.span(at, at + 1), "this bracket is never closed in its cell")
        body = tuple(self.between(at + 1, close, inner=True))
        times = TIMES.match(self.text, close + 1, end)
        ended = times.end() if times else close + 1
        return Layer("", self.span(at, ended), times["times"] if times else "", body), ended

    def span(self, start: int, end: int) -> Span:
        """Where a part of the line stands: the whole line, where it is written in other characters there."""
        if len(self.text) != self.place.end - self.place.start:
            return self.place
        return Span(self.place.start + start, self.place.start + end)

    def unreadable(self, at: int, end: int) -> Unreadable:
        """What to say of a part that is no layer."""
        found = re.compile(r"\S+").match(self.text, at, end)
        stop = found.end() if found else end
        return Unreadable(self.span(at, stop), "no layer can be read here", f"`{self.original[at:stop][:40]}`")


def size(found: re.Match[str]) -> str:
    """A kernel: `3` for 3x3."""
    height, width = found["height"], found["width"]
    return height if height == width else f"{height}x{width}"


def convolution(found: re.Match[str], padded: bool) -> str:
    pad = f"(pad={int(found['pad'])})" if found["pad"] else ""
    return f"conv{size(found)}-{found['channels']}{stride(found)}{pad}"


def stride(found: re.Match[str]) -> str:
    return f"/{found['stride']}" if found["stride"] not in (None, "1") else ""


def pooling(found: re.Match[str], padded: bool) -> str:
    """A pooling; an average of no stated size is that of the whole map."""
    op = "maxpool" if found["which"].lower() == "max" else "avgpool"
    said = int(found["pad"]) if found["pad"] else None
    if not found["height"]:
        options = [*(["global"] if op == "avgpool" else []), *([f"pad={said}"] if said else [])]
        return op + (stride(found) if op == "maxpool" else "") + (f"({', '.join(options)})" if options else "")
    centred = (int(found["height"]) - 1) // 2 if padded and found["stride"] else 0
    pad = centred if said is None else said
    step = f"/{found['stride']}" if found["stride"] else ""
    return f"{op}{size(found)}{step}" + (f"(pad={pad})" if pad else "")


def connected(found: re.Match[str], padded: bool) -> str:
    return f"FC-{found['before'] or found['behind']}"


FORMS: dict[re.Pattern[str], Callable[[re.Match[str], bool], str]] = {
    CONVOLUTION: convolution,
    POOLING: pooling,
    CONNECTED: connected,
}
"""The forms of papers; anything else is left to the language."""
