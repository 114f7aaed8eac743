"""Records as models of pydantic."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

from archspec.op.fields import alias
from archspec.op.rules import Rules


class Model(BaseModel, Rules):
    """What all records are to pydantic: frozen and strictly typed, and an unknown field is an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        defer_build=True,
        arbitrary_types_allowed=True,
        alias_generator=alias,
        populate_by_name=True,
        serialize_by_alias=True,
    )


class Ruled(Model):
    """A record whose fields have rules."""

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, data: Any) -> Any:
        return cls.completed(data) if isinstance(data, dict) else data

    @model_validator(mode="after")
    def _refuse(self) -> Self:
        fault = self.fault()
        if fault is not None:
            raise fault
        return self
