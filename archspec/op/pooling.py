"""What maximum and average pooling share."""

from typing import Any, ClassVar, Literal

from archspec.op import Mismatch, Pair, Shape
from archspec.op.form import shown_fields
from archspec.op.taps import WHOLE, Both
from archspec.op.window import Window, as_map

WINDOW = ("kernel", "stride", "pad", "dilation", "ceil", "exact")
"""The fields that say which window slides and how."""


class Pooling(Window):
    """A window that takes one value from each channel at each position."""

    padded: ClassVar[str] = "valid"
    keeps: ClassVar[Literal["input", "output"] | None] = "input"
    kernel: Pair = (2, 2)
    """Height x width of the window."""
    stride: Pair = (2, 2)
    """Step of the window, height x width."""
    ceil: bool = False
    """Whether a window that is only partly inside counts (Caffe rounds sizes up so, PyTorch down)."""
    exact: bool = False
    """Whether the windows must cover the map with nothing left over (U-Net's tiles); an error where they do not."""
    global_: bool = False
    """Whether the window is the whole map."""

    def fault(self) -> Exception | None:
        idle = [name for name in shown_fields(self) if name in WINDOW]
        if self.global_ and idle:
            return ValueError(f"a global pooling takes the whole map: `{idle[0]}` says nothing here")
        if "kernel" in self.model_fields_set and "stride" not in self.model_fields_set:
            # PyTorch would take the kernel's size, Caffe 1
            from pydantic_core import PydanticCustomError

            return PydanticCustomError("missing", "the stride is not written", {"field": "stride"})
        return None

    def infer(self, shape: Shape) -> Shape:
        channels, height, width = as_map(shape, self)
        if self.global_:
            return channels, 1, 1
        sides = zip(("rows", "columns"), (self.pad[:2], self.pad[2:]), self.extent(), strict=True)
        for which, pads, extent in sides:
            if max(pads) >= extent:
                raise Mismatch(
                    "E201",
                    "the padding is as large as the window, so some windows hold nothing of the map",
                    f"{max(pads)} {which} of padding, a window of {extent}",
                    "pad by less than the window",
                )
        if self.exact:
            self.refuse_rest(height, width)
        return (channels, *self.slide(height, width, self.ceil))

    def refuse_rest(self, height: int, width: int) -> None:
        """Raises Mismatch where the last window leaves rows or columns over."""
        top, bottom, left, right = self.pad
        tall, wide = self.extent()
        rest = (height + top + bottom - tall) % self.stride[0], (width + left + right - wide) % self.stride[1]
        if any(rest):
            raise Mismatch(
                "E210",
                "the windows do not cover the map exactly",
                f"`{self}` on {height}x{width} leaves over {counted(rest[0], 'row')}, {counted(rest[1], 'column')}",
                "choose another input size, or take `exact` out and let them be dropped",
            )

    def taps(self, *inputs: Any) -> Both:
        return WHOLE if self.global_ else super().taps(*inputs)


def counted(number: int, what: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{number} {what}{'s' * (number != 1)}"
