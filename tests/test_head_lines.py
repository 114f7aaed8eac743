"""`head` lines: where they may stand, what they hold, what they cost, and what is said of a wrong one."""

from pathlib import Path

import pytest
from test_language import graph
from texts import codes

import archspec
from archspec.checks.checkup import check_source
from archspec.language.settled import Choices
from archspec.source import Source

BODY = """
default conv -> relu
default FC -> relu, except last
s1: conv3-8 x2
maxpool
{early}
s2: conv3-16
FC-30
FC-10
softmax
{late}
"""
AUX = """
head aux from s1 (weight=0.3):
    avgpool4/4
    proj: conv1-4
    FC-20
    FC-10
    softmax
"""


@pytest.mark.parametrize("place", ["early", "late"])
def test_a_head_stands_anywhere_behind_its_label(place: str) -> None:
    found = graph(BODY.format(**{"early": "", "late": "", place: AUX}))
    (head,) = found.heads
    assert (head.name, head.value, head.weight) == ("aux", "aux.softmax1", 0.3)
    assert found.outputs == ("softmax1",)
    assert [str(node.op) for node in found.nodes if node.path.startswith("aux.")] == [
        "avgpool4/4", "conv1-4", "relu", "FC-20", "relu", "FC-10", "softmax",
    ]  # fmt: skip
    bare = graph(BODY.format(early="", late=""))
    rest = [(node.path, node.op, node.inputs) for node in found.nodes if not node.path.startswith("aux.")]
    assert rest == [(node.path, node.op, node.inputs) for node in bare.nodes]


def test_except_last_spares_the_last_layer_of_the_network_and_of_each_head() -> None:
    found = graph(BODY.format(early=AUX, late="head other from s2:\n    FC-7\n    FC-6 FC-5"))
    spared = [
        node.path for node in found.nodes
        if node.op.kind == "fc" and not any(n.op.kind == "relu" and n.inputs == (node.path,) for n in found.nodes)
    ]  # fmt: skip
    assert spared == ["aux.fc2", "fc2", "other.fc3"]


def test_a_head_has_labels_blocks_and_joins_of_its_own() -> None:
    found = graph(
        "block pair(n):\n    conv1-{n} conv1-{n}\n"
        "x: conv3-8\nFC-10\n"
        "head a from x:\n    x: pair-4\n    residual:\n        conv3-4\n    FC-10\n"
        "head b from x:\n    x: conv3-4\n    concat(x)\n    FC-5\n"
    )
    assert [head.value for head in found.heads] == ["a.fc1", "b.fc1"]
    assert {"a.x.conv1", "a.x.conv2", "a.add1", "b.x", "b.concat1"} <= {node.path for node in found.nodes}
    assert [(label.name, label.value) for label in found.labels] == [("x", "x")]


def test_a_table_has_heads_in_every_column_and_rows_with_bars() -> None:
    table = "columns p | q | r\n" + BODY.format(
        early="", late="head aux from s1 (weight={w}):\n    conv1-4 | conv1-5 | -\n    - | FC-10 | -\n"
    )
    p, q, r = (graph(f"{table}let w 1 | 2 | 3\n", column) for column in "pqr")
    assert [(head.value, head.weight) for head in (*p.heads, *q.heads)] == [("aux.relu1", 1.0), ("aux.fc1", 2.0)]
    assert r.heads == ()


def test_a_heads_name_is_its_own() -> None:
    found = graph("x: conv3-8\nhead conv1 from x:\n    FC-10\nconv3-8\nFC-10")
    assert [node.path for node in found.nodes] == ["x", "conv1.fc1", "conv2", "fc1"]


def test_head_is_a_word_like_any_other_elsewhere() -> None:
    found = graph("block head(n):\n    conv1-{n}\nx: conv3-8\nhead: head-4\nhead-5 FC-10")
    assert [node.path for node in found.nodes] == ["x", "head.conv1", "head1.conv1", "fc1"]


WRONG = {
    "x: conv3-8\nFC-10\nhead a from y:\n    FC-10": "E306",
    "head a from x:\n    FC-10\nx: conv3-8\nFC-10": "E307",
    "x: conv3-8\nFC-10\nhead a from x:\n    FC-10\nhead a from x:\n    FC-10": "E107",
    "x: conv3-8\nhead a from x:\n    FC-10\na: FC-10 FC-10": "E315",
    "x: conv3-8\nFC-10\nhead a.b from x:\n    FC-10": "E312",
    "x: conv3-8\nFC-10\nhead a from x (weight=0):\n    FC-10": "E303",
    "x: conv3-8\nFC-10\nhead a from x (weight=-1):\n    FC-10": "E303",
    "x: conv3-8\nFC-10\nhead a from x (weight=yes):\n    FC-10": "E303",
    "x: conv3-8\nFC-10\nhead a from x (weight=1e999):\n    FC-10": "E303",
    'x: conv3-8\nFC-10\nhead a from x (weight="1"):\n    FC-10': "E303",
    "x: conv3-8\nFC-10\nhead a from x (weight={n}):\n    FC-10": "E309",
    "x: conv3-8\nFC-10\nhead a from x (loss=1):\n    FC-10": "E302",
    "x: conv3-8\nFC-10\nhead a from x (0.3):\n    FC-10": "E305",
    "x: conv3-8\nFC-10\nhead a from x (weight=1, weight=2):\n    FC-10": "E305",
    "x: conv3-8\nFC-10\nhead a from x:\n    conv3-4\n    concat(x)": "E306",
    "x: conv3-8\nFC-10\nhead a from x:\n    y: FC-10\nfrom y FC-10": "E306",
    "block b():\n    x: conv3-8\n    head a from x:\n        FC-10\nb\nFC-10": "E109",
    "x: conv3-8\nFC-10\nhead a from x:\n    head b from x:\n        FC-10": "E109",
    "x: conv3-8\nFC-10\nhead a from x:\n    maxpool99/1": "E201",
    "x: conv3-8\nFC-10\nhead a:\n    FC-10": "E101",
    "x: conv3-8\nFC-10\nhead a from x FC-10": "E101",
}


@pytest.mark.parametrize("body", WRONG)
def test_a_wrong_head_is_explained(body: str) -> None:
    assert codes(f"net n\ninput 32x32 RGB\n{body}") == [WRONG[body]]


def test_what_stands_in_a_head_is_named_in_complaints() -> None:
    text = "net n\ninput 32x32 RGB\nx: conv3-8\nFC-10\nhead a from x:\n    conv3-4\n    concat(x)\n"
    (said,) = check_source(Source("t.arch", text), Choices()).diagnostics
    assert said.message == "no line is labelled `x` inside head `a`, which sees no labels but its own"


USED = {
    "blocks.arch": "block aux(n):\n    conv1-{n}\n    FC-20\n    FC-{n}\ndefault FC -> relu, except last",
    "inner.arch": 'net inner\ninput 16x16 RGB\nuse aux, defaults from "blocks.arch"\ns: conv3-8\n'
    "head a from s:\n    aux-5\nFC-30\nFC-10",
    "outer.arch": 'net out\ninput 16x16 RGB\nuse inner from "inner.arch"\ninner(to=s)\nhead b from s:\n    FC-4\nFC-2',
    "lost.arch": "net lost\ninput 16x16 RGB\ns: conv3-8\nfrom t FC-10",
    "over.arch": 'net over\ninput 16x16 RGB\nuse lost from "lost.arch"\nlost',
}


@pytest.fixture
def used(tmp_path: Path) -> Path:
    """A folder of specs that use each other."""
    for name, text in USED.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_head_may_be_a_block_of_another_file(used: Path) -> None:
    found = archspec.load(used / "inner.arch").graph
    assert [node.path for node in found.nodes if node.op.kind in ("fc", "relu")] == [
        "a.aux1.fc1", "a.aux1.relu1", "a.aux1.fc2", "fc1", "relu1", "fc2",
    ]  # fmt: skip


def test_a_network_that_is_a_stage_comes_without_its_heads(used: Path) -> None:
    found = archspec.load(used / "outer.arch").graph
    assert [(head.name, head.value) for head in found.heads] == [("b", "b.fc1")]
    assert [node.path for node in found.nodes] == ["s", "b.fc1", "fc1"]


def test_a_label_that_a_used_network_lacks_is_said_there(used: Path) -> None:
    with pytest.raises(archspec.Problem) as caught:
        archspec.load(used / "over.arch")
    (said,) = caught.value.diagnostics
    assert (said.code, said.message) == ("E306", "no line is labelled `t` in this spec")


def test_layers_of_heads_are_counted_against_the_limit() -> None:
    text = f"net n\ninput 32x32 RGB\n{BODY.format(early='', late=AUX)}"
    checkup = check_source(Source("t.arch", text), Choices(limits=Choices().limits._replace(nodes=12)))
    assert [d.code for d in checkup.diagnostics] == ["E504"]


def test_the_summary_ends_in_both_totals() -> None:
    lines = str(archspec.load("googlenet").summary()).splitlines()
    assert lines[-5].split() == ["total", "depth", "22", "6,998,552", "1,582,671,872"]
    assert lines[-4].split() == ["with", "heads", "13,378,280", "1,591,044,096"]
    assert lines[-2:] == [f"head {name}: {name}.softmax1, weight 0.3" for name in ("aux1", "aux2")]
