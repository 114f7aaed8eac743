"""Docstrings of the generated file."""

from textwrap import wrap

from archspec.backends.torch.source.text import WIDTH

QUOTES = '"""'


def docstring(title: str, text: str = "", width: int = WIDTH) -> list[str]:
    """A docstring's lines: a title, and a text below it if there is more to say."""
    first = wrapped(title, width - len(QUOTES)) or ["Untitled."]
    if not text and len(first[0]) + 2 * len(QUOTES) <= width and len(first) == 1:
        return [f"{QUOTES}{first[0]}{QUOTES}"]
    rest = ["", *wrapped(text, width)] if text else []
    return [f"{QUOTES}{first[0]}", *first[1:], *rest, QUOTES]


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines that may stand in a docstring, whatever a spec's author wrote."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    lines = wrap(shown, width, break_on_hyphens=False)
    return [line.replace("\\", "\\\\").replace('"', '\\"') for line in lines]
