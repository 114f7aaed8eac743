"""What an ONNX file holds, to see that who wrote it did the work."""

from math import prod
from pathlib import Path


def parameters(path: str | Path) -> int:
    """The numbers in the initializers of an ONNX file. Raises ValueError where their bytes are not there.

    Constants of shapes are whole numbers, those of formulas have no dimensions: neither counts.
    """
    import onnx

    path = Path(path)
    graph = onnx.load(path, load_external_data=False).graph
    weights = [each for each in graph.initializer if each.data_type == onnx.TensorProto.FLOAT and each.dims]
    count = sum(prod(each.dims) for each in weights)
    places = {entry.value for each in weights for entry in each.external_data if entry.key == "location"}
    held = path.stat().st_size + sum((path.parent / place).stat().st_size for place in places)
    if held < 4 * count:
        raise ValueError(f"{held:,} bytes for {count:,} numbers")
    return int(count)
