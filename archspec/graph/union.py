"""The field type "any op": in Python an instance, in JSON a record told apart by its `kind`.

Validators of single ops are built when they are first needed; the union of all of them only for its schema.
"""

from typing import TYPE_CHECKING, Annotated, Any, Union

from archspec import ops
from archspec.op import Op

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema


class _Discriminated:
    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_plain_validator_function(read),
            python_schema=core_schema.is_instance_schema(Op),
            serialization=core_schema.plain_serializer_function_ser_schema(write),
        )

    def __get_pydantic_json_schema__(self, schema: "CoreSchema", handler: "GetJsonSchemaHandler") -> "JsonSchemaValue":
        from pydantic import Field, TypeAdapter

        union: Any = Annotated[Union[ops.every()], Field(discriminator="kind")]  # noqa: UP007 (made at run time)
        return handler(TypeAdapter(union).core_schema)


def read(data: object) -> Op:
    """An op from its JSON form. Raises PydanticCustomError or ValidationError when it is none."""
    kind = data.get("kind") if isinstance(data, dict) else None
    if kind not in ops.kinds():
        from pydantic_core import PydanticCustomError

        raise PydanticCustomError("unknown_op", "no op has the kind {kind}", {"kind": repr(kind)})
    return ops.load(kind).model_validate(data)


def write(op: Op) -> dict[str, Any]:
    """The JSON form of an op."""
    return op.model_dump(mode="json")


if TYPE_CHECKING:
    AnyOp = Op
else:
    AnyOp = Annotated[Op, _Discriminated()]
