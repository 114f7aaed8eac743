"""What the parser could not read, said in the words of the language."""

import re

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.indenter import DedentError

from archspec.diagnostics import Diagnostic
from archspec.language.generated import fault
from archspec.source import Source, Span

NAMES = {
    "WORD": "a layer or a name",
    "REPEAT": "a repeat such as `x3`",
    "NUMBER": "a number",
    "COUNT": "a number",
    "COLUMN": "a column's name",
    "STRING": "quoted text",
    "NOTHING": "`-` for nothing",
    "_NL": "the end of the line",
    "_INDENT": "an indented line",
    "_DEDENT": "the end of the indented lines",
    "$END": "the end of the file",
    "INT": "a number",
    "NAME": "a name",
}
"""What terminals are called in messages; others stand for themselves."""

MARKS = {
    "LPAR": "(", "RPAR": ")", "LSQB": "[", "RSQB": "]", "BAR": "|", "COLON": ":", "COMMA": ",",
    "SEMICOLON": ";", "EQUAL": "=",
}  # fmt: skip

HABITS = (
    (r"\0\.[0-9]", "a number has a digit before its point: `0.5`"),
    (r"^\s*input\s*\0\(", "write the size and the channels: `input 224x224 RGB`"),
    (r"^\s*\0[0-9]", "a layer begins with its name: `conv3-64` for a 3x3 convolution with 64 channels"),
    (r"(^|\s)x\s*\0[0-9]|\0\*", "a repeat is an x with its number close to it: `x3`"),
    (
        r"\b(stride|pad|padding|groups|dilation)\s*\0[0-9]|^(?!\s*(expect|let|default)\b).*\w\s*\0=[^=>]*$",
        "options stand in parentheses: `(stride=2)`",
    ),
    (r"\S\s+\0[0-9]", "a layer's numbers stand close to its name: `conv3-64`"),
    (
        r"^\s*(net|use|columns|input|let|expect|default|block|from|except)\s*\0:",
        "no line can be labelled with a keyword",
    ),
    (r"^\s*\|[^\0]*\0\|", "a branch has one chain; a row of a table begins with its first cell, not with a bar"),
    (r"^\s*head\s+\w[^\0(]*\0", "a head says where it begins: `head NAME from LABEL:`, with its layers indented below"),
    (r"^\s*use\b.*\0", 'another file is brought in so: `use NAME from "file.arch"`'),
    (r"\0[)\]]", "no bracket is open here"),
    (r"\0\"[^\"]*$", "quoted text ends with a quote, in the same line"),
    (r"\0[{}]|\{\s*$", "braces hold arithmetic and close in the same line; suites are indented lines below a colon"),
    (r"^(?!\s*default\b)[^>]*\0->", "layers of a chain stand side by side, without arrows; `=>` states the size"),
)
"""What people write from habit: a pattern of the line, with a NUL before what could not be read, and the fix."""


def misread(source: Source, text: str) -> tuple[Span, Diagnostic]:
    """Where the reading of a text stops, and what to say of it."""
    error = fault(text)
    if isinstance(error, DedentError):
        span = dedented(text)
        message = "this line's indentation matches no line above it"
        help = "a line goes back to the column of one that it continues"
        return span, Diagnostic("E102", message, source=source, span=span, help=help)
    if isinstance(error, UnexpectedToken) and error.token.type == "_INDENT":
        span = first_word(text, error.token.end_pos or 0)
        message = "this line is indented, and the line above it does not call for it"
        help = "lines are indented below one that ends in a colon, and below a branch"
        return span, Diagnostic("E102", message, source=source, span=span, help=help)
    span = where(text, error)
    found = text[span.start : span.end]
    wanted = expected(error)
    return span, Diagnostic(
        "E101",
        f"cannot read `{found}` here" if found.strip() else "the line ends too soon",
        found=f"expected {wanted}" if wanted else "",
        source=source,
        span=span,
        help=advice(text, span),
    )


def where(text: str, error: UnexpectedInput) -> Span:
    """The characters that could not be read; one column past the line where its end came too soon."""
    start = error.pos_in_stream or 0
    if isinstance(error, UnexpectedToken):
        token = error.token
        if token.type in ("$END", "_NL", "_DEDENT"):
            return line_end(text, len(text) if token.start_pos is None else token.start_pos)
        return Span(start, start + len(token))
    end = start + 1
    while end < len(text) and text[end].isalnum() and text[start].isalnum():
        end += 1
    return Span(start, end)


def line_end(text: str, position: int) -> Span:
    """The column behind the last thing that a line says; of the last line that says something, up to a position."""
    lines = text[:position].rstrip()
    start = lines.rfind("\n") + 1
    end = start + len(re.sub(r'\s*#[^"]*$', "", lines[start:]))
    return Span(end, end + 1)


def expected(error: UnexpectedInput) -> str:
    """What would have been read, in words, when it is little enough to say."""
    if isinstance(error, UnexpectedToken):
        terminals = error.accepts or error.expected
    elif isinstance(error, UnexpectedCharacters):
        terminals = error.allowed or set()
    else:
        terminals = set()
    names = sorted({NAMES.get(t) or f"`{MARKS.get(t, t.lower())}`" for t in terminals if t != "_DEDENT"})
    if not 0 < len(names) <= 4:
        return ""
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def advice(text: str, span: Span) -> str:
    """The fix for what people write from habit."""
    start, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.start)
    line = f"{text[start : span.start]}\0{text[span.start : end]}"
    return next((help for pattern, help in HABITS if re.search(pattern, line)), "")


def first_word(text: str, start: int) -> Span:
    """The first word from here on."""
    while start < len(text) - 1 and text[start].isspace():
        start += 1
    end = start
    while end < len(text) and not text[end].isspace():
        end += 1
    return Span(start, max(end, start + 1))


def dedented(text: str) -> Span:
    """The first line whose indentation no open suite has."""
    levels, position, previous = [0], 0, 0
    for line in text.split("\n"):
        content = line.lstrip(" ")
        margin = len(line) - len(content)
        if content and not content.startswith("#"):
            while levels[-1] > margin:
                levels.pop()
            if levels[-1] < margin:
                if position and margin in range(levels[-1] + 1, previous):
                    return Span(position + margin, position + len(line.rstrip()))
                levels.append(margin)
            previous = margin
        position += len(line) + 1
    return Span(0, 1)
