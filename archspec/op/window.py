"""What sliding windows share: convolutions, poolings and their sizes."""

from typing import Any, ClassVar, TypeGuard

from archspec.op import Mismatch, Op, Pair, Shape, Sides, twice
from archspec.op.record import Ruled
from archspec.op.taps import Both, Taps


def as_map(shape: Shape, who: object) -> tuple[int, int, int]:
    """The shape as channels, height, width. Raises Mismatch, which names who asks, for anything but a map."""
    if len(shape) != 3:
        raise Mismatch(
            "E202",
            f"`{who}` works on a map: height x width x channels",
            f"it is given a vector of {shape[0]}" if len(shape) == 1 else f"it is given {show(shape)}",
            "a fully connected layer ends the maps: put this layer before it",
        )
    return shape


def show(shape: Shape) -> str:
    """Write the shape of a tensor: `64x112x112` is 64 channels of 112x112."""
    return "x".join(map(str, shape))


def as_papers(shape: Shape) -> Shape:
    """Height x width x channels, as papers and specs write sizes."""
    return (*shape[1:], shape[0]) if len(shape) == 3 else shape


def size(shape: Shape) -> str:
    """Write a shape as papers do, and messages: `112x112x64` is 64 channels of 112x112."""
    return show(as_papers(shape))


def spread(total: int) -> tuple[int, int]:
    """Share a padding between the two ends, the odd one at the far end."""
    return total // 2, total - total // 2


class Window(Op, Ruled):
    """Something that slides over height and width."""

    padded: ClassVar[str] = "same"
    """The padding where none is written: `same` or `valid`."""

    kernel: Pair
    """Height x width of the window."""
    stride: Pair = (1, 1)
    """Step of the window, height x width."""
    pad: Sides
    """Zeros around the map; also `same`, which keeps the size at stride 1, or `valid`, which is none."""
    dilation: Pair = (1, 1)
    """Distance between neighbouring taps."""

    @classmethod
    def completed(cls, given: dict[str, Any]) -> dict[str, Any]:
        pad = given.get("pad", cls.padded)
        if pad not in ("same", "valid"):
            return given
        pads = (0, 0, 0, 0) if pad == "valid" else cls.keeping(given)
        return {**given, "pad": pads} if pads else given

    @classmethod
    def keeping(cls, data: dict[str, Any]) -> Sides | None:
        """The padding that keeps the size at stride 1; None when the window itself is not well formed."""
        kernel = twice(data.get("kernel", cls.model_fields["kernel"].default))
        dilation = twice(data.get("dilation", (1, 1)))
        if not (is_pair(kernel) and is_pair(dilation)):
            return (0, 0, 0, 0)
        rows, columns = (d * (k - 1) for k, d in zip(kernel, dilation, strict=True))
        return (*spread(rows), *spread(columns))

    def assumed(self) -> dict[str, object]:
        fields = {"kernel": self.kernel, "stride": self.stride, "dilation": self.dilation}
        return {"pad": self.keeping(fields) if self.padded == "same" else (0, 0, 0, 0)}

    @classmethod
    def assumed_as(cls) -> dict[str, str]:
        return {"pad": cls.padded}

    def extent(self) -> tuple[int, int]:
        """Height and width that the window spans, dilation included."""
        (kh, kw), (dh, dw) = self.kernel, self.dilation
        return dh * (kh - 1) + 1, dw * (kw - 1) + 1

    def taps(self, *inputs: Any) -> Both:
        top, _, left, _ = self.pad
        sides = zip(self.stride, (top, left), self.kernel, self.dilation, strict=True)
        rows, columns = (Taps(stride, -before, kernel, apart) for stride, before, kernel, apart in sides)
        return rows, columns

    def slide(self, height: int, width: int, ceil: bool = False) -> tuple[int, int]:
        """How many positions the window takes down and across. Raises Mismatch when it does not fit."""
        top, bottom, left, right = self.pad
        tall, wide = self.extent()
        if tall > height + top + bottom or wide > width + left + right:
            raise Mismatch(
                "E201",
                "the window is larger than the map",
                f"a window of {tall}x{wide}, a map of {height}x{width}"
                + (f" padded to {height + top + bottom}x{width + left + right}" if any(self.pad) else ""),
                "the map is too small here: start from a larger input, pool less, or pad",
            )
        return (
            positions(height, tall, self.stride[0], top, bottom, ceil),
            positions(width, wide, self.stride[1], left, right, ceil),
        )


def positions(size: int, window: int, stride: int, before: int, after: int, ceil: bool = False) -> int:
    """Positions of a window along one side.

    With `ceil`, a last window that is only partly inside counts too, unless it would start beyond the
    map (the rule of Caffe's and PyTorch's poolings).
    """
    room = size + before + after - window
    if not ceil:
        return room // stride + 1
    count = -(-room // stride) + 1
    return count - 1 if (count - 1) * stride >= size + before else count


def is_pair(value: object) -> TypeGuard[tuple[int, int]]:
    """Whether a value is two positive numbers, as a window's sides are."""
    return isinstance(value, tuple | list) and len(value) == 2 and all(type(v) is int and v > 0 for v in value)
