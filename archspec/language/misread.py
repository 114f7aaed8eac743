"""What the parser could not read, said in the words of the language."""

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.indenter import DedentError

from archspec.diagnostics import Diagnostic
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
    "LPAR": "(", "RPAR": ")", "LSQB": "[", "RSQB": "]", "VBAR": "|", "COLON": ":", "COMMA": ",",
    "SEMICOLON": ";", "EQUAL": "=",
}  # fmt: skip

COMING = {"use": "bringing in another file", "head": "a second output"}
"""Words kept for statements that the language does not have yet."""


def misread(source: Source, text: str, error: UnexpectedInput | DedentError) -> tuple[Span, Diagnostic]:
    """Where reading stopped, and what to say of it."""
    if isinstance(error, DedentError):
        span = dedented(text)
        message = "this line's indentation matches no line above it"
        return span, Diagnostic("E102", message, source=source, span=span)
    if isinstance(error, UnexpectedToken) and error.token.type == "_INDENT":
        span = first_word(text, error.token.start_pos or 0)
        message = "this line is indented, and nothing above it opens a suite"
        return span, Diagnostic("E102", message, source=source, span=span)
    span = where(text, error)
    found = text[span.start : span.end]
    word = first_word(text, text.rfind("\n", 0, span.start) + 1)
    if text[word.start : word.end] in COMING:
        coming = COMING[text[word.start : word.end]]
        message = f"`{text[word.start : word.end]}` is kept for {coming}, which is not in the language yet"
        return word, Diagnostic("E101", message, source=source, span=word)
    wanted = expected(error)
    return span, Diagnostic(
        "E101",
        f"cannot read {'the end of the line' if not found.strip() else f'`{found}`'} here",
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
            start = min(token.start_pos if token.start_pos is not None else len(text), len(text) - 1)
            start -= len(text[:start]) - len(text[:start].rstrip()) if token.type != "_NL" else 0
            return Span(start, start + 1)
        return Span(start, start + len(token))
    end = start + 1
    while end < len(text) and text[end].isalnum() and text[start].isalnum():
        end += 1
    return Span(start, end)


def expected(error: UnexpectedInput) -> str:
    """What would have been read, in words, when it is little enough to say."""
    if isinstance(error, UnexpectedToken):
        terminals = error.accepts or error.expected
    elif isinstance(error, UnexpectedCharacters):
        terminals = error.allowed or set()
    else:
        terminals = set()
    names = sorted({NAMES.get(t) or f"`{MARKS.get(t, t.lower())}`" for t in terminals if t != "_DEDENT"})
    if not 0 < len(names) <= 6:
        return ""
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def advice(text: str, span: Span) -> str:
    """The fix for what people write from habit."""
    line = text[text.rfind("\n", 0, span.start) + 1 : text.find("\n", span.start)]
    if line.lstrip()[:1].isdigit():
        return "a layer begins with its name: `conv3-64` for a 3x3 convolution with 64 channels"
    if line.rstrip().endswith(("{", "}")):
        return "suites are indented lines below a colon, not braces"
    if "=>" not in line and "->" in line and not line.lstrip().startswith("default"):
        return "layers of a chain stand side by side, without arrows; `=>` states the row's size"
    return ""


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
