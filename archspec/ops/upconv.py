"""Transposed convolution."""

from collections.abc import Mapping
from math import prod
from typing import Any, ClassVar, Literal

from archspec.op import Amounts, Mismatch, Positive, Shape, Sides, Weight, twice
from archspec.op.convolution import Convolution
from archspec.op.taps import Both
from archspec.op.window import as_map, is_pair, spread


class UpConv(Convolution):
    """Transposed convolution: side (in - 1) x stride + kernel - padding; `upconv2-64/2` doubles the map.

    `pad=same` makes the output exactly stride times the input. Counted without credit for cropped borders.
    """

    form: ClassVar[str] = "upconv{kernel}-{channels}/{stride}"
    aliases: ClassVar[tuple[str, ...]] = ("deconv", "tconv")
    padded: ClassVar[str] = "valid"
    weight_layer: ClassVar[bool] = True
    kind: Literal["upconv"] = "upconv"
    channels: Positive
    """Output channels."""
    groups: Positive = 1
    """Groups of channels that do not see each other."""
    output_pad: Amounts = (0, 0)
    """Rows and columns added at the bottom and the right: chooses among the sizes that a strided
    convolution maps to the same one."""
    init: Literal["he", "bilinear"] = "he"
    """What the weights start from: drawn by He et al., or bilinear interpolation of each channel by itself."""

    @classmethod
    def keeping(cls, data: dict[str, Any]) -> Sides | None:
        """The padding that makes the output stride times the input."""
        kernel, stride = twice(data.get("kernel")), twice(data.get("stride", (1, 1)))
        dilation = twice(data.get("dilation", (1, 1)))
        if not (is_pair(kernel) and is_pair(stride) and is_pair(dilation)):
            return (0, 0, 0, 0)
        triples = zip(kernel, stride, dilation, strict=True)
        rows, columns = (max(d * (k - 1) + 1 - s, 0) for k, s, d in triples)
        return (*spread(rows), *spread(columns))

    def widths(self, shape: Shape) -> tuple[int, int]:
        return self.channels, self.groups

    def infer(self, shape: Shape) -> Shape:
        inputs, height, width = as_map(shape, self)
        out, _ = self.grouped(shape)
        if self.init == "bilinear" and inputs != out:
            raise Mismatch(
                "E209",
                "bilinear interpolation keeps the channels",
                f"{inputs} channels go in, {out} come out",
                f"`{self.model_copy(update={'channels': inputs})}`, or weights that are drawn: `init=he`",
            )
        for extra, stride, tap in zip(self.output_pad, self.stride, self.dilation, strict=True):
            if extra >= max(stride, tap):
                raise Mismatch("E201", "output_pad is not less than the stride", f"output_pad {extra}, stride {stride}")
        top, bottom, left, right = self.pad
        tall, wide = self.extent()
        rows = (height - 1) * self.stride[0] + tall - top - bottom + self.output_pad[0]
        columns = (width - 1) * self.stride[1] + wide - left - right + self.output_pad[1]
        if rows < 1 or columns < 1:
            raise Mismatch(
                "E201", "the padding leaves nothing of the map", f"{rows}x{columns} would be left", "pad less"
            )
        return out, rows, columns

    def taps(self, *inputs: Any) -> Both:
        """A convolution's, undone."""
        rows, columns = super().taps(*inputs)
        return rows and rows.undone, columns and columns.undone

    def weights(self, shape: Shape) -> Mapping[str, Weight]:
        out, groups = self.widths(shape)
        taps = max(shape[0] // groups * prod(self.kernel) // prod(self.stride), 1)
        tensors = self.tensors((shape[0], out // groups, *self.kernel), out, fan_in=taps)
        return {**tensors, "weight": tensors["weight"]._replace(bilinear=self.init == "bilinear")}

    def macs(self, shape: Shape) -> int:
        """H x W x C of the input, times the taps that each input value is spread to."""
        out, groups = self.widths(shape)
        return prod(shape) * (out // groups) * prod(self.kernel)
