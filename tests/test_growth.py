"""What is asked of a network takes time and memory by its layers, and not by their square."""

import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archspec.network import load

HEAD = "net chain\ninput 8x8x8\ndefault conv -> relu\n"
UNIT = "block unit(channels):\n    residual:\n        conv3-{channels} conv3-{channels}(linear)\n    relu\n"
FORMS: dict[str, Callable[[int], str]] = {
    "a repeat": lambda n: f"{HEAD}conv3-8 x{n}\n",
    "lines": lambda n: HEAD + "conv3-8\n" * n,
    "labels": lambda n: HEAD + "".join(f"a{i}: conv3-8\nadd(a{i})\n" for i in range(n)),
    "blocks": lambda n: f"{HEAD}{UNIT}body: unit-8 x{n}\n",
    "blocks, written": lambda n: HEAD + UNIT + "".join(f"u{i}: unit-8\n" for i in range(n)),
    "branches": lambda n: HEAD + "concat:\n    | conv1-4\n    | conv3-4\n" * n,
    "lets": lambda n: HEAD + "".join(f"let c{i} {i % 7 + 1}\nconv3-{{c{i}}}\n" for i in range(n)),
}
"""Chains of so many convolutions, or units of several, as they may be written."""
FEW, TIMES = 150, 10
LINEAR = 1.2 * TIMES
"""What may become of something for so many times the layers."""


def check(path: Path) -> object:
    """Check a spec."""
    return load(path)


def summary(path: Path) -> object:
    """The table of a spec's network."""
    return str(load(path).summary())


def figure(path: Path) -> object:
    """The figure of a spec's network."""
    return load(path).draw().svg()


def structure(path: Path) -> object:
    """The ONNX file of a spec's network."""
    return load(path).build(path.with_suffix(".onnx"), to="onnx", weights="zeros")


WORKS = (check, summary, figure, structure)


def calls(work: Callable[[Path], object], path: Path) -> int:
    """How many functions are called, Python's own among them."""
    count = 0

    def note(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work(path)
    finally:
        sys.setprofile(None)
    return count


def peak(work: Callable[[Path], object], path: Path) -> int:
    """The most bytes that are held at a time."""
    tracemalloc.start()
    try:
        work(path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def written(form: str, layers: int, folder: Path) -> Path:
    """A spec of so many layers."""
    path = folder / f"{layers}.arch"
    path.write_text(FORMS[form](layers), encoding="utf-8")
    return path


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.__name__)
@pytest.mark.parametrize("form", FORMS)
def test_ten_times_the_layers_are_ten_times_the_calls(
    form: str, work: Callable[[Path], object], tmp_path: Path
) -> None:
    few, many = written(form, FEW, tmp_path), written(form, FEW * TIMES, tmp_path)
    work(few)  # what is imported and remembered is not counted
    assert calls(work, many) < LINEAR * calls(work, few)


@pytest.mark.parametrize("form", ["a repeat", "lines", "blocks"])
def test_ten_times_the_layers_are_ten_times_the_memory(form: str, tmp_path: Path) -> None:
    few, many = written(form, FEW, tmp_path), written(form, FEW * TIMES, tmp_path)
    check(few)
    assert peak(check, many) < LINEAR * peak(check, few)


def test_a_step_that_grows_by_the_square_is_seen(tmp_path: Path) -> None:
    few, many = written("lines", FEW, tmp_path), written("lines", FEW * TIMES, tmp_path)

    def slow(path: Path) -> object:
        nodes = load(path).graph.nodes
        return [sum(map(len, (each.path for each in nodes[:number]))) for number in range(len(nodes))]

    slow(few)
    assert calls(slow, many) > 2 * LINEAR * calls(slow, few)
