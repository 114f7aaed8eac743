"""What ONNX files hold besides weights: `python -m benchmarks.onnx_facts NAMES` writes `facts.json`."""

import json
import sys
from pathlib import Path


def facts(path: Path) -> dict[str, float]:
    """Nodes, those of branches too; bytes without weights; shares of values that have a shape, and an open batch."""
    import onnx

    graph = onnx.load(path, load_external_data=False).graph
    stated = {value.name: value.type.tensor_type for value in (*graph.value_info, *graph.output)}
    values = [name for node in graph.node for name in node.output if name]
    shaped = [stated[name].shape.dim for name in values if name in stated and stated[name].HasField("shape")]
    return {
        "nodes": len(graph.node) + sum(len(held.g.node) for node in graph.node for held in node.attribute),
        "bytes": path.stat().st_size - sum(len(tensor.raw_data) for tensor in graph.initializer),
        "shaped": len(shaped) / len(values),
        "open": sum(bool(dims and dims[0].dim_param) for dims in shaped) / len(values),
    }


if __name__ == "__main__":
    found = {name: facts(Path(f"{name}.onnx")) for name in sys.argv[1:] if Path(f"{name}.onnx").exists()}
    Path("facts.json").write_text(json.dumps(found), encoding="utf-8")
