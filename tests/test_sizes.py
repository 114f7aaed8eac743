"""The sizes that ops give: by hand, against PyTorch, and what they refuse."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from everything import needs, op
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError
from torch.nn import functional as F

import archspec
from archspec import ops
from archspec.op import Mismatch, Op, Shape
from archspec.op.window import positions

SIZES: list[tuple[Op, Sequence[Shape], Shape]] = [
    # ResNet's stem (He et al. 2016, Table 1)
    (op("conv", kernel=7, channels=64, stride=2), [(3, 224, 224)], (64, 112, 112)),
    (op("maxpool", kernel=3, stride=2, pad=1), [(64, 112, 112)], (64, 56, 56)),
    # AlexNet (Krizhevsky et al. 2012): (227 - 11) / 4 + 1, then (55 - 3) / 2 + 1
    (op("conv", kernel=11, channels=96, stride=4, pad=0), [(3, 227, 227)], (96, 55, 55)),
    (op("maxpool", kernel=3, stride=2), [(96, 55, 55)], (96, 27, 27)),
    # U-Net (Ronneberger et al. 2015, figure 1)
    (op("conv", kernel=3, channels=64, pad=0), [(1, 572, 572)], (64, 570, 570)),
    (op("crop", sides=88), [(64, 568, 568)], (64, 392, 392)),
    (op("upconv", kernel=2, channels=64, stride=2), [(128, 196, 196)], (64, 392, 392)),
    # GoogLeNet (Szegedy et al. 2015, Table 1): Caffe's pooling rounds up; (56 - 3) / 2 is 26.5
    (op("maxpool", kernel=3, stride=2, ceil=True), [(192, 56, 56)], (192, 28, 28)),
    (op("maxpool", kernel=3, stride=2), [(192, 56, 56)], (192, 27, 27)),
    (op("avgpool", kernel=5, stride=3), [(512, 14, 14)], (512, 4, 4)),
    (op("concat"), [(64, 28, 28), (128, 28, 28), (32, 28, 28), (32, 28, 28)], (256, 28, 28)),
    # Inception's factorized kernels (Szegedy et al. 2016)
    (op("conv", kernel=(1, 7), channels=192), [(768, 17, 17)], (192, 17, 17)),
    # an even kernel is padded more at the far end; a stride that does not divide rounds up
    (op("conv", kernel=2, channels=4), [(3, 8, 8)], (4, 8, 8)),
    (op("conv", kernel=3, channels=4, stride=2), [(3, 7, 8)], (4, 4, 4)),
    (op("conv", kernel=3, channels=4, pad=0, dilation=2), [(1, 9, 10)], (4, 5, 6)),
    (op("conv", kernel=1, channels=4, pad=(1, 2, 3, 4)), [(1, 5, 5)], (4, 8, 12)),
    # FCN-8s (Long et al. 2015): (16 - 1) x 2 + 4
    (op("upconv", kernel=4, channels=21, stride=2), [(21, 16, 16)], (21, 34, 34)),
    (op("croplike", offset=19), [(21, 544, 544), (3, 500, 500)], (21, 500, 500)),
    (op("croplike", offset=(3, 0)), [(4, 8, 5), (2, 5, 5)], (4, 5, 5)),
    # DeconvNet (Noh et al. 2015, Table 2): unpool5
    (op("unpool"), [(512, 7, 7), (512, 7, 7), (512, 14, 14)], (512, 14, 14)),
    (op("unpool"), [(4, 3, 4), (4, 3, 4), (4, 7, 9)], (4, 7, 9)),
    (op("upconv", kernel=4, channels=21, stride=2, pad=1), [(21, 16, 16)], (21, 32, 32)),
    (op("upconv", kernel=3, channels=8, stride=2, pad="same"), [(8, 5, 6)], (8, 10, 12)),
    (op("upconv", kernel=3, channels=8, stride=2, pad=1, output_pad=(1, 0)), [(8, 5, 5)], (8, 10, 9)),
    (op("dwconv", kernel=3, stride=2), [(32, 112, 112)], (32, 56, 56)),
    (op("dwconv", kernel=3, multiplier=2), [(32, 14, 14)], (64, 14, 14)),
    (op("avgpool", **{"global": True}), [(2048, 7, 5)], (2048, 1, 1)),
    (op("adaptiveavgpool", size=7), [(512, 13, 5)], (512, 7, 7)),
    (op("upsample", factor=(2, 3)), [(4, 5, 5)], (4, 10, 15)),
    (op("fc", features=4096), [(512, 7, 7)], (4096,)),
    (op("fc", features=10), [(4096,)], (10,)),
    (op("flatten"), [(512, 7, 7)], (25088,)),
    (op("pad", sides=(1, 2), channels=16), [(16, 8, 8)], (32, 10, 12)),
    (op("slice", start=0, stop=58), [(116, 28, 28)], (58, 28, 28)),
    (op("slice", start=2, stop=5), [(7,)], (3,)),
    (op("shuffle", groups=3), [(240, 28, 28)], (240, 28, 28)),
    (op("add"), [(4, 5, 6)] * 3, (4, 5, 6)),
    (op("concat"), [(4,), (6,)], (10,)),
    (op("mul"), [(1, 1, 8), (1, 1, 1)], (1, 1, 8)),
    (op("mul"), [(64, 1, 1), (64, 7, 7)], (64, 7, 7)),
    (op("lrn"), [(96, 27, 27)], (96, 27, 27)),
    (op("scale", factor=0.01), [(21, 16, 16)], (21, 16, 16)),
    (op("softmax"), [(1000,)], (1000,)),
]


@pytest.mark.parametrize(("layer", "inputs", "output"), SIZES, ids=str)
def test_sizes(layer: Op, inputs: Sequence[Shape], output: Shape) -> None:
    assert layer.infer(*inputs) == output


def test_every_op_has_a_size_by_hand_or_keeps_the_input() -> None:
    by_hand = {layer.kind for layer, _, _ in SIZES}
    for kind in set(ops.kinds()) - by_hand:
        assert op(kind).infer((3, 4, 5)) == (3, 4, 5)
        assert op(kind).infer((7,)) == (7,)


def test_a_last_window_that_would_start_beyond_the_map_does_not_count() -> None:
    assert positions(size=3, window=2, stride=3, before=0, after=0, ceil=True) == 1
    assert positions(size=4, window=2, stride=3, before=0, after=0, ceil=True) == 2
    assert positions(size=5, window=1, stride=3, before=0, after=1, ceil=True) == 2


pairs = st.tuples(st.integers(1, 5), st.integers(1, 5))
few = st.tuples(st.integers(0, 2), st.integers(0, 2))
maps = st.tuples(st.integers(1, 4), st.integers(1, 20), st.integers(1, 20))


def agree(layer: Op, shape: Shape, run: Callable[[torch.Tensor], torch.Tensor]) -> None:
    """The op gives the size that PyTorch gives, and refuses what PyTorch refuses."""
    try:
        expected = tuple(run(torch.zeros(1, *shape)).shape[1:])
    except RuntimeError:
        expected = None
    assert outcome(layer, [shape]) == expected


def outcome(layer: Op, inputs: Sequence[Shape]) -> Shape | None:
    """The op's output size; None where it refuses, with a code and a reason."""
    try:
        return layer.infer(*inputs)
    except Mismatch as error:
        refusal = error
    assert re.fullmatch(r"E20[1-69]|E210", refusal.code)
    assert refusal.message
    return None


@given(maps, pairs, pairs, pairs, st.tuples(*[st.integers(0, 3)] * 4))
def test_convolutions_have_the_sizes_that_pytorch_gives(
    shape: Shape, kernel: Any, stride: Any, dilation: Any, pad: Any
) -> None:
    top, bottom, left, right = pad
    weight = torch.zeros(2, shape[0], *kernel)
    agree(
        op("conv", kernel=kernel, channels=2, stride=stride, dilation=dilation, pad=pad),
        shape,
        lambda x: F.conv2d(F.pad(x, (left, right, top, bottom)), weight, None, stride, 0, dilation),
    )


@given(maps, pairs, pairs, pairs, few, few)
def test_transposed_convolutions_have_the_sizes_that_pytorch_gives(
    shape: Shape, kernel: Any, stride: Any, dilation: Any, pad: Any, output_pad: Any
) -> None:
    weight = torch.zeros(shape[0], 2, *kernel)
    options = {"stride": stride, "dilation": dilation, "pad": pad, "output_pad": output_pad}
    agree(
        op("upconv", kernel=kernel, channels=2, **options),
        shape,
        lambda x: F.conv_transpose2d(x, weight, None, stride, pad, output_pad, 1, dilation),
    )


@pytest.mark.parametrize(("kind", "run"), [("maxpool", F.max_pool2d), ("avgpool", F.avg_pool2d)])
@given(maps, pairs, pairs, few, st.booleans())
def test_poolings_have_the_sizes_that_pytorch_gives(
    kind: str, run: Any, shape: Shape, kernel: Any, stride: Any, pad: Any, ceil: bool
) -> None:
    for side, window, padding in zip(shape[1:], kernel, pad, strict=True):
        assume(2 * padding <= window)  # PyTorch takes no more padding
        assume(window <= side + 2 * padding or not ceil)  # nor do we take a window larger than all of the map
    agree(
        op(kind, kernel=kernel, stride=stride, pad=pad, ceil=ceil),
        shape,
        lambda x: run(x, kernel, stride, pad, ceil_mode=ceil),
    )


REFUSALS: list[tuple[str, Op, Sequence[Shape], str]] = [
    ("E201", op("conv", kernel=5, channels=4, pad=0), [(3, 4, 9)], "a window of 5x5, a map of 4x9"),
    ("E201", op("maxpool"), [(3, 1, 8)], "a window of 2x2, a map of 1x8"),
    ("E201", op("maxpool", kernel=2, stride=2, pad=2), [(3, 8, 8)], "2 rows of padding, a window of 2"),
    ("E201", op("upconv", kernel=2, channels=4, pad=2), [(3, 2, 9)], "-1x6 would be left"),
    (
        "E201",
        op("upconv", kernel=2, channels=4, stride=2, output_pad=2),
        [(3, 4, 4)],
        "output_pad 2, stride 2",
    ),
    ("E202", op("conv", kernel=3, channels=4), [(10,)], "it is given a vector of 10"),
    ("E202", op("maxpool"), [(10,)], "it is given a vector of 10"),
    ("E202", op("lrn"), [(3, 4)], "it is given 3x4"),
    ("E203", op("add"), [(4, 5, 5), (4, 5, 5), (4, 1, 1)], "5x5x4 and 5x5x4 and 1x1x4"),
    ("E203", op("mul"), [(4, 5, 5), (4, 5, 1)], "5x5x4 and 5x1x4"),
    ("E203", op("mul"), [(4, 5, 5), (3, 1, 1)], "5x5x4 and 1x1x3"),
    ("E203", op("mul"), [(4, 5, 5), (4,)], "5x5x4 and 4"),
    ("E204", op("concat"), [(4, 5, 5), (4, 5, 6)], "5x5x4 and 5x6x4"),
    ("E204", op("concat"), [(4,), (4, 1, 1)], "4 and 1x1x4"),
    ("E205", op("conv", kernel=3, channels=4, groups=2), [(3, 5, 5)], "2 groups, 3 channels"),
    ("E205", op("conv", kernel=3, channels=3, groups=2), [(4, 5, 5)], "2 groups, 3 channels"),
    ("E205", op("upconv", kernel=3, channels=3, groups=2), [(4, 5, 5)], "2 groups, 3 channels"),
    ("E205", op("shuffle", groups=3), [(4, 5, 5)], "3 groups, 4 channels"),
    (
        "E209",
        op("upconv", kernel=4, channels=3, stride=2, init="bilinear"),
        [(2, 4, 4)],
        "2 channels go in, 3 come out",
    ),
    ("E206", op("crop", sides=(2, 2, 0, 0)), [(3, 4, 8)], "`crop(2x0)` on a map of 4x8"),
    ("E206", op("croplike", offset=(1, 4)), [(4, 8, 8), (2, 6, 5)], "6x5 from row 1 and column 4 on, of 8x8"),
    (
        "E210",
        op("maxpool", kernel=2, stride=2, exact=True),
        [(4, 8, 7)],
        "`maxpool(exact)` on 8x7 leaves over 0 rows, 1 column",
    ),
    ("E202", op("croplike", offset=0), [(4, 8, 8), (9,)], "it is given a vector of 9"),
    ("E203", op("unpool"), [(4, 4, 4), (4, 4, 5), (4, 8, 10)], "4x4x4, and the max-pooling gave 4x5x4"),
    ("E206", op("slice", start=2, stop=5), [(4, 8, 8)], "channels 2 up to 5 of 4"),
    ("E206", op("slice", start=3, stop=3), [(4, 8, 8)], "channels 3 up to 3 of 4"),
]


@pytest.mark.parametrize(("code", "layer", "inputs", "found"), REFUSALS, ids=str)
def test_refusals(code: str, layer: Op, inputs: Sequence[Shape], found: str) -> None:
    with pytest.raises(Mismatch) as caught:
        layer.infer(*inputs)
    assert (caught.value.code, caught.value.found) == (code, found)


def test_every_code_of_a_refusal_has_a_case() -> None:
    folder = Path(archspec.__file__).parent
    texts = [path.read_text() for room in ("op", "ops") for path in (folder / room).glob("*.py")]
    codes = {code for text in texts for code in re.findall(r'"(E\d{3})"', text)}
    assert codes == {code for code, *_ in REFUSALS}


def some(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of an option, from its JSON Schema, small ones for sizes."""
    match schema:
        case {"type": "boolean"}:
            return st.booleans()
        case {"enum": values}:
            return st.sampled_from(values)
        case {"type": "array", "prefixItems": items}:
            return st.tuples(*map(some, items))
        case {"type": "integer", "minimum": least}:
            return st.integers(least, 6)
    least = schema.get("minimum", schema.get("exclusiveMinimum", -1))
    return st.floats(least, 1, exclude_min=True, exclude_max=True)


def any_layer(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Options for an op: some of them, of every type, in any combination."""
    fields = {n: some(f) for n, f in ops.load(kind).model_json_schema()["properties"].items() if n != "kind"}
    needed = {name: fields.pop(name) for name in needs(ops.load(kind))}
    return st.fixed_dictionaries(needed, optional=fields)


shapes = st.one_of(st.tuples(st.integers(1, 9)), st.tuples(*[st.integers(1, 9)] * 3))


@pytest.mark.parametrize("kind", ops.kinds())
@given(data=st.data())
def test_a_size_is_positive_or_there_is_none(kind: str, data: st.DataObject) -> None:
    try:
        layer = op(kind, **data.draw(any_layer(kind)))
    except ValidationError:
        return
    counts = (layer.arity, layer.arity) if layer.arity else (2, 3)
    inputs = data.draw(st.lists(shapes, min_size=counts[0], max_size=counts[1]))
    output = outcome(layer, inputs)
    if output is None:
        return
    assert output
    assert min(output) >= 1
    assert layer.macs(*inputs) >= 0
    for weight in layer.weights(*inputs).values():
        assert min(weight.shape) >= 1
        assert weight.fill is not None or weight.fan_in >= 1
