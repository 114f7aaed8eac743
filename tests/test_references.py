"""Layers that name another value: `unpool(pool1)`, `crop(like=pool4)` and `from input`, in nets, blocks and stages."""

import time
from pathlib import Path

import pytest
from texts import codes, network

import archspec
from archspec.graph import Graph


def crops(found: Graph) -> list[tuple[int, int]]:
    return [node.op.offset for node in found.nodes if node.op.kind == "croplike"]  # type: ignore[attr-defined]


def test_an_unpooling_takes_the_pooling_and_that_ones_input() -> None:
    found = network("net a\ninput 9x7x4\npool: maxpool\nconv3-4\nunpool(pool)\n")
    assert found.nodes[-1].inputs == ("conv1", "pool", "input")
    assert found.nodes[-1].path == "unpool1"
    assert found.nodes[-1].shape == (4, 9, 7)


def test_a_pooling_may_end_a_longer_line() -> None:
    found = network("net a\ninput 8x8x4\npool: conv3-4 relu maxpool\nback: unpool(pool)\n")
    assert found.nodes[-1].inputs == ("pool.maxpool1", "pool.maxpool1", "pool.relu1")
    assert found.nodes[-1].path == "back"


def test_a_layer_that_a_default_adds_hides_the_pooling() -> None:
    assert codes("net a\ninput 8x8x4\ndefault maxpool -> relu\npool: maxpool\nunpool(pool)\n") == ["E303"]
    assert codes("net a\ninput 8x8x4\ndefault unpool -> relu\npool: maxpool\nunpool(pool)\n") == []


def test_every_use_of_a_block_undoes_its_own_pooling() -> None:
    block = "block hourglass(n):\n    pool: maxpool\n    conv3-{n}\n    unpool(pool)\n"
    found = network(f"net a\ninput 9x9x4\n{block}hourglass-4 x2\n")
    unpools = [node.inputs for node in found.nodes if node.op.kind == "unpool"]
    assert unpools == [
        ("hourglass1.conv1", "hourglass1.pool", "input"),
        ("hourglass2.conv1", "hourglass2.pool", "hourglass1.unpool1"),
    ]
    assert codes("net a\ninput 9x9x4\nblock b(n):\n    conv3-{n}\n    unpool(pool)\npool: maxpool\nb-4\n") == ["E306"]


def test_unpooling_twice_is_no_repeat() -> None:
    assert codes("net a\ninput 8x8x4\npool: maxpool\nunpool(pool) x2\n") == ["E203"]


def test_an_offset_follows_each_side_by_itself() -> None:
    text = "net a\ninput 20x30x4\nlow: conv3-4(pad=1x3)\nconv5-4(pad=4x5)\ncrop(like={})\n"
    assert crops(network(text.format("input"))) == [(2, 5)]
    assert crops(network(text.format("low"))) == [(2, 3)]
    assert crops(network(text.format("low, offset=1x2"))) == [(1, 2)]
    assert crops(network(text.format("low"), input="40x41")) == [(2, 3)]


def test_a_block_crops_to_the_networks_input() -> None:
    text = "net a\ninput 20x20x4\nblock b(n):\n    conv3-{n}(pad=3)\n    crop(like=input)\nconv1-4 b-4\n"
    assert crops(network(text)) == [(2, 2)]


def test_a_join_of_maps_that_lie_apart_needs_an_offset() -> None:
    text = "net a\ninput 20x20x4\nwide: conv3-4(pad=3)\nconv2-4(pad=2) concat(wide, crop=center)\ncrop(like=input{})\n"
    assert codes(text.format("")) == ["E208"]
    assert codes(text.format(", offset=1")) == []


def test_the_network_in_a_stage_has_its_own_input(tmp_path: Path) -> None:
    inner = "net inner\ninput 16x16x4\nconv3-4(pad=2)\ncrop(like=input)\nend: relu\nconv5-8(pad=9)\ncrop(like=input)\n"
    (tmp_path / "inner.arch").write_text(inner)
    outer = 'net outer\nuse inner from "inner.arch"\ninput 40x40x4\nfirst: conv3-4(pad=5)\ninner(to=end)\n'
    (tmp_path / "outer.arch").write_text(outer + "conv5-4(pad=4)\ncrop(like=input)\n")
    found = archspec.load(tmp_path / "outer.arch").graph
    assert [(node.inputs, node.op.offset) for node in found.nodes if node.op.kind == "croplike"] == [  # type: ignore[attr-defined]
        (("conv1", "first"), (1, 1)),
        (("conv2", "input"), (6, 6)),
    ]


def odd_strides(count: int) -> str:
    """Places whose fractions gain digits with every stride."""
    return f"net a\ninput 7x7x1\n[conv1-1/3 upconv7-1/7 crop((0, 14, 0, 14))] x{count}\ncrop(like=input)\n"


@pytest.mark.parametrize("count", [1, 10, 5000])
def test_places_of_ever_more_digits_are_given_up(count: int) -> None:
    start = time.perf_counter()
    assert codes(odd_strides(count)) == ["E208"]
    assert time.perf_counter() - start < 20


@pytest.mark.parametrize("upsample", ["avgpool(global) upsample8(corners)", "adaptiveavgpool1 upsample8(corners)"])
def test_one_row_has_no_corners_to_lie_between(upsample: str) -> None:
    assert codes(f"net a\ninput 8x8x4\nlow: {upsample}\nconv3-4 crop(like=low)\n") == ["E208"]
    assert codes("net a\ninput 1x1x4\nupsample2(corners)\ncrop(like=input)\n") == ["E208"]
