"""Fully connected layer."""

from collections.abc import Mapping
from math import prod
from typing import ClassVar, Literal

from archspec.op import Positive, Shape, Weight
from archspec.op.convolution import Weighted
from archspec.op.taps import WHOLE, Both


class FullyConnected(Weighted):
    """Fully connected layer; flattens what it is given, in the order channels, height, width."""

    form: ClassVar[str] = "FC-{features}"
    aliases: ClassVar[tuple[str, ...]] = ("linear",)
    weight_layer: ClassVar[bool] = True
    kind: Literal["fc"] = "fc"
    features: Positive
    """Outputs."""

    def infer(self, shape: Shape) -> Shape:
        return (self.features,)

    def taps(self, shape: Shape) -> Both:
        return WHOLE

    def weights(self, shape: Shape) -> Mapping[str, Weight]:
        inputs = prod(shape)
        return self.tensors((self.features, inputs), self.features, fan_in=inputs)

    def macs(self, shape: Shape) -> int:
        return prod(shape) * self.features
