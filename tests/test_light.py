"""Records that are no models of pydantic: they take what pydantic takes, as pydantic takes it, and say what it says."""

import subprocess
import sys
from inspect import get_annotations
from pathlib import Path
from typing import Any, ClassVar, get_origin

import pytest
from pydantic import ValidationError

from archspec.checks.checkup import check_source
from archspec.graph import Graph
from archspec.language.settled import Choices
from archspec.op import LARGEST, Record
from archspec.op.fields import MISSING, Field, field
from archspec.op.light import Light, plain
from archspec.source import Source

ROOT = Path(__file__).parents[1]
EVERYTHING = ROOT / "tests" / "cases" / "everything.arch"
AS_MODELS = ("-c", "import sys; from archspec.cli import main; sys.exit(main())")
VALUES: tuple[Any, ...] = (
    0, 1, 2, -1, LARGEST, LARGEST + 1, True, False, None, 0.0, 0.5, 1.0, -0.5, float("nan"), float("inf"), "", "a",
    "a\n", "conv", "nearest", "bilinear", "same", "x" * 1001, (), (1,), (1, 1), (0, 2), (1, 1.0), (True, 1), (1, 2, 3),
    (1, 2, 3, 4), (1, 2, 3, -4), (1, 1, 1, 1, 1), [1, 1], {}, ("a", "b"), (("n", 1),), (("n", "1"),),
)  # fmt: skip


def records() -> list[Record]:
    """A record of each kind: all ops, and what graphs are made of."""
    text = EVERYTHING.read_text(encoding="utf-8")
    graphs = [network.graph for network in check_source(Source(str(EVERYTHING), text), Choices()).networks]
    assert all(isinstance(graph, Graph) for graph in graphs)
    found: dict[type, Record] = {}
    for graph in graphs:
        for node in graph.nodes:
            for record in (graph, graph.input, *graph.heads, *graph.labels, node.op):
                found[type(record)] = record
    return list(found.values())


def fields_of(record: type[Record]) -> dict[str, Field]:
    """The fields of a record, as a light one has them."""
    hints: dict[str, Any] = {}
    for base in reversed(record.__mro__):
        if issubclass(base, Record):
            hints |= get_annotations(base)
    defaults = {name: MISSING if f.is_required() else f.default for name, f in record.model_fields.items()}
    return {name: field(name, hint, defaults[name]) for name, hint in hints.items() if get_origin(hint) is not ClassVar}


@pytest.mark.parametrize("record", records(), ids=lambda record: type(record).__name__)
def test_what_is_taken_as_it_is_is_what_pydantic_makes_of_it(record: Record) -> None:
    fields, given = fields_of(type(record)), {name: getattr(record, name) for name in type(record).model_fields}
    assert list(fields) == list(given)
    assert plain(fields, given) == {**given, "model_fields_set": set(given)}
    for name in given:
        for value in VALUES:
            other = {**given, name: value}
            taken = plain(fields, record.completed(other))
            if taken is None:
                continue
            del taken["model_fields_set"]
            try:
                made = type(record)(**other)
            except ValidationError:
                assert type(record).model_construct(**taken).fault() is not None, (name, value)
            else:
                assert [(type(v), v) for v in taken.values()] == [
                    (type(getattr(made, n)), getattr(made, n)) for n in taken
                ]


@pytest.mark.parametrize(
    "command",
    [
        f"check --json {ROOT / 'specs'}",
        f"check {ROOT / 'tests' / 'cases'}",
        "summary resnet:50",
        f"build {EVERYTHING}:large --to json -o -",
        f"build {EVERYTHING}:large --to torch --fold-bn -o -",
        "build googlenet --to svg -o -",
    ],
)
def test_a_command_says_the_same_with_light_records(command: str, tmp_path: Path) -> None:
    light, models = (
        subprocess.run(
            [sys.executable, *start, *command.split()],
            capture_output=True,
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT)},
        )
        for start in (("-m", "archspec"), AS_MODELS)
    )
    assert (light.returncode, light.stdout, light.stderr) == (models.returncode, models.stdout, models.stderr)
    assert light.stdout


class Point(Light):
    """A light record."""

    x: int
    y: int = 0


def test_a_light_record_is_one() -> None:
    one = Point(x=1)
    assert one == Point(x=1, y=0) != Point(x=2)
    assert len({one, Point(x=1), Point(x=2)}) == 2
    assert one.model_copy(update={"y": 3}) == Point(x=1, y=3)
    assert one.model_dump(mode="json") == {"x": 1, "y": 0}
    with pytest.raises(AttributeError):
        one.x = 2
    for wrong in ({}, {"x": "1"}, {"x": 1, "z": 2}):
        with pytest.raises(ValidationError):
            Point(**wrong)
