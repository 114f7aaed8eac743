"""onnxruntime on a file of `benchmarks.runnable`: two threads, none of which waits by spinning.

Each gives how many examples were right, to 1e-5 of PyTorch's largest number.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

TOLERANCE = 1e-5
THREADS = 2


def session(file: str, level: str) -> Any:
    """A session; `level` is `on` or `off`: onnxruntime's own optimization of the graph."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = THREADS, 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    levels = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = levels.ORT_ENABLE_ALL if level == "on" else levels.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])


def infer(file: str, level: str, batch: str) -> Callable[[], Callable[[], int]]:
    """One pass of a batch through a session that stays."""
    import numpy

    running, beside = session(file, level), Path(file)
    name = running.get_inputs()[0].name
    example, expected = (numpy.load(beside.with_name(f"{array}.npy"))[: int(batch)] for array in ("input", "output"))
    most = TOLERANCE * abs(expected).max()

    def call() -> Callable[[], int]:
        (found,) = running.run(None, {name: example})
        return lambda: int((abs(found - expected) <= most).reshape(len(found), -1).all(axis=1).sum())

    return call


def load(file: str, level: str) -> Callable[[], Callable[[], int]]:
    """A new session: the file read, checked, optimized and its weights laid out."""

    def call() -> Callable[[], int]:
        running = session(file, level)
        return lambda: len(running.get_outputs())

    return call
