"""Maps: the names that rules give, and every way in which a map can be wrong, with its place."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

import archspec
from archspec.checkpoints import export_weights, import_weights
from archspec.checkpoints.map import MOST, Map
from archspec.checkpoints.renaming import rename
from archspec.cli import main
from archspec.diagnostics import Problem
from archspec.graph import Graph
from archspec.source import Source

SPEC = """
net small
columns narrow | wide
input 8x8 RGB
default conv -> relu
block unit(channels):
    residual:
        conv3-{channels} bn
stem: conv3-4 bn       | conv3-8 bn
maxpool
part2_x: unit-4 x2     | unit-8 x2
FC-10
FC-{10}
"""
MAP = """
# as another program calls them
count conv, FC -> layers.*      # relu and bn are not counted
part2_x.*.bn1 -> stages.*.norm
stem -> first
"""
WHOLE = {
    "stem.conv1": "layers.0",
    "stem.bn1": "first.bn1",
    "part2_x.0.conv1": "layers.1",
    "part2_x.0.bn1": "stages.0.norm",
    "part2_x.1.conv1": "layers.2",
    "part2_x.1.bn1": "stages.1.norm",
    "fc1": "layers.3",
    "fc2": "layers.4",
}


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.arch").write_text(SPEC)
    Path("small.other.map").write_text(MAP)


def graph() -> Graph:
    return archspec.load("small.arch:narrow").graph


def renamed(text: str) -> dict[str, str]:
    names, warnings = rename(Map(Source("t.map", text)), graph())
    assert warnings == ()
    return names


def test_every_tensor_has_its_name() -> None:
    names = renamed(MAP)
    assert list(names) == [name for name, _, _ in graph().tensors()]
    for name, new in names.items():
        path, _, tensor = name.rpartition(".")
        assert new == f"{WHOLE[path]}.{tensor}"


@pytest.mark.parametrize(
    ("rules", "name", "new"),
    [
        ("", "stem.conv1.weight", "stem.conv1.weight"),
        ("stem -> a.b", "stem.conv1.weight", "a.b.conv1.weight"),
        ("conv1 -> c", "part2_x.1.conv1.bias", "part2_x.1.c.bias"),
        ("weight -> kernel\nbias -> b", "fc1.weight", "fc1.kernel"),
        ("stem.conv1.weight -> w", "stem.conv1.weight", "w"),
        ("stem.conv1 -> a\nstem -> b", "stem.conv1.weight", "a.weight"),
        ("stem.conv1 -> a\nstem -> b", "stem.bn1.weight", "b.bn1.weight"),
        ("conv1 -> bn1x\nbn1 -> conv1", "stem.conv1.weight", "stem.bn1x.weight"),
        ("conv1 -> bn1\nbn1 -> conv1", "stem.conv1.weight", "stem.bn1.weight"),
        ("fc* -> head.*", "fc2.weight", "head.2.weight"),
        ("part*_x.*.conv* -> a*.b*.c*", "part2_x.1.conv1.weight", "a2.b1.c1.weight"),
        ("count FC bn -> n.*.x", "fc1.weight", "n.3.x.weight"),
    ],
)
def test_rules(rules: str, name: str, new: str) -> None:
    assert renamed(rules)[name] == new


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("\nstem first", 2, "this is no rule of a map"),
        ("stem -> ", 1, "this is no rule of a map"),
        ("stem -> first second", 1, "this is no rule of a map"),
        ("stem -> ..", 1, "this is no rule of a map"),
        ("count -> x.*", 1, "each number on the left takes one `*` on the right"),
        ("stém -> x", 1, "this is no rule of a map"),
        ("a** -> b**", 1, "this is no rule of a map"),
        ("a*1 -> b*", 1, "this is no rule of a map"),
        ("stem -> x -> y", 1, "this is no rule of a map"),
        ("count conv relu", 1, "this is no rule of a map"),
        (" " * 10**6 + "count" + " " * 10**6 + "x", 1, "this is no rule of a map"),
        ("# all\ncount convv -> x.*", 2, "there is no layer `convv`"),
        ("stem -> x*", 1, "each number on the left takes one `*` on the right"),
        ("fc* -> x", 1, "each number on the left takes one `*` on the right"),
        ("count conv -> x", 1, "each number on the left takes one `*` on the right"),
        ("stem -> a\nfc1 -> b\nstem -> c", 3, "a rule above is for the same names"),
        ("count conv bn -> a.*\ncount relu bn -> b.*", 2, "a rule above is for the same names"),
        ("fc1 -> fc2", 1, "two tensors would be called `fc2.weight`"),
        ("fc2 -> x\nfc1 -> x", 1, "two tensors would be called `x.weight`"),
        ("count FC -> fc*\nbias -> weight", 1, "two tensors would be called `stem.conv1.weight`"),
        ("fc1 -> a\n" * 1 + "\n".join(f"a{n} -> b{n}" for n in range(MOST)), MOST + 1, "a map has at most 1,000 rules"),
    ],
)
def test_a_wrong_rule_is_pointed_at(text: str, line: int, said: str) -> None:
    with pytest.raises(Problem) as caught:
        rename(Map(Source("t.map", text)), graph())
    first = next(each for each in caught.value.diagnostics if each.message == said)
    assert first.code == "E611"
    assert first.place
    assert first.source
    assert first.place.line in (line, text.count("\n") + 1)
    assert first.source.path == "t.map"


def test_a_rule_that_names_nothing_is_warned_of() -> None:
    names, warnings = rename(Map(Source("t.map", "fc1 -> x\nfc3 -> y\ncount maxpool -> z.*")), graph())
    assert names["fc1.bias"] == "x.bias"
    assert [(each.code, each.place.line if each.place else 0) for each in warnings] == [("W709", 2), ("W709", 3)]


@pytest.mark.parametrize("column", ["narrow", "wide"])
def test_export_and_import_are_inverse(column: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = f"small.arch:{column}"
    assert main(["weights", "export", path, "-o", "a.safetensors", "--seed", "4"]) == 0
    assert main(["weights", "export", path, "-o", "b.safetensors", "--weights", "a.safetensors", "--map", "other"]) == 0
    capsys.readouterr()
    assert main(["weights", "import", "b.safetensors", path, "-o", "c.safetensors", "--map", "other"]) == 0
    assert capsys.readouterr().out == "read b.safetensors: 22 tensors\nwrote c.safetensors\n"
    ours, theirs, again = (load_file(f"{name}.safetensors") for name in "abc")
    assert {name.rpartition(".")[0] for name in theirs} == set(WHOLE.values())
    assert list(ours) == list(again)
    assert all(torch.equal(ours[name], again[name]) for name in ours)


def test_a_checkpoint_becomes_a_file_that_a_build_takes(capsys: pytest.CaptureFixture[str]) -> None:
    torch.manual_seed(0)
    names = rename(Map(Source("t.map", MAP)), graph())[0]
    state = {names[name]: torch.rand(weight.shape, dtype=torch.float16) for name, _, weight in graph().tensors()}
    torch.save({"state_dict": {f"module.{name}": each for name, each in state.items()}}, "them.pth")
    assert main(["weights", "import", "them.pth", "small.arch:narrow", "--map", "small.other.map"]) == 0
    assert capsys.readouterr().out == (
        "read them.pth: 22 tensors, taken from `state_dict`, F16 made F32, `module.` taken off every name\n"
        "wrote small_narrow.safetensors\n"
    )
    found = archspec.load("small.arch:narrow").to_torch("small_narrow.safetensors").state_dict()
    for name in names:
        assert torch.equal(found[name], state[names[name]].float())


def test_nothing_is_written_where_something_does_not_fit(capsys: pytest.CaptureFixture[str]) -> None:
    main(["weights", "export", "small.arch:wide", "-o", "wide.safetensors", "--map", "other"])
    arguments = ["weights", "import", "wide.safetensors", "small.arch:narrow", "-o", "x.safetensors"]
    capsys.readouterr()
    assert main([*arguments, "--map", "other"]) == 1
    said = capsys.readouterr().err
    assert "E603" in said
    assert "shape: layers.0.weight, for stem.conv1.weight, 8x3x3x3 in the file, 4x3x3x3 in the network" in said
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert "missing: stem.conv1.weight, 4x3x3x3" in said
    assert "surplus: layers.0.weight, 8x3x3x3" not in said  # cut off: all 22 are missing
    assert "and 24 more" in said
    assert not Path("x.safetensors").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["import", "none.pth", "small.arch:wide"], "E601"),
        (["import", "a.safetensors", "small.arch"], "E608"),
        (["import", "a.safetensors", "small.arch:wide", "--map", "nobody"], "E601"),
        (["export", "small.arch:wide", "--map", "nobody"], "E601"),
        (["export", "small.arch:wide", "--map", "bad.map"], "E611"),
        (["export", "small.arch:wide", "--map", "bytes.map"], "E103"),
    ],
)
def test_what_a_user_can_mend(arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]) -> None:
    save_file({"a": torch.zeros(1)}, "a.safetensors")
    Path("bad.map").write_text("stem = first")
    Path("bytes.map").write_bytes(b"\xff -> a")
    assert main(["weights", *arguments]) == 1
    assert f"error[{code}]" in capsys.readouterr().err


def test_a_map_is_found_beside_its_spec_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    export_weights("he", "../small.arch:wide", "w.safetensors", "other")
    assert import_weights("w.safetensors", "../small.arch:wide", "ours.safetensors", "other") == ()
    drawn = archspec.load("../small.arch:wide").to_torch().state_dict()
    for name, values in load_file("ours.safetensors").items():
        assert np.array_equal(values, drawn[name])
