"""What convolutions share: weights, bias, and the multiply-adds they cost."""

from abc import abstractmethod
from collections.abc import Mapping
from math import prod
from typing import ClassVar, Literal

from archspec.op import Mismatch, Op, Shape, Weight
from archspec.op.window import Window, as_map


class Weighted(Op):
    """An op with a weight and, unless it is turned off, a bias."""

    keeps: ClassVar[Literal["input", "output"] | None] = "input"

    bias: bool = True
    """Whether a learned constant is added to each output channel."""
    frozen: bool = False
    """Whether training leaves the weights as they are; counted apart from the trainable ones."""

    def trains(self) -> bool:
        return not self.frozen

    def tensors(self, weight: Shape, outputs: int, fan_in: int) -> Mapping[str, Weight]:
        """The weight, drawn from He et al.'s Gaussian, and the bias, zero."""
        bias = {"bias": Weight((outputs,), fill=0.0)} if self.bias else {}
        return {"weight": Weight(weight, fan_in=fan_in), **bias}


class Convolution(Window, Weighted):
    """A sliding window with weights: each output channel sums over the input channels of its group."""

    @abstractmethod
    def widths(self, shape: Shape) -> tuple[int, int]:
        """Output channels and groups for an input of this shape."""

    def infer(self, shape: Shape) -> Shape:
        _, height, width = as_map(shape, self)
        out, _ = self.grouped(shape)
        return (out, *self.slide(height, width))

    def grouped(self, shape: Shape) -> tuple[int, int]:
        """Output channels and groups. Raises Mismatch where the groups do not divide the channels."""
        out, groups = self.widths(shape)
        for count, which in ((shape[0], "input"), (out, "output")):
            if count % groups:
                raise Mismatch(
                    "E205",
                    f"the groups do not divide the {which} channels",
                    f"{groups} groups, {count} channels",
                    f"{count} channels divide into " + listed(divisors(count)) + " groups",
                )
        return out, groups

    def weights(self, shape: Shape) -> Mapping[str, Weight]:
        out, groups = self.widths(shape)
        taps = shape[0] // groups * prod(self.kernel)
        return self.tensors((out, shape[0] // groups, *self.kernel), out, fan_in=taps)

    def macs(self, shape: Shape) -> int:
        """H x W x C of the output, times the taps that each output value sums over."""
        out, groups = self.widths(shape)
        _, height, width = self.infer(shape)
        return height * width * out * (shape[0] // groups) * prod(self.kernel)


def divisors(count: int) -> list[int]:
    """The first divisors of a channel count, smallest first."""
    return [n for n in range(1, min(count, 64) + 1) if count % n == 0][:6]


def listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:-1])) + f" or {numbers[-1]}" if len(numbers) > 1 else str(numbers[0])
