"""What an ONNX file holds, to see that who wrote it did the work."""

from math import prod
from pathlib import Path

CONSTANTS = (".alpha", ".k")
"""Those of a local response normalization, which a convolution takes."""


def parameters(path: str | Path) -> int:
    """The numbers in the initializers of an ONNX file. Raises ValueError where their bytes are not there.

    Constants of shapes are whole numbers, those of formulas have no dimensions or, in our files, end as `CONSTANTS`
    do: none of them counts.
    """
    import onnx

    path = Path(path)
    graph = onnx.load(path, load_external_data=False).graph
    weights = [each for each in graph.initializer if each.data_type == onnx.TensorProto.FLOAT and each.dims]
    weights = [each for each in weights if not each.name.endswith(CONSTANTS)]
    count = sum(prod(each.dims) for each in weights)
    places = {entry.value for each in weights for entry in each.external_data if entry.key == "location"}
    held = path.stat().st_size + sum((path.parent / place).stat().st_size for place in places)
    if held < 4 * count:
        raise ValueError(f"{held:,} bytes for {count:,} numbers")
    return int(count)
