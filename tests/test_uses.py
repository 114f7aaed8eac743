"""Files that use each other: blocks, conventions, and networks as stages of others."""

import gc
from pathlib import Path

import pytest

from archspec.checks.checkup import Checkup, check_source, sound
from archspec.graph import Graph
from archspec.language.limits import Limits
from archspec.language.settled import Choices
from archspec.source import Source

TABLE = """
net table
columns A | B
let width 8 | 16
input 32x32 RGB
default conv -> relu
default FC -> relu, except last
conv1: conv3-{width} | conv3-{width} x2   => 32x32
pool1: maxpool
conv2: conv3-{2*width}
pool2: maxpool
FC-20
FC-10
softmax
expect depth 4 | 5
"""
BLOCKS = """
let twice 2
default conv bias=no
block unit(channels):
    conv3-{channels} x{twice} bn relu
block free(channels):
    FC-{channels}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "table.arch").write_text(TABLE)
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "blocks.arch").write_text(BLOCKS)
    return tmp_path


def check(folder: Path, text: str, **limits: int) -> Checkup:
    """What is said of a spec in the folder."""
    return check_source(Source(str(folder / "spec.arch"), text), Choices(limits=Limits(**limits)))


def graph(folder: Path, text: str) -> Graph:
    """The network of a spec in the folder, which nothing is wrong with."""
    checkup = check(folder, text)
    assert not checkup.diagnostics
    (network,) = sound(checkup)
    assert network.graph
    return network.graph


def paths(found: Graph) -> list[str]:
    return [node.path for node in found.nodes]


def told(found: Graph) -> list[str]:
    return [str(node.op) for node in found.nodes]


def codes(checkup: Checkup) -> list[str]:
    return [diagnostic.code for diagnostic in checkup.diagnostics]


def test_a_whole_network_is_the_same_network(folder: Path) -> None:
    alone = next(n.graph for n in sound(check(folder, TABLE)) if n.column == "B" and n.graph)
    used = graph(folder, 'net n\nuse table from "table.arch"\ninput 32x32 RGB\ntable:B\n')
    assert [(n.path, n.op, n.inputs, n.shape) for n in used.nodes] == [
        (n.path, n.op, n.inputs, n.shape) for n in alone.nodes
    ]
    assert {label.name: label.value for label in used.labels} == {label.name: label.value for label in alone.labels}


def test_a_stage_ends_early_and_takes_any_size(folder: Path) -> None:
    found = graph(folder, 'net n\nuse table from "table.arch"\ninput 64x48x5\ntable:A(to=pool1)\nconv1-4\n')
    assert paths(found) == ["conv1", "relu1", "pool1", "conv2"]
    assert found.shapes["pool1"] == (8, 32, 24)


def test_a_stage_ends_with_a_layer_in_the_middle_of_a_line(folder: Path) -> None:
    found = graph(folder, 'net n\nuse table from "table.arch"\ninput 32x32 RGB\ntable:B(to=conv1.relu1)\n')
    assert paths(found) == ["conv1.conv1", "conv1.relu1"]


def test_names_come_in_or_go_below_a_label(folder: Path) -> None:
    text = 'net n\nuse table from "table.arch"\ninput 32x32 RGB\n'
    text += "x: conv1-3\na: table:A(to=pool2)\nb: from x table:B(to=pool2)\nadd:\n"
    text += "    | from a.pool2 conv1-4\n    | from b.pool2 conv1-4\n"
    found = graph(folder, text)
    assert paths(found)[1:7] == ["a.conv1", "a.relu1", "a.pool1", "a.conv2", "a.relu2", "a.pool2"]
    assert found.shapes["b.pool2"] == (32, 8, 8)
    assert {"a.pool1", "b.pool2"} <= {label.name for label in found.labels}


def test_layers_behind_a_stage_are_numbered_past_its_names(folder: Path) -> None:
    found = graph(folder, 'net n\nuse table from "table.arch"\ninput 32x32 RGB\ntable:A(to=pool2)\nconv3-4 conv3-4\n')
    assert paths(found)[-2:] == ["conv3", "conv4"]


def test_a_stage_keeps_its_own_conventions(folder: Path) -> None:
    text = (
        'net n\nuse table from "table.arch"\ninput 32x32 RGB\ndefault conv bias=no -> bn\ntable:A(to=pool1)\nconv1-4\n'
    )
    assert told(graph(folder, text)) == ["conv3-8", "relu", "maxpool", "conv1-4(bias=no)", "bn"]


def test_conventions_from_here_win_where_the_use_says_so(folder: Path) -> None:
    text = 'net n\nuse table from "table.arch"\ninput 32x32 RGB\ndefault conv bias=no -> bn\n'
    text += "table:A(defaults=here)\n"
    ops = told(graph(folder, text))
    assert ops[:3] == ["conv3-8(bias=no)", "bn", "maxpool"]
    assert ops[-4:] == ["FC-20", "relu", "FC-10", "softmax"]


def test_the_last_layer_is_the_last_of_its_own_network(folder: Path) -> None:
    text = 'net n\nuse table from "table.arch"\ninput 32x32 RGB\ndefault FC -> relu, except last\n'
    text += "table:A(to=fc2) FC-7\n"
    assert told(graph(folder, text))[-4:] == ["FC-20", "relu", "FC-10", "FC-7"]


def test_options_and_lets_are_changed_where_a_stage_is_used(folder: Path) -> None:
    text = 'net n\nuse table from "table.arch"\ninput 32x32 RGB\n'
    text += "table:B(to=pool1, width=5, conv1.conv2.kernel=5, conv1.conv2.bias=no)\n"
    found = graph(folder, text)
    assert told(found)[::2] == ["conv3-5", "conv5-5(bias=no)", "maxpool"]
    assert found.shapes["conv1.conv2"] == (5, 32, 32)


def test_a_layer_that_a_convention_adds_is_changed_too(folder: Path) -> None:
    (folder / "table.arch").write_text(TABLE.replace("-> relu, except last", "-> dropout(0.5), except last"))
    text = 'net n\nuse table from "table.arch"\ninput 32x32 RGB\ntable:A(dropout1.p=0.25)\n'
    assert "dropout(0.25)" in told(graph(folder, text))


def test_a_block_has_the_conventions_and_lets_of_its_file(folder: Path) -> None:
    text = 'net n\nuse unit, free from "lib/blocks.arch"\ninput 32x32 RGB\n'
    text += "default conv -> relu\ndefault FC bias=no\nunit-8\nconv1-4\nfree-3\n"
    assert told(graph(folder, text)) == [
        "conv3-8(bias=no)", "conv3-8(bias=no)", "bn", "relu", "conv1-4", "relu", "FC-3(bias=no)",
    ]  # fmt: skip


def test_shipped_residual_units_do_not_take_over_conventions(folder: Path) -> None:
    text = 'net n\nuse basic, bottleneck from "residual.arch"\nuse cbr from "blocks.arch"\ninput 32x32 RGB\n'
    text += "default conv -> relu\ndefault residual shortcut=B\nbasic-8/2\nbottleneck-4\ncbr3-8\n"
    ops = told(graph(folder, text))
    assert ops[:4] == ["conv3-8/2(bias=no)", "bn", "relu", "conv3-8(bias=no)"]
    assert [op for op in ops if op.startswith("conv1-8")] == ["conv1-8/2(bias=no)"]
    assert ops[-3:] == ["conv3-8(bias=no)", "bn", "relu"]
    assert sum(op.startswith("conv") and "bias=no" not in op for op in ops) == 0


def test_a_used_block_is_named_and_traced_as_one_of_the_file(folder: Path) -> None:
    found = graph(folder, 'net n\nuse unit from "lib/blocks.arch"\ninput 32x32 RGB\nbody: unit-8 x2\n')
    node = found.nodes[4]
    assert node.path == "body.1.conv1"
    assert (node.origin.file, node.origin.line, node.origin.spec) == ("blocks.arch", 5, "spec.arch")
    (site,) = node.origin.expansion
    assert (str(site), site.file, site.line) == ("block unit(channels=8)", "spec.arch", 4)


def test_conventions_are_brought_in_for_kinds_that_are_not_stated(folder: Path) -> None:
    text = 'net n\nuse defaults from "table.arch"\ninput 32x32 RGB\ndefault FC -> sigmoid\nconv3-8\nFC-4\n'
    assert told(graph(folder, text)) == ["conv3-8", "relu", "FC-4", "sigmoid"]


def test_a_stage_in_a_stage(folder: Path) -> None:
    (folder / "middle.arch").write_text(
        'net middle\nuse table from "table.arch"\ninput 32x32 RGB\ninner: table:A(to=pool1)\nconv1-6\n'
    )
    found = graph(folder, 'net n\nuse middle from "middle.arch"\ninput 32x32 RGB\nouter: middle\nFC-3\n')
    assert paths(found)[:4] == ["outer.inner.conv1", "outer.inner.relu1", "outer.inner.pool1", "outer.conv1"]
    assert [site.block for site in found.nodes[0].origin.expansion] == ["middle", "table:A"]


def test_the_digest_covers_every_file(folder: Path) -> None:
    text = 'net n\nuse table from "table.arch"\ninput 32x32 RGB\ntable:A(to=pool1)\n'
    before = graph(folder, text).sha256
    (folder / "table.arch").write_text(TABLE.replace("expect depth 4 | 5", "# nothing"))
    assert graph(folder, text).sha256 != before


def test_a_link_does_not_lead_out_of_the_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.arch"
    outside.write_text(BLOCKS)
    (folder / "link.arch").symlink_to(outside)
    assert "E609" in codes(check(folder, 'net n\nuse unit from "link.arch"\ninput 8x8 RGB\nunit-8\n'))


def test_odd_names_are_files_that_are_not_there(folder: Path) -> None:
    (folder / "one.arch").symlink_to(folder / "two.arch")
    (folder / "two.arch").symlink_to(folder / "one.arch")
    for name in ("one.arch", "a" * 300 + ".arch", "lib", ".", "", "table.arch/x", "~/table.arch"):
        assert codes(check(folder, f'net n\nuse table from "{name}"\ninput 8x8 RGB\nconv3-8\n')) == ["E610"]


def test_a_file_may_use_what_lies_above_it_inside_the_spec_s_folder(folder: Path) -> None:
    (folder / "lib" / "more.arch").write_text(
        'use table from "../table.arch"\nblock body(channels):\n    table:A(to=pool1)\n    conv1-{channels}\n'
    )
    found = graph(folder, 'net n\nuse body from "lib/more.arch"\ninput 32x32 RGB\nbody-4\n')
    assert paths(found) == ["body1.conv1", "body1.relu1", "body1.pool1", "body1.conv2"]


def test_shipped_specs_are_found_from_anywhere(folder: Path) -> None:
    found = graph(folder, 'net n\nuse vgg from "vgg.arch"\ninput 32x32 RGB\nvgg:A(to=conv2)\n')
    assert len(found.nodes) == 5


def test_all_files_together_have_the_room_of_one(folder: Path) -> None:
    text = 'net n\nuse table from "table.arch"\ninput 32x32 RGB\ntable:A\n'
    assert not check(folder, text, bytes=len(text) + len(TABLE)).diagnostics
    assert codes(check(folder, text, bytes=len(text) + len(TABLE) - 1)) == ["E501"]


def test_a_long_chain_of_files_ends_at_the_limit(folder: Path) -> None:
    (folder / "n0.arch").write_text("block b0(c):\n    conv3-{c}\n")
    for k in range(1, 1001):
        text = f'use b{k - 1} from "n{k - 1}.arch"\nblock b{k}(c):\n    b{k - 1}-{{c}}\n'
        (folder / f"n{k}.arch").write_text(text)
    assert codes(check(folder, 'net n\nuse b1000 from "n1000.arch"\ninput 8x8 RGB\nb1000-3\n')) == ["E502"]
    assert codes(check(folder, 'net n\nuse b40 from "n40.arch"\ninput 8x8 RGB\nb40-3\n')) == []


def test_files_that_double_each_other_are_counted_before_they_are_made(folder: Path) -> None:
    (folder / "n0.arch").write_text("net n0\ninput 8x8 RGB\nconv3-3\n")
    for k in range(1, 41):
        (folder / f"n{k}.arch").write_text(
            f'net n{k}\nuse n{k - 1} from "n{k - 1}.arch"\ninput 8x8 RGB\na: n{k - 1}\nb: n{k - 1}\n'
        )
    assert codes(check(folder, 'net n\nuse n40 from "n40.arch"\ninput 8x8 RGB\nn40\n')) == ["E504"]
    assert codes(check(folder, 'net n\nuse n9 from "n9.arch"\ninput 8x8 RGB\nn9\n')) == []


def test_a_network_whose_labels_are_taken_is_told_so_once(folder: Path) -> None:
    below = check(folder, 'net n\nuse table from "table.arch"\ninput 32x32 RGB\ntable:B(to=pool2)\ntable:B(to=pool2)\n')
    group = check(folder, 'net n\nuse table from "table.arch"\ninput 32x32 RGB\n[table:B(to=pool2)] x2\n')
    assert codes(below) == codes(group) == ["E308"]
    assert below.diagnostics[0].help == "give it a label of its own: `NAME: table:B`"
    assert "one line for each" in group.diagnostics[0].help


def test_a_file_named_without_its_ending_is_found_out(folder: Path) -> None:
    (found,) = check(folder, 'net n\nuse table from "table"\ninput 32x32 RGB\nconv3-4\n').diagnostics
    assert found.help == "did you mean `table.arch`?"


def test_a_label_that_a_network_brings_in_is_offered(folder: Path) -> None:
    text = 'net n\nuse table from "table.arch"\ninput 32x32 RGB\nt: table:A\nfrom t.pol1 conv3-4\n'
    (found,) = check(folder, text).diagnostics
    assert (found.code, found.help) == ("E306", "did you mean `t.pool1`?")


def test_a_network_that_fails_is_all_that_is_said_of_its_labels(folder: Path) -> None:
    text = 'net n\nuse table from "table.arch"\ninput 32x32 RGB\nt: table:A(to=nowhere)\nfrom t.pool1 conv3-4\n'
    assert codes(check(folder, text)) == ["E317"]


def test_uses_of_a_network_keep_their_own_conventions(folder: Path) -> None:
    """Also where what an earlier use left in memory is taken away, and its place taken by a later one."""
    (folder / "small.arch").write_text("net small\ninput 8x8 RGB\ndefault conv bias=no\nconv3-3\n")
    uses = "".join(f"own{n}: small\nours{n}: small(defaults=here)\n" for n in range(300))
    text = f'net n\nuse small from "small.arch"\ninput 8x8 RGB\ndefault conv bias=yes\n{uses}'
    before = gc.get_threshold()
    gc.set_threshold(50)
    try:
        network = graph(folder, text)
    finally:
        gc.set_threshold(*before)
    assert [getattr(node.op, "bias", None) for node in network.nodes] == [False, True] * 300
