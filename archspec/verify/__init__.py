"""Verification: a network in PyTorch and in ONNX, with the same weights and input, compared value by value.

All weights are random, also those that training starts from a constant: a batch normalization of mean 0 and variance
1, or a bias of 0, would hide its own faults. They are scaled so that values stay near 1 however deep the network is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from importlib import import_module
from math import isfinite
from types import ModuleType
from typing import Any

from archspec.diagnostics import needed
from archspec.graph import Graph
from archspec.graph.counts import count
from archspec.op import Shape
from archspec.op.window import as_papers

TOLERANCE = 1e-5
"""Largest difference allowed, as a part of the value's largest number."""


@dataclass(frozen=True)
class Compared:
    """One value of the network, as both programs compute it."""

    name: str
    """What the spec calls it, or its path."""
    role: str
    """Why it is compared: `output`, `head`, `logits`, `label`, `pooled` (an unpooling takes its places), or `layer`
    between."""
    shape: Shape
    largest: float
    """Its largest number, without the sign."""
    difference: float
    """The largest difference, as a part of that; infinite where something is no number."""


@dataclass(frozen=True)
class Verified:
    """What was found at one size of the input."""

    input: Shape
    batch: int
    values: tuple[Compared, ...]
    params: dict[str, int]
    """The parameters as `graph`, `torch` and `onnx` have them: each counted by itself."""
    tolerance: float
    ties: int = 0
    """Maxima of windows, taken up by an unpooling, that are at different places: two numbers there differ by rounding
    alone, and either may be the larger. The values are compared with ONNX's choice in both programs."""

    @property
    def difference(self) -> float:
        """The largest difference of all values."""
        return max(value.difference for value in self.values)

    @property
    def ok(self) -> bool:
        """Whether both programs compute the same, and all three count the same."""
        return self.difference <= self.tolerance and len(set(self.params.values())) == 1

    def as_json(self) -> dict[str, Any]:
        """The form that tools read; sizes are height x width x channels."""
        values = [
            {
                "name": value.name,
                "role": value.role,
                "shape": list(as_papers(value.shape)),
                "largest": finite(value.largest),
                "difference": finite(value.difference),
            }
            for value in self.values
        ]
        return {
            "input": list(as_papers(self.input)),
            "batch": self.batch,
            "ok": self.ok,
            "difference": finite(self.difference),
            "tolerance": self.tolerance,
            "params": self.params,
            "ties": self.ties,
            "values": values,
        }


def ok(found: Iterable[Verified]) -> bool:
    """Whether it is all well."""
    return all(each.ok for each in found)


def programs() -> tuple[ModuleType, ModuleType]:
    """What runs a network in PyTorch, and in onnxruntime. Raises Problem E607 where one of them is not installed."""
    with needed("`pip install torch onnxruntime`, or archspec with its extra `verify`"):
        return import_module("archspec.verify.in_torch"), import_module("archspec.verify.in_onnx")


def finite(number: float) -> float | None:
    """The number, where JSON has it."""
    return number if isfinite(number) else None


def verify(
    graph: Graph,
    tolerance: float = TOLERANCE,
    seed: int = 0,
    batch: int = 1,
    say: Callable[[str], None] = lambda text: None,
) -> Verified:
    """Compare the two at the graph's own size; `say` is told what is done at the moment.

    Outputs, heads, what goes into a softmax, labelled values, and some between are compared. One program's weights
    are held in memory at a time. Raises Problem E607 without PyTorch or onnxruntime.
    """
    in_torch, in_onnx = programs()
    from archspec.verify.compare import differences
    from archspec.verify.noise import Noise, sample
    from archspec.verify.watched import pooled, roles, watching

    named, watched = roles(graph), watching(graph)
    example = sample(graph, batch, seed)
    say("PyTorch")
    ran = in_torch.run(watched, Noise(seed), example)
    say("ONNX")
    found, in_file = in_onnx.run(watched, Noise(seed, ran.gains), example)

    def compared(values: Any) -> tuple[Compared, ...]:
        triples = ((path, values[path], found[path]) for path in watched.outputs)
        return tuple(Compared(*named[path], watched.shapes[path], *differences(a, b)) for path, a, b in triples)

    params = {"graph": sum(count(watched).params), "torch": ran.params, "onnx": in_file}
    verified = Verified(graph.input.shape, batch, compared(ran.values), params, tolerance)
    if verified.difference <= tolerance or not pooled(watched):
        return verified
    say("PyTorch, with ONNX's maxima")
    again = in_torch.run(watched, Noise(seed), example, {path: found[of] for path, of in pooled(watched).items()})
    return replace(verified, values=compared(again.values), ties=again.ties)
