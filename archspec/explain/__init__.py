"""The pages behind the codes of diagnostics: a title, why it is an error, a wrong and a right example."""

from functools import cache
from importlib.resources import files


@cache
def codes() -> tuple[str, ...]:
    """Every code there is, in order."""
    pages = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".md") for name in pages if name.endswith(".md")))


def page(code: str) -> str:
    """The page of a code, in Markdown. The code must be one of `codes()`."""
    return (files(__name__) / f"{code}.md").read_text(encoding="utf-8")
