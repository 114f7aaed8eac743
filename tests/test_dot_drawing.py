"""Drawing: which program does it, and what happens when it cannot."""

import os
import shutil
import time
from pathlib import Path

import pytest
from everything import chain, op

from archspec.backends.dot import build, render
from archspec.diagnostics import Diagnostic, Problem
from archspec.weights.constant import Zeros


def stand_in(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a `dot` on the path that does what the script says."""
    program = folder / "dot"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def refusal(format: str = "svg") -> Diagnostic:
    with pytest.raises(Problem) as caught:
        render.render("digraph { a }", format)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "E607"
    return diagnostic


def test_the_dot_command_draws_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, 'echo "$@"; cat', monkeypatch)
    assert render.render("digraph { a }", "svg") == b"-Tsvg\ndigraph { a }"


def test_the_library_draws_where_there_is_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert b"</svg>" in render.render("digraph { a }", "svg")


def test_neither_command_nor_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(render, "find_spec", lambda _: None)
    said = refusal()
    assert said.message == "nothing is installed that draws diagrams"
    assert "install Graphviz" in said.help
    assert "archspec-nn[figures]" in said.help
    assert "--to dot" in said.help


def test_a_drawing_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, "exec sleep 30", monkeypatch)
    monkeypatch.setattr(render, "PATIENCE", 0.3)
    start = time.perf_counter()
    assert refusal().message == "drawing takes too long"
    assert time.perf_counter() - start < 5


def test_a_drawing_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, "echo 'Error: no plugin' >&2; exit 1", monkeypatch)
    assert refusal().found == "Error: no plugin"
    stand_in(tmp_path, "kill -SEGV $$", monkeypatch)
    assert refusal().found == "it said nothing"


def test_no_picture_is_left_where_drawing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, "exit 1", monkeypatch)
    path = tmp_path / "a.svg"
    path.write_text("old")
    with pytest.raises(Problem):
        build(chain((3,), op("relu")), path, "svg", Zeros(), {})
    assert path.read_text() == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.svg", "dot"]
