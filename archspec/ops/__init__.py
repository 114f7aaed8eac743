"""Every op, one to a file named as its kind: a file dropped into this folder is known from then on.

Files are imported when a spec first uses their op, so that checking a small network stays quick.
"""

import re
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from archspec.op import Op
from archspec.op.form import read_form


@cache
def kinds() -> tuple[str, ...]:
    """The kinds of op there are, in alphabetical order."""
    return tuple(sorted(file.stem for file in Path(__file__).parent.glob("[!_]*.py")))


@cache
def load(kind: str) -> type[Op]:
    """The op of this kind. Raises KeyError when there is none."""
    if kind not in kinds():
        raise KeyError(kind)
    import_module(f"{__name__}.{kind}")
    return Op.known[kind]


def make(kind: str, **fields: Any) -> Op:
    """An op of this kind with these fields. Raises ValidationError when they are not its own."""
    return load(kind)(**fields)


def every() -> tuple[type[Op], ...]:
    """All ops, in alphabetical order of their kinds."""
    return tuple(load(kind) for kind in kinds())


def find(word: str) -> type[Op] | None:
    """The op that a table's word names: its kind or an alias, in any case, with hyphens or without."""
    kind = kind_of(word)
    return load(kind) if kind else aliases().get(word.lower())


@lru_cache(maxsize=4096)
def kind_of(word: str) -> str | None:
    """The kind that a word names; aliases, which would load every op, are not asked."""
    kind = re.sub("(?<=[a-z])-(?=[a-z])", "", word.lower())
    return kind if kind in kinds() else None


@cache
def aliases() -> dict[str, type[Op]]:
    """The other words that name an op, in lower case."""
    return {alias: op for op in every() for alias in op.aliases}


@cache
def words() -> tuple[str, ...]:
    """Every word that a table may use, as the manual writes it."""
    return tuple(read_form(op.form).word for op in every()) + tuple(aliases())
