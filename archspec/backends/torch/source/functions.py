"""Layers without weights as the expressions that people write in `forward`."""

from collections.abc import Callable, Mapping, Sequence

from archspec.backends.torch.rules.call import DEFAULTS, Call
from archspec.backends.torch.source.text import Applied, Written, flat, keyword, literal

FUNCTIONS: Mapping[str, str] = {
    "AdaptiveAvgPool2d": "F.adaptive_avg_pool2d",
    "AdaptiveMaxPool2d": "F.adaptive_max_pool2d",
    "AvgPool2d": "F.avg_pool2d",
    "ChannelPad": "F.pad",
    "ChannelShuffle": "F.channel_shuffle",
    "CropLike": "crop_like",
    "ELU": "F.elu",
    "GELU": "F.gelu",
    "Hardsigmoid": "F.hardsigmoid",
    "Hardswish": "F.hardswish",
    "LeakyReLU": "F.leaky_relu",
    "LocalResponseNorm": "F.local_response_norm",
    "LogSoftmax": "F.log_softmax",
    "MaxPool2d": "F.max_pool2d",
    "ReLU": "F.relu",
    "ReLU6": "F.relu6",
    "SiLU": "F.silu",
    "Sigmoid": "torch.sigmoid",
    "Softmax": "F.softmax",
    "Tanh": "torch.tanh",
    "Upsample": "F.interpolate",
    "WindowMean": "window_mean",
    "ZeroPad2d": "F.pad",
}
"""The function that does what a layer's class does, and takes the same arguments after the value."""


def arguments(call: Call) -> tuple[Written, ...]:
    """What is written between the parentheses: PyTorch's defaults are not."""
    written = [literal(value) for value in call.arguments]
    written += [keyword(name, value) for name, value in call.keywords if not is_default(name, value)]
    return tuple(written)


def is_default(name: str, value: object) -> bool:
    return name in DEFAULTS and value == DEFAULTS[name]


def applied(call: Call, values: Sequence[Written]) -> Written:
    """A layer without weights, applied to values."""
    special = SPECIAL.get(call.name)
    return special(call, values) if special else Applied(FUNCTIONS[call.name], (*values, *arguments(call)))


def summed(call: Call, values: Sequence[Written]) -> Written:
    """`a + b`; more than three are summed as Python does."""
    plain = " + ".join(map(flat, values))
    return plain if len(values) <= 3 else Applied("sum", (Applied("", tuple(values)),))


def multiplied(call: Call, values: Sequence[Written]) -> Written:
    """`a * b`; more than three are stacked, which goes over lines where it must."""
    if len(values) <= 3:
        return " * ".join(map(flat, values))
    same = Applied("torch.broadcast_tensors", tuple(values))
    return Applied("torch.prod", (Applied("torch.stack", (same,)), "dim=0"))


def joined(call: Call, values: Sequence[Written]) -> Written:
    return Applied("torch.cat", (Applied("", tuple(values)), "dim=1"))


def cropped(call: Call, values: Sequence[Written]) -> Written:
    """`x[:, :, 4:-4, 4:-4]`."""
    ((left, right, top, bottom),) = call.arguments
    return f"{flat(values[0])}[:, :, {between(top, bottom)}, {between(left, right)}]"


def between(start: int, end: int) -> str:
    """A slice that leaves out so many at each end."""
    return f"{start or ''}:{-end or ''}"


def unpooled(call: Call, values: Sequence[Written]) -> Written:
    """`F.max_unpool2d(x, switches, 2, 2, output_size=e1.shape[2:])`."""
    value, switches, whole = values
    size = f"output_size={flat(whole)}.shape[2:]"
    return Applied("F.max_unpool2d", (value, switches, *arguments(call), size))


def sliced(call: Call, values: Sequence[Written]) -> Written:
    start, stop = call.arguments
    return f"{flat(values[0])}[:, {start or ''}:{stop}]"


def subsampled(call: Call, values: Sequence[Written]) -> Written:
    """`x[:, :, ::2, ::2]`."""
    (stride,) = call.arguments
    rows, columns = stride if isinstance(stride, tuple) else (stride, stride)
    return f"{flat(values[0])}[:, :, ::{rows}, ::{columns}]"


def flattened(call: Call, values: Sequence[Written]) -> Written:
    return Applied("torch.flatten", (*values, "1"))


def dropped(call: Call, values: Sequence[Written]) -> Written:
    return Applied("F.dropout", (*values, literal(call.arguments[0]), "self.training"))


def scaled(call: Call, values: Sequence[Written]) -> Written:
    return f"{flat(values[0])} * {literal(call.arguments[0])}"


def filled(call: Call, values: Sequence[Written]) -> Written:
    sides, value = call.arguments
    return Applied("F.pad", (*values, literal(sides), keyword("value", value)))


SPECIAL: Mapping[str, Callable[[Call, Sequence[Written]], Written]] = {
    "Add": summed,
    "ChannelSlice": sliced,
    "Concat": joined,
    "ConstantPad2d": filled,
    "Crop": cropped,
    "Dropout": dropped,
    "Flatten": flattened,
    "MaxUnpool": unpooled,
    "Mul": multiplied,
    "Scale": scaled,
    "Subsample": subsampled,
}
"""Layers that are written in another way than as a function of the same arguments."""
