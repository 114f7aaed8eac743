"""Labels as papers write them: `3×3 conv, 64, /2`, `3×3 max pool, /2`, `fc 1000`."""

from archspec.figures.steps import Step
from archspec.op import Op, Shape
from archspec.op.form import spell

NAMES = {
    "conv": "conv", "dwconv": "depthwise conv", "upconv": "up-conv", "maxpool": "max pool", "avgpool": "avg pool",
    "unpool": "unpool", "fc": "fc", "concat": "concat", "add": "+", "mul": "×", "lrn": "LRN", "bn": "BN",
    "adaptiveavgpool": "avg pool", "upsample": "upsample", "relu": "ReLU", "softmax": "softmax",
    "crop": "crop", "croplike": "crop",
}  # fmt: skip
"""What papers call an op; others are called as specs call them."""


def label(step: Step) -> str:
    """The words in a step's box."""
    op = step.main.op
    name = NAMES.get(op.kind)
    if name is None:
        return spell(op)
    if op.kind == "fc":
        return f"fc {step.main.shape[0]}"
    window = getattr(op, "kernel", None)
    if window is None or getattr(op, "global_", False):
        return name
    parts = [f"{by(window)} {name}"]
    if op.weight_layer:
        parts.append(str(step.main.shape[0]))
    if op.stride != (1, 1):  # type: ignore[attr-defined]
        parts.append(f"/{op.stride[0] if len(set(op.stride)) == 1 else by(op.stride)}")  # type: ignore[attr-defined]
    return ", ".join(parts)


def by(sides: tuple[int, int]) -> str:
    """`3×3`."""
    return f"{sides[0]}×{sides[1]}"


def size(shape: Shape) -> str:
    """The size of a map without its channels; a vector is a map of one place."""
    return by((shape[1], shape[2])) if len(shape) == 3 else "1×1"


def whole(shape: Shape) -> str:
    """The size of a map with its channels: `224×224×3`."""
    return f"{size(shape)}×{shape[0]}" if len(shape) == 3 else str(shape[0])


def word(op: Op) -> str:
    """What a note calls an op that has no box."""
    return NAMES.get(op.kind, op.kind)
