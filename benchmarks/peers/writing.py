"""Libraries that build ONNX graphs node by node, used as their documentation does, with He's random weights.

Each takes the file of a network's layers (`benchmarks.layers`) and writes `model.onnx`, its weights beside it.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from benchmarks.layers import Layers, deviation, read
from benchmarks.onnx_file import parameters

if TYPE_CHECKING:
    from numpy import ndarray

FILE, DATA = "model.onnx", "model.data"
OPSET, IR = 18, 8
Write = Callable[[], Callable[[], int]]


def drawn(network: Layers) -> "Iterator[tuple[str, ndarray[Any, Any]]]":
    """Every weight by name, as a user of numpy draws it."""
    import numpy

    generator = numpy.random.default_rng(0)
    for name, shape in network.weights.items():
        spread = deviation(name, shape)
        if spread:
            values = generator.standard_normal(shape, numpy.float32)
            values *= numpy.float32(spread)
        else:
            values = numpy.zeros(shape, numpy.float32)
        yield name, values


def written() -> int:
    """The parameters in the file."""
    return parameters(FILE)


def helper(path: str) -> Write:
    """`onnx.helper`."""
    import numpy
    import onnx
    from onnx import TensorProto, numpy_helper
    from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor_value_info

    network = read(path)

    def call() -> Callable[[], int]:
        tensors = [numpy_helper.from_array(values, name) for name, values in drawn(network)]
        tensors += [
            numpy_helper.from_array(numpy.array(values, numpy.int64), name)
            for name, values in network.constants.items()
        ]
        nodes = [make_node(each.kind, each.inputs, [each.output], **each.attributes) for each in network.layers]
        given = make_tensor_value_info(network.input, TensorProto.FLOAT, ["N", *network.input_shape])
        result = make_tensor_value_info(network.output, TensorProto.FLOAT, ["N", *network.output_shape])
        graph = make_graph(nodes, "network", [given], [result], tensors)
        model = make_model(graph, opset_imports=[make_opsetid("", OPSET)], ir_version=IR)
        onnx.save(model, FILE, save_as_external_data=True, location=DATA)
        return written

    return call


def onnx_ir(path: str) -> Write:
    """onnx-ir, the library below PyTorch's exporter."""
    import numpy
    import onnx_ir as ir

    network = read(path)

    def call() -> Callable[[], int]:
        float32 = ir.TensorType(ir.DataType.FLOAT)
        given = ir.Value(name=network.input, type=float32, shape=ir.Shape(["N", *network.input_shape]))
        values = {network.input: given}
        constants = ((name, numpy.array(held, numpy.int64)) for name, held in network.constants.items())
        for name, array in (*drawn(network), *constants):
            tensor = ir.Tensor(array, name=name)
            type = ir.TensorType(tensor.dtype)
            values[name] = ir.Value(name=name, type=type, shape=tensor.shape, const_value=tensor)
        weights = [value for name, value in values.items() if name != network.input]
        nodes = []
        for each in network.layers:
            node = ir.node(each.kind, [values[name] for name in each.inputs], each.attributes)
            values[each.output] = node.outputs[0]
            node.outputs[0].name = each.output
            nodes.append(node)
        result = values[network.output]
        result.type, result.shape = float32, ir.Shape(["N", *network.output_shape])
        graph = ir.Graph(
            [given], [result], nodes=nodes, initializers=weights, opset_imports={"": OPSET}, name="network"
        )
        ir.save(ir.Model(graph, ir_version=IR), FILE, external_data=DATA)
        return written

    return call


def spox(path: str) -> Write:
    """spox, which infers the type of every value as it goes."""
    import numpy
    import onnx
    import spox.opset.ai.onnx.v18 as op
    from spox import Tensor, argument, build
    from spox._future import initializer

    network = read(path)

    def call() -> Callable[[], int]:
        values: dict[str, Any] = {network.input: argument(Tensor(numpy.float32, ("N", *network.input_shape)))}
        values |= {name: initializer(array) for name, array in drawn(network)}
        values |= {name: op.const(numpy.array(held, numpy.int64)) for name, held in network.constants.items()}
        for each in network.layers:
            inputs = [values[name] for name in each.inputs]
            made = getattr(op, SPOX[each.kind])
            gathers = each.kind == "Concat"
            result = made(inputs, **each.attributes) if gathers else made(*inputs, **each.attributes)
            values[each.output] = result[0] if isinstance(result, tuple) else result
        model = build({network.input: values[network.input]}, {network.output: values[network.output]})
        onnx.save(model, FILE, save_as_external_data=True, location=DATA)
        return written

    return call


SPOX = {
    "Add": "add", "AveragePool": "average_pool", "BatchNormalization": "batch_normalization", "Concat": "concat",
    "Conv": "conv", "ConvTranspose": "conv_transpose", "Flatten": "flatten", "Gemm": "gemm",
    "GlobalAveragePool": "global_average_pool", "LRN": "lrn", "MaxPool": "max_pool", "Relu": "relu", "Slice": "slice",
    "Softmax": "softmax",
}  # fmt: skip
"""spox's functions for ONNX's operators."""
