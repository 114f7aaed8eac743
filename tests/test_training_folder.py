"""What a run leaves in its folder: all of it, nothing else, and at any moment enough to go on from."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy
import pytest
from safetensors.numpy import load_file, save_file
from short import PLAIN, net, recipe

from archspec.cli import main
from archspec.cli.training import Bar
from archspec.diagnostics import Problem
from archspec.recipes.reading import find_recipe
from archspec.recipes.writing import toml
from archspec.training import checkpoint, evaluate, folder, metrics, train
from archspec.training.checkpoint import Place
from archspec.training.loop import Stepped
from archspec.training.machine import Machine
from archspec.training.metrics import Row
from archspec.training.plan import beginning, planned
from archspec.training.run import Keeping, Trained
from archspec.training.run import train as start

Captured = pytest.CaptureFixture[str]
LAYERS = "default conv bias=no -> bn relu\nconv3-4\nconv3-8/2\ndropout(0.1)\navgpool(global)\nFC-10\nsoftmax"
KEYS: dict[str, Any] = {"epochs": 2, "batch": 512, "schedule": {"kind": "cosine"}, "data": {"flip": True}}
"""Two steps in each of two epochs."""
FILES = {
    *("best.safetensors", "last.safetensors", "optimizer-4.safetensors", "metrics.csv"),
    *("network.json", "recipe.toml", "run.json", "preparation.safetensors"),
}


class Killed(BaseException):
    """What ends a run at once."""


def run(place: Path, watch: Callable[[Stepped], None] = lambda done: None, resume: bool = True) -> Trained:
    """Begin or go on with the run that these tests are about, with a checkpoint after each step."""
    graph = net(LAYERS).graph
    began = beginning("he", 0, graph)
    settings, data = planned(graph, "digits", recipe(**KEYS), 0, began.describe())
    return start(settings, data, Machine("cpu"), Keeping(place, resume, steps=1), began, watch)


def stopping(step: int, error: BaseException) -> Callable[[Stepped], None]:
    """Ends a run with this after so many steps."""

    def watch(done: Stepped) -> None:
        if done.step == step:
            raise error

    return watch


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that is done."""
    place = tmp_path_factory.mktemp("done") / "run"
    run(place)
    return place


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was cut off in its fourth step, the last."""
    place = tmp_path_factory.mktemp("cut") / "run"
    with pytest.raises(Killed):
        run(place, stopping(4, Killed()))
    return place


@pytest.fixture
def done(whole: Path, tmp_path: Path) -> Path:
    """A copy of the run that is done."""
    return Path(copytree(whole, tmp_path / "run"))


@pytest.fixture
def cut(half: Path, tmp_path: Path) -> Path:
    """A copy of the run that was cut off."""
    return Path(copytree(half, tmp_path / "run"))


def names(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()}


def figures(place: Path) -> list[list[str]]:
    """The table without what time it took."""
    return [line.split(",")[:8] for line in (place / "metrics.csv").read_text().splitlines()]


def assert_same(ours: Path, theirs: Path) -> None:
    """The same files and figures, and the same numbers in all files, bit for bit."""
    assert names(ours) == names(theirs)
    assert figures(ours) == figures(theirs)
    for name in names(ours):
        if name.endswith(".safetensors"):
            one, other = load_file(ours / name), load_file(theirs / name)
            assert {key: value.tobytes() for key, value in one.items()} == {
                key: value.tobytes() for key, value in other.items()
            }


# What is there


def test_a_run_leaves_what_is_documented(whole: Path, half: Path) -> None:
    assert names(whole) == FILES
    assert names(half) == FILES - {"optimizer-4.safetensors"} | {"optimizer-3.safetensors"}
    said = (Path(__file__).parents[1] / "docs" / "training.md").read_text()
    assert all(f"`{name.replace('optimizer-4', 'optimizer-STEP')}`" in said for name in FILES)


def test_settings_read_back_are_those_that_were_asked_for(whole: Path) -> None:
    asked = recipe(**KEYS)
    assert find_recipe(str(whole / "recipe.toml")) == asked
    found = folder.settings(whole)
    assert (found.graph, found.recipe) == (net(LAYERS).graph, asked)
    assert (found.asked.data, found.asked.weights, found.asked.seed) == ("digits", "he", 0)


ROWS = [
    Row(1.0, 22, 0.1, 2.5, 100 / 3, 0.1 + 0.2, 90.0, None, 1234.5, 6.7),
    Row(2.5, 55, 1e-05, 1e-30, 0.0, float("inf"), 0.5, 66.6, 1.0, 1e9),
]


def test_the_table_reads_back_as_it_was(tmp_path: Path) -> None:
    metrics.write(tmp_path, ROWS)
    assert metrics.rows(tmp_path) == ROWS
    assert [metrics.rows(tmp_path, until) for until in (21, 22, 54, 55)] == [[], ROWS[:1], ROWS[:1], ROWS]
    heads = "epoch,step,rate,train_loss,train_error,test_loss,test_error,mean_iu,images_per_second,seconds"
    first = "1.0,22,0.1,2.5,33.333333333333336,0.30000000000000004,90.0,,1234.5,6.7"
    assert (tmp_path / "metrics.csv").read_text().splitlines()[:2] == [heads, first]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\0\xff" * 99, f"{'9' * 200_000}\n", "heads\n1,2", "heads\nx" * 3])
def test_another_table_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text(text.replace("heads", ",".join(metrics.HEADS)))
    with pytest.raises(Problem) as caught:
        metrics.rows(tmp_path)
    assert [said.code for said in caught.value.diagnostics] == ["E624"]


def test_the_best_weights_are_those_of_the_best_epoch(tmp_path: Path) -> None:
    steep = recipe(epochs=3, batch=128, schedule={"kind": "step", "at": (2,), "unit": "epochs", "factor": 100.0})
    found = train(net(LAYERS), tmp_path, recipe=steep)
    errors = [row.test_error for row in found.rows]
    assert errors.index(min(errors)) == 1  # what is learned in two epochs is lost in the third
    for which, error in (("best", min(errors)), ("last", errors[-1])):
        tested = evaluate(tmp_path, weights=which)
        assert (tested.error, tested.counted) == (error, 360)
    assert found.best.test_error == min(errors)


def test_of_epochs_that_are_as_good_the_first_is_the_best(tmp_path: Path) -> None:
    found = train(net(PLAIN), tmp_path, recipe=recipe(**{**KEYS, "optimizer": {"rate": 1e-30}}))
    assert found.rows[0].test_error == found.rows[1].test_error
    assert found.best.step == 2
    assert checkpoint.where(tmp_path, "best.safetensors") == Place(2)


def test_held_out_images_are_what_is_evaluated(tmp_path: Path) -> None:
    found = train(net(PLAIN), tmp_path, recipe=recipe(steps=2, data={"hold_out": 100}))
    tested = evaluate(tmp_path)
    assert (tested.counted, tested.error) == (100, found.rows[-1].test_error)
    assert evaluate(tmp_path, data="digits").counted == 360


# Going on


def failing(at: int) -> Callable[[Path, Path], Path]:
    """Path.replace, which ends the run in place of its turn number `at`."""
    replace, turns = Path.replace, count()

    def maybe(self: Path, target: Path) -> Path:
        if next(turns) == at:
            raise Killed
        return replace(self, target)

    return maybe


def test_whatever_write_is_the_last_one_the_run_goes_on(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file is written by taking its name, so these are all the states that a kill can leave."""
    for number in count():
        place = tmp_path / str(number)
        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", failing(number))
            try:
                run(place)
                break
            except Killed:
                pass
        run(place)
        assert_same(place, whole)
    first, second = metrics.rows(whole)
    assert number == 4 + 2 + 4 + 2 + 3 + (second.test_error < first.test_error)  # two of the best, where there are two


def test_a_run_begins_in_a_folder_without_one(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    run(tmp_path)
    assert names(tmp_path) == FILES | {"notes.txt"}
    (tmp_path / "notes.txt").unlink()
    assert_same(tmp_path, whole)


def test_a_run_that_is_done_stays_as_it_is(done: Path) -> None:
    before = {path.name: path.read_bytes() for path in done.iterdir()}
    steps: list[Stepped] = []
    found = run(done, steps.append)
    assert not steps
    assert {path.name: path.read_bytes() for path in done.iterdir()} == before
    assert list(found.rows) == metrics.rows(done)


def test_a_run_that_ends_within_an_epoch_stays_as_it_is(tmp_path: Path) -> None:
    odd = recipe(steps=3, batch=512)
    rows = train(net(PLAIN), tmp_path, recipe=odd).rows
    assert [row.epoch for row in rows] == [1, 1.5]
    assert train(net(PLAIN), tmp_path, recipe=odd, resume=True).rows == rows


@pytest.mark.parametrize(
    ("optimizer", "machine"),
    [
        ({"kind": "adamw", "rate": 0.01}, {}),  # it counts its steps, too
        ({"rate": 0.1, "momentum": 0.0}, {}),  # it remembers nothing
        ({"rate": 0.1}, {"channels_last": True}),  # what it remembers lies in memory as the weights do
        ({"rate": 0.1}, {"precision": "bf16"}),
    ],
)
def test_other_runs_go_on_as_they_were(optimizer: dict[str, Any], machine: dict[str, Any], tmp_path: Path) -> None:
    network, asked, on = net(LAYERS), recipe(**{**KEYS, "optimizer": optimizer}), Machine("cpu", **machine)
    train(network, tmp_path / "whole", recipe=asked, machine=on)
    with pytest.raises(Killed):
        train(network, tmp_path / "cut", recipe=asked, machine=on, watch=stopping(3, Killed()))
    train(network, tmp_path / "cut", recipe=asked, machine=on, resume=True)
    assert_same(tmp_path / "cut", tmp_path / "whole")


# What is refused


def codes(caught: pytest.ExceptionInfo[Problem]) -> list[str]:
    return [said.code for said in caught.value.diagnostics]


def test_a_run_is_not_written_over(done: Path) -> None:
    before = {path.name: path.read_bytes() for path in done.iterdir()}
    with pytest.raises(Problem) as caught:
        run(done, resume=False)
    assert codes(caught) == ["E624"]
    assert {path.name: path.read_bytes() for path in done.iterdir()} == before


OTHERS: dict[str, dict[str, Any]] = {
    "network": {"network": net(PLAIN)},
    "recipe: optimizer": {"recipe": recipe(**{**KEYS, "optimizer": {"rate": 0.2}})},
    "recipe: epochs": {"recipe": recipe(**{**KEYS, "epochs": 3})},
    "digest": {"data": "synthetic:600"},
    "seed": {"seed": 1},
    "weights": {"weights": "zeros"},
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_differs_from_the_run_that_is_there_is_said(what: str, cut: Path) -> None:
    asked = {"network": net(LAYERS), "data": "digits", "recipe": recipe(**KEYS), "resume": True, **OTHERS[what]}
    with pytest.raises(Problem) as caught:
        train(folder=cut, **asked)
    (said,) = caught.value.diagnostics
    assert said.code == "E624"
    assert [line.split(": ")[0] for line in (said.found or "").split("; ")] == [what.split(": ")[0]]
    assert (said.found or "").startswith(f"{what}: ")


def test_the_same_set_may_be_called_otherwise(cut: Path, whole: Path) -> None:
    train(net(LAYERS), cut, "digits:8x8", recipe(**KEYS), resume=True)
    assert figures(cut) == figures(whole)


def gone(path: Path) -> None:
    path.unlink()


def shorter(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def garbage(path: Path) -> None:
    path.write_bytes(b"\xff\x00garbage{[" * 9)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def other(path: Path) -> None:
    """Weights that are no run's."""
    save_file(load_file(path), path)


DAMAGES = [
    ("last.safetensors", shorter, "E604"),
    ("last.safetensors", garbage, "E604"),
    ("last.safetensors", other, "E604"),
    ("optimizer-3.safetensors", gone, "E601"),
    ("optimizer-3.safetensors", empty, "E604"),
    ("preparation.safetensors", gone, "E601"),
    ("preparation.safetensors", garbage, "E604"),
    ("run.json", garbage, "E624"),
    ("run.json", empty, "E624"),
    ("recipe.toml", garbage, "E103"),
    ("recipe.toml", gone, "E601"),
    ("network.json", shorter, "E606"),
    ("metrics.csv", gone, "E624"),
    ("metrics.csv", garbage, "E624"),
]


@pytest.fixture
def spec(tmp_path: Path) -> str:
    path = tmp_path / "short.arch"
    path.write_text(f"net short\ninput 8x8 gray\n{LAYERS}\n")
    return str(path)


@pytest.mark.parametrize(("name", "damage", "code"), DAMAGES)
def test_a_damaged_file_is_a_problem(
    name: str, damage: Callable[[Path], None], code: str, cut: Path, spec: str, capsys: Captured
) -> None:
    kept = cut.parent / "kept.toml"
    kept.write_text(toml(recipe(**KEYS)))
    damage(cut / name)
    assert main(["train", spec, "--recipe", str(kept), "--resume", "-o", str(cut), "--device", "cpu"]) == 1
    said = capsys.readouterr().err
    assert code in said
    assert name in said


@pytest.mark.parametrize(
    ("name", "damage", "code"),
    [
        ("best.safetensors", gone, "E601"),
        ("best.safetensors", shorter, "E604"),
        *(each for each in DAMAGES if not each[0].startswith(("last", "optimizer", "metrics"))),
    ],
)
def test_a_damaged_file_cannot_be_evaluated(
    name: str, damage: Callable[[Path], None], code: str, done: Path, capsys: Captured
) -> None:
    damage(done / name)
    assert main(["evaluate", str(done)]) == 1
    assert code in capsys.readouterr().err


def test_where_the_data_do_not_fit_nothing_is_written(tmp_path: Path, capsys: Captured) -> None:
    numpy.savez(
        tmp_path / "wrong.npz",
        x_train=numpy.zeros((99, 8, 8), numpy.uint8),
        y_train=numpy.arange(99) % 11,
        x_test=numpy.zeros((9, 8, 8), numpy.uint8),
        y_test=numpy.zeros(9, int),
    )
    place = tmp_path / "run"
    for data in ("digits:16x16", "synthetic:63", str(tmp_path / "wrong.npz")):
        recipe = ["--recipe", "digits"]
        assert main(["train", "digits_plain:20", "--data", data, *recipe, "-o", str(place)]) == 1, data
        assert "E622" in capsys.readouterr().err
        assert not place.exists()


# What stops a run


def test_an_interrupted_run_says_how_to_go_on(
    whole: Path, spec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    path, place = tmp_path / "short.toml", tmp_path / "run"
    path.write_text(toml(recipe(**KEYS)))
    command = ["train", spec, "--recipe", str(path), "-o", str(place), "--device", "cpu"]
    with monkeypatch.context() as patched:
        patched.setattr(Bar, "__call__", lambda bar, done: stopping(3, KeyboardInterrupt())(done))
        assert main(command) == 130
    assert f"{place} has what was done up to the last checkpoint; `--resume` goes on" in capsys.readouterr().err
    assert "optimizer-2.safetensors" in names(place)
    assert main([*command, "--resume"]) == 0
    assert_same(place, whole)


@pytest.mark.parametrize(("step", "interval", "kept"), [(3, 1, 3), (3, None, 2), (2, 1, 2)])
def test_weights_that_are_no_numbers_replace_none_that_are(
    step: int, interval: int | None, kept: int, tmp_path: Path
) -> None:
    """The rate of a step leaves float32, which its loss, taken before, does not show."""
    asked = recipe(**{**KEYS, "schedule": {"kind": "step", "at": (step,), "factor": 1e40}})
    graph = net(PLAIN).graph
    began = beginning("he", 0, graph)
    settings, data = planned(graph, "digits", asked, 0, began.describe())
    with pytest.raises(Problem) as caught:
        start(settings, data, Machine("cpu"), Keeping(tmp_path, steps=interval), began, lambda done: None)
    (said,) = caught.value.diagnostics
    assert (said.code, said.found) == ("E626", f"by step {step + 1}")
    for name in ("last", "best"):
        assert all(numpy.isfinite(value).all() for value in load_file(tmp_path / f"{name}.safetensors").values())
    assert [row.step for row in metrics.rows(tmp_path)] == [2]
    assert f"optimizer-{kept}.safetensors" in names(tmp_path)
