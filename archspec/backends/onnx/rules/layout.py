"""What moves values: slices, crops, padding, concatenation, shuffles, upsampling."""

from typing import Any

from archspec.backends.onnx.emitter import Emitter, Rules
from archspec.op import Sides
from archspec.ops.concat import Concat
from archspec.ops.crop import Crop
from archspec.ops.croplike import CropLike
from archspec.ops.flatten import Flatten
from archspec.ops.pad import Pad
from archspec.ops.shuffle import Shuffle
from archspec.ops.slice import Slice
from archspec.ops.upsample import Upsample

INTERPOLATION: dict[str, dict[str, Any]] = {
    "nearest": {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"},
    "bilinear": {"mode": "linear", "coordinate_transformation_mode": "half_pixel"},
    "corners": {"mode": "linear", "coordinate_transformation_mode": "align_corners"},
}


def concat(op: Concat, at: Emitter) -> str:
    return at.emit("Concat", at.inputs, axis=1)


def flatten(op: Flatten, at: Emitter) -> str:
    return at.emit("Flatten", [at.x], axis=1)


def crop(op: Crop, at: Emitter) -> str:
    top, bottom, left, right = op.sides
    _, height, width = at.shape
    return cut(at, (top, left), (height - bottom, width - right), (2, 3))


def crop_like(op: CropLike, at: Emitter) -> str:
    (top, left), (_, height, width) = op.offset, at.node.shape
    return cut(at, (top, left), (top + height, left + width), (2, 3))


def channels(op: Slice, at: Emitter) -> str:
    return cut(at, (op.start,), (op.stop,), (1,))


def cut(at: Emitter, starts: tuple[int, ...], ends: tuple[int, ...], axes: tuple[int, ...]) -> str:
    """The part from `starts` up to, not with, `ends`."""
    names = [at.constant(*bound) for bound in (("starts", starts), ("ends", ends), ("axes", axes))]
    return at.emit("Slice", [at.x, *names])


def pad(op: Pad, at: Emitter) -> str:
    return surround(at, op.sides, op.channels)


def surround(at: Emitter, sides: Sides, channels: int = 0, value: float = 0.0, what: str = "") -> str:
    """The first value with more around it, and after its channels; `what` where it is not the op itself."""
    top, bottom, left, right = sides
    count, height, width = at.shape
    amounts = at.constant("pads", (0, 0, top, left, 0, channels, bottom, right))
    shape = (count + channels, height + top + bottom, width + left + right)
    return at.emit("Pad", [at.x, amounts, at.constant("filling", value)], what, shape)


def shuffle(op: Shuffle, at: Emitter) -> str:
    """The channels as a table with a row for each group, read by columns; the 0 keeps the batch as it is."""
    count, height, width = at.shape
    table, turned = (op.groups, count // op.groups), (count // op.groups, op.groups)
    rows = at.emit("Reshape", [at.x, at.constant("table", (0, *table, height, width))], "rows", (*table, height, width))
    columns = at.emit("Transpose", [rows], "columns", (*turned, height, width), perm=(0, 2, 1, 3, 4))
    return at.emit("Reshape", [columns, at.constant("map", (0, *at.shape))])


def upsample(op: Upsample, at: Emitter) -> str:
    rows, columns = op.factor
    scales = at.constant("scales", (1.0, 1.0, float(rows), float(columns)))
    return at.emit("Resize", [at.x, "", scales], **INTERPOLATION[op.mode])


RULES: Rules = {
    Concat: concat,
    Crop: crop,
    CropLike: crop_like,
    Flatten: flatten,
    Pad: pad,
    Shuffle: shuffle,
    Slice: channels,
    Upsample: upsample,
}
