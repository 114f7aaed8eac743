"""Local response normalization."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from archspec.op import Op, Positive, Saved, Shape
from archspec.op.fields import Within
from archspec.op.window import as_map


class LocalResponseNorm(Op):
    """Local response normalization across channels (Krizhevsky et al. 2012, section 3.3).

    b = a / (k + alpha * sum of a^2 over `size` neighbouring channels) ^ beta, with alpha as the paper
    writes it. Caffe, PyTorch and ONNX divide their alpha by `size`: theirs is `size` times this one.
    """

    form: ClassVar[str] = "LRN"
    keeps: ClassVar[Literal["input", "output"] | None] = "input"
    kind: Literal["lrn"] = "lrn"
    size: Positive = 5
    """Neighbouring channels that are summed over."""
    alpha: Annotated[float, Within(ge=0)] = 1e-4
    """Weight of the sum, not divided by `size`."""
    beta: Annotated[float, Within(gt=0)] = 0.75
    """Exponent."""
    k: Annotated[float, Within(gt=0)] = 2.0
    """Added to the sum."""

    def infer(self, shape: Shape) -> Shape:
        return as_map(shape, self)

    def saved(self, shape: Shape) -> Sequence[Saved]:
        """The squares with channels of zeros at both ends, their sums, and the powers of these."""
        channels, height, width = shape
        return [Saved((channels + self.size - 1) * height * width), *[Saved(channels * height * width)] * 2]
