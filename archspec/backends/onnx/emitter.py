"""What a rule writes with: the nodes, constants and declared shapes of one op."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
import onnx

from archspec.graph import Graph, Node
from archspec.op import Op, Shape

TYPES = {"i": (onnx.TensorProto.INT64, "<i8"), "b": (onnx.TensorProto.BOOL, "?")}
"""How small tensors are stored that are not float32, by the kind of NumPy's type."""
UNSAID: dict[str, int | float] = {
    "strides": 1, "dilations": 1, "group": 1, "pads": 0, "output_padding": 0, "count_include_pad": 0, "epsilon": 1e-5,
    "momentum": 0.9,
}  # fmt: skip
"""What the standard takes on every axis where an attribute is not there, whichever operator has it."""


@dataclass(frozen=True, slots=True)
class Emitter:
    """Adds the ONNX nodes of one node of the graph.

    The last of them has the path as its name, and so has its value; those before it are `path.<what>`.
    """

    proto: onnx.GraphProto
    graph: Graph
    node: Node
    inputs: Sequence[str]
    """The values that the node takes, under their names in the file."""
    opset: int
    batch: int | str
    """Examples, or the name of their number."""
    training: bool = False
    """Whether the file is to be trained, so that dropout drops and batches are normalized by their own statistics."""

    @property
    def x(self) -> str:
        """The first value taken."""
        return self.inputs[0]

    @property
    def shape(self) -> Shape:
        """Its shape, without the batch."""
        return self.graph.shapes[self.node.inputs[0]]

    def emit(
        self,
        kind: str,
        inputs: Sequence[str],
        what: str = "",
        shape: Shape | None = None,
        batched: bool = True,
        type: int = onnx.TensorProto.FLOAT,
        **attributes: Any,
    ) -> str:
        """Add a node, and give back the name of its value; its shape is the op's output's, unless given."""
        name = self.name(what)
        proto = self.proto.node.add(op_type=kind, name=name, input=inputs, output=[name])
        proto.doc_string = str(self.node.op)
        for key, value in attributes.items():
            if not unsaid(key, value):
                set_attribute(proto.attribute.add(name=key), value)
        origin = self.node.origin
        if origin.file:
            proto.metadata_props.add(key="archspec.source", value=f"{origin.file}:{origin.line}")
        if name not in self.graph.results:
            batch = (self.batch,) if batched else ()
            declare(self.proto.value_info.add(name=name), (*batch, *(shape or self.node.shape)), type)
        return name

    def also(self, what: str, shape: Shape) -> str:
        """Give the last node a further value, without a batch, that the file gives too; `path.<what>` is its name."""
        self.proto.node[-1].output.append(self.name(what))
        declare(self.proto.output.add(name=self.name(what)), shape)
        return self.name(what)

    def tell(self, what: str) -> None:
        """Give the last node a further value: whole numbers, of the op's shape."""
        self.proto.node[-1].output.append(self.name(what))
        shape = (self.batch, *self.node.shape)
        declare(self.proto.value_info.add(name=self.name(what)), shape, onnx.TensorProto.INT64)

    def constant(self, what: str, value: Any) -> str:
        """Add a small tensor: int64 where it holds whole numbers, bool where it holds truths, else float32."""
        array = numpy.asarray(value)
        data_type, stored = TYPES.get(array.dtype.kind, (onnx.TensorProto.FLOAT, "<f4"))
        raw = array.astype(stored).tobytes()
        self.proto.initializer.add(name=self.name(what), dims=array.shape, data_type=data_type, raw_data=raw)
        return self.name(what)

    def weights(self) -> list[str]:
        """The names of the op's tensors, in the op's order."""
        return [self.name(name) for name in self.node.op.weights(*self.graph.takes(self.node))]

    def name(self, what: str) -> str:
        return f"{self.node.path}.{what}" if what else self.node.path


Rule = Callable[[Any, Emitter], str]
"""Writes one kind of op: it adds nodes, and gives back the name of the value that they yield."""
Rules = dict[type[Op], Rule]


def declare(value: onnx.ValueInfoProto, shape: Sequence[int | str], type: int = onnx.TensorProto.FLOAT) -> None:
    """State a value's type and shape, where a word names a size that is open."""
    tensor = value.type.tensor_type
    tensor.elem_type = type
    for size in shape:
        tensor.shape.dim.add(**{"dim_param" if isinstance(size, str) else "dim_value": size})


def unsaid(key: str, value: Any) -> bool:
    """Whether an attribute says what holds without it."""
    values = value if isinstance(value, tuple) else (value,)
    return key in UNSAID and all(each == UNSAID[key] for each in values)


def set_attribute(attribute: onnx.AttributeProto, value: Any) -> None:
    """Set the type and the value: a whole number, a fraction, a text, or several whole numbers."""
    match value:
        case int():
            attribute.type, attribute.i = onnx.AttributeProto.INT, value
        case float():
            attribute.type, attribute.f = onnx.AttributeProto.FLOAT, value
        case str():
            attribute.type, attribute.s = onnx.AttributeProto.STRING, value.encode()
        case _:
            attribute.type = onnx.AttributeProto.INTS
            attribute.ints.extend(value)
