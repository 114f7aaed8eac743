"""Frozen, strictly typed records: models of pydantic, and in a process that only runs a command something lighter."""

from typing import TYPE_CHECKING

import archspec

if TYPE_CHECKING or not archspec.light:
    from archspec.op.model import Model, Ruled
else:
    from archspec.op.light import Light as Model
    from archspec.op.light import Light as Ruled

__all__ = ["Record", "Ruled"]


class Record(Model):
    """A frozen, strictly typed record; an unknown field is an error."""
