"""The ops: how they are written, what makes none, and their pages in the manual."""

import re
from typing import Any

import pytest
from everything import REQUIRED, needs, op
from pydantic import ValidationError

from archspec import ops
from archspec.op import Op
from archspec.op.describe import describe, manual
from archspec.op.form import plain, read_form

SPELLINGS: list[tuple[str, Op]] = [
    ("conv3-64", op("conv", kernel=3, channels=64)),
    ("conv3-64", op("conv", kernel=(3, 3), channels=64, stride=(1, 1), pad=(1, 1, 1, 1), bias=True)),
    ("conv7-64/2", op("conv", kernel=7, channels=64, stride=2)),
    ("conv1x7-192", op("conv", kernel=(1, 7), channels=192)),
    ("conv3-8/2x1", op("conv", kernel=3, channels=8, stride=(2, 1))),
    (
        "conv3-96(bias=no, pad=0, groups=2)",
        op("conv", kernel=3, channels=96, groups=2, pad="valid", bias=False),
    ),
    ("conv3-8(pad=1x2)", op("conv", kernel=3, channels=8, pad=(1, 2))),
    ("conv3-8(pad=(0, 1, 0, 1))", op("conv", kernel=3, channels=8, pad=(0, 1, 0, 1))),
    ("conv3-8(frozen, dilation=2)", op("conv", kernel=3, channels=8, dilation=2, frozen=True)),
    ("dwconv3/2", op("dwconv", kernel=3, stride=2)),
    ("upconv2-64/2", op("upconv", kernel=2, channels=64, stride=2)),
    ("upconv4-21/2(pad=1)", op("upconv", kernel=4, channels=21, stride=2, pad="same")),
    ("maxpool", op("maxpool")),
    ("maxpool", op("maxpool", kernel=2, stride=2, pad="valid")),
    ("maxpool3/2", op("maxpool", kernel=3, stride=2)),
    ("maxpool2/1", op("maxpool", kernel=2, stride=1)),
    ("maxpool3/2(pad=1, ceil)", op("maxpool", kernel=3, stride=2, pad=1, ceil=True)),
    ("avgpool(global)", op("avgpool", **{"global": True})),
    ("adaptiveavgpool7", op("adaptiveavgpool", size=7)),
    ("FC-4096", op("fc", features=4096)),
    ("FC-10(bias=no)", op("fc", features=10, bias=False)),
    ("LRN", op("lrn")),
    ("LRN(size=3, alpha=2e-05)", op("lrn", size=3, alpha=2e-5)),
    ("dropout", op("dropout")),
    ("dropout(0.4)", op("dropout", p=0.4)),
    ("slice(0, 58)", op("slice", start=0, stop=58)),
    ("crop(5)", op("crop", sides=5)),
    ("crop((1, 2, 3, 4))", op("crop", sides=(1, 2, 3, 4))),
    ("pad(channels=16)", op("pad", channels=16)),
    ("upsample2(bilinear)", op("upsample", factor=2, mode="bilinear")),
    ("shuffle(3)", op("shuffle", groups=3)),
    ("bn", op("bn")),
    ("softmax", op("softmax")),
]


@pytest.mark.parametrize(("text", "layer"), SPELLINGS, ids=[text for text, _ in SPELLINGS])
def test_spellings(text: str, layer: Op) -> None:
    assert str(layer) == text


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("avgpool", {"global": True, "kernel": 3, "stride": 3}),
        ("avgpool", {"global": True, "stride": 1}),
        ("maxpool", {"global": True, "pad": 1}),
        ("maxpool", {"kernel": 3}),
        ("conv", {"kernel": 3}),
        ("conv", {"kernel": 0, "channels": 4}),
        ("conv", {"kernel": 3, "channels": 4, "pad": -1}),
        ("conv", {"kernel": 3, "channels": 4, "pad": "around"}),
        ("conv", {"kernel": "3", "channels": 4}),
        ("conv", {"kernel": (3, 3, 3), "channels": 4}),
        ("conv", {"kernel": True, "channels": 4}),
        ("conv", {"kernel": 3, "channels": 10**10}),
        ("conv", {"kernel": 3, "channels": 4, "colour": "red"}),
        ("dropout", {"p": 1.0}),
        ("dropout", {"p": -0.1}),
        ("bn", {"eps": 0.0}),
        ("leakyrelu", {"slope": float("inf")}),
        ("upsample", {"factor": 2, "mode": "cubic"}),
    ],
)
def test_options_that_make_no_op(kind: str, options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        op(kind, **options)


@pytest.mark.parametrize("kind", ops.kinds())
def test_an_op_is_found_by_its_words(kind: str) -> None:
    found = ops.load(kind)
    word = read_form(found.form).word
    for name in (kind, word, word.upper(), word.lower(), *found.aliases):
        assert ops.find(name) is found
    assert found.__module__ == f"archspec.ops.{kind}"


def test_no_word_names_two_ops() -> None:
    words = [word.lower() for word in ops.words()]
    assert len(words) == len(set(words))
    assert ops.find("convolution") is None
    with pytest.raises(KeyError):
        ops.load("convolution")


@pytest.mark.parametrize("kind", ops.kinds())
def test_a_page_says_what_the_op_takes(kind: str) -> None:
    found = ops.load(kind)
    page = describe(found)
    assert page.summary.endswith((".", "`")), page.summary
    assert [each.name for each in page.options if each.default is None] == sorted(
        needs(found), key=[each.name for each in page.options].index
    )
    needed = {name: REQUIRED[name] for name in needs(found)}
    layer = found(**needed)
    for name in needed:
        with pytest.raises(ValidationError):
            found(**{other: value for other, value in needed.items() if other != name})
    for each in page.options:
        assert each.about.endswith(".")
        if each.name in found.assumed_as():
            assert found(**needed, **{each.name: each.default}) == layer
        elif each.default is not None:
            field = next(n for n, f in found.model_fields.items() if each.name in (n, f.alias))
            assert plain(getattr(layer, field)) == each.default


def test_the_page_of_a_pooling() -> None:
    page = describe(ops.load("maxpool"))
    assert (page.word, page.form, page.aliases) == ("maxpool", "maxpool{kernel}/{stride}", ("max-pool",))
    assert [each.name for each in page.options] == ["kernel", "stride", "pad", "dilation", "ceil", "exact", "global"]
    kernel, *_, whole = page.options
    assert (kernel.values, kernel.default) == ("`HxW`, or a whole number from 1 for both", "2")
    assert (whole.values, whole.default) == ("`yes` or `no`", "no")
    assert whole.about == "Whether the window is the whole map."


def test_the_manual_has_every_op_and_option_once() -> None:
    text = manual(ops.every())
    assert re.findall(r"^### `(.+)`$", text, re.MULTILINE) == [found.form for found in ops.every()]
    rows = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert rows == [option.name for found in ops.every() for option in describe(found).options]
