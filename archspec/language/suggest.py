"""Did you mean: the nearest of the names that exist."""

from collections.abc import Iterable
from itertools import islice

from archspec import ops

COMPARED = 200
"""Names that a word is compared with at most."""


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that a word is probably a slip of, without regard to case."""
    from difflib import get_close_matches  # only needed where something is wrong

    by_lower = {name.lower(): name for name in islice(names, COMPARED)}
    close = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.65)
    if not close:  # `kernal_size`: a name with something behind it
        beginnings = {name: word[: len(name)].lower() for name in by_lower if 2 < len(name) < len(word)}
        close = [name for name, start in beginnings.items() if get_close_matches(start, [name], cutoff=0.8)]
    return by_lower[close[0]] if close else None


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Help that offers the nearest name, or lists what there is if it is little."""
    known = list(names)
    near = nearest(word, known)
    if near:
        return f"did you mean `{near}`?"
    listed = ", ".join(f"`{name}`" for name in known)
    return f"known here: {listed}" if 1 < len(known) <= 8 else f"there is only {listed}" if len(known) == 1 else ""


def meant(word: str, blocks: Iterable[str] = ()) -> str:
    """Help for a word that names no layer."""
    if word == "x":
        return "a repeat is an x with its number close to it: `x3`"
    near = nearest(word, [*blocks, *ops.words(), "residual"])
    return f"did you mean `{near}`?" if near else "`archspec ops` lists the layers; a `block` line defines a new one"
