"""Rules of the layers that join, cut, pad and rearrange values."""

from collections.abc import Mapping

from archspec.backends.torch.rules.call import Layer, Rule, call, one, outward
from archspec.op import Shape
from archspec.ops.crop import Crop
from archspec.ops.croplike import CropLike
from archspec.ops.pad import Pad
from archspec.ops.shuffle import Shuffle
from archspec.ops.slice import Slice
from archspec.ops.upsample import Upsample


def crop(op: Crop, shape: Shape) -> Layer:
    return Layer(call("Crop", outward(op.sides)))


def crop_like(op: CropLike, shape: Shape, like: Shape) -> Layer:
    return Layer(call("CropLike", *op.offset))


def pad(op: Pad, shape: Shape) -> Layer:
    """Zeros around the map, and after the channels where the op says so."""
    sides = outward(op.sides)
    return Layer(call("ChannelPad", (*sides, 0, op.channels)) if op.channels else call("ZeroPad2d", sides))


def channel_slice(op: Slice, shape: Shape) -> Layer:
    return Layer(call("ChannelSlice", op.start, op.stop))


def shuffle(op: Shuffle, shape: Shape) -> Layer:
    return Layer(call("ChannelShuffle", op.groups))


def upsample(op: Upsample, shape: Shape) -> Layer:
    """`corners` is PyTorch's `align_corners`."""
    if op.mode == "nearest":
        return Layer(call("Upsample", scale_factor=op.factor, mode="nearest"))
    corners = op.mode == "corners"
    return Layer(call("Upsample", scale_factor=op.factor, mode="bilinear", align_corners=corners))


RULES: Mapping[str, Rule] = {
    "add": one("Add"),
    "concat": one("Concat"),
    "crop": crop,
    "croplike": crop_like,
    "flatten": one("Flatten"),
    "mul": one("Mul"),
    "pad": pad,
    "shuffle": shuffle,
    "slice": channel_slice,
    "upsample": upsample,
}
