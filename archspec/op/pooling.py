"""What maximum and average pooling share."""

from typing import Any, ClassVar

from pydantic import Field, model_validator

from archspec.op import Mismatch, Pair, Shape, twice
from archspec.op.window import Window, as_map


class Pooling(Window):
    """A window that takes one value from each channel at each position."""

    padded: ClassVar[str] = "valid"
    kernel: Pair = (2, 2)
    """Height x width of the window."""
    stride: Pair = (2, 2)
    """Step of the window, height x width."""
    ceil: bool = False
    """Whether a window that is only partly inside counts (Caffe rounds sizes up so, PyTorch down)."""
    global_: bool = Field(default=False, alias="global")
    """Whether the window is the whole map."""

    @model_validator(mode="before")
    @classmethod
    def _say_which_window(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        if data.get("global") or data.get("global_"):
            plain: dict[str, Any] = {
                "kernel": (2, 2),
                "stride": (2, 2),
                "dilation": (1, 1),
                "ceil": False,
                "pad": (0, 0, 0, 0),
            }
            for name in data.keys() & plain.keys():
                if twice(data[name]) not in (plain[name], list(plain[name])) and data[name] != plain[name]:
                    raise ValueError(f"a global pooling takes the whole map: `{name}` says nothing here")
        elif "kernel" in data and "stride" not in data:
            raise ValueError(
                "the stride is not written; libraries differ in what they assume, so write it: `/2`, say"
            )
        return data

    def infer(self, shape: Shape) -> Shape:
        channels, height, width = as_map(shape, f"`{self}`")
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
        return (channels, *self.slide(height, width, self.ceil))
