"""`archspec experiment`: trainings as processes, claims that hold or do not, and what is written of them."""

import csv
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import figure_page
import figure_svg
import pytest
import test_data_cifar10

from archspec.cli import main
from archspec.diagnostics import Problem, problem
from archspec.experiments import EXPERIMENTS, Settings, crew, ensembles, experiment, gradients, lesion, report
from archspec.experiments.degradation import Point, claims
from archspec.experiments.outcome import Claim, Measured, Outcome
from archspec.experiments.runs import train
from archspec.experiments.subjects import bench, subjects
from archspec.figures.figure import Figure
from archspec.plots import Axis, Series, plot
from archspec.plots.beside import beside
from archspec.report.tabular import Line, Table

SHORT = """
steps = 3
batch = 32
[optimizer]
rate = 0.05
"""


def points(**errors: tuple[float, ...]) -> list[Point]:
    """Training errors of networks, seed by seed, after the second of two epochs."""
    return [
        Point(f"{'plain' if name[0] == 'p' else 'ResNet'}-{name[1:]}", seed, epoch, error if epoch == 2 else 95.0, 50.0)
        for name, each in errors.items()
        for seed, error in enumerate(each)
        for epoch in (1, 2)
    ]


@pytest.mark.parametrize(
    ("data", "errors", "held"),
    [
        ("digits", {"p20": (1.0, 2.0), "p56": (11.0, 60.0), "r20": (0.0, 1.0), "r56": (2.0, 0.0)}, (True, True)),
        ("digits", {"p20": (1.0, 2.0), "p56": (10.9, 60.0), "r20": (0.0, 1.0), "r56": (2.0, 3.1)}, (False, False)),
        ("cifar10", {"p20": (8.0,), "p56": (8.1,), "r20": (2.0,), "r56": (2.0,)}, (True, True)),
        ("cifar10", {"p20": (8.0,), "p56": (8.0,), "r20": (2.0,), "r56": (2.1,)}, (False, False)),
    ],
)
def test_claims_about_training_errors(data: str, errors: dict[str, tuple[float, ...]], held: tuple[bool, bool]) -> None:
    """Of every seed: 10 points and more above for plain networks of digits, at most 2 above for residual ones."""
    found = claims(points(**errors), bench(data))
    assert tuple(each.held for each in found) == held
    assert found[0].found.split(", ")[0] == f"{errors['p56'][0] - errors['p20'][0]:+.2f}"


def outcome() -> Outcome:
    curve = Series("error", ((0.0, 1.0), (1.0, 3.0)), color="conv")
    return Outcome(
        "An experiment",
        (Table("Errors", ("network", "error"), (False, True), (Line(("a", "1.0")),), (), ()),),
        (
            Claim("networks learn", "a paper, section 1", "1.0, 2.0", True),
            Claim("networks never err", "another, Figure 2", "1.0, 0.0", False),
        ),
        {"curve": plot([curve], Axis("epoch"), Axis("error"), title="The error by epochs")},
        Measured(("network", "error"), [("a, b", 0.1 + 0.2)]),
        {"data": "digits"},
        ("A note.",),
    )


def test_a_report_says_what_held_and_what_did_not(tmp_path: Path) -> None:
    said = list(report.write(outcome(), tmp_path / "new" / "folder"))
    folder = tmp_path / "new" / "folder"
    assert sorted(path.name for path in folder.iterdir()) == ["curve.pdf", "curve.svg", "report.md", "results.csv"]
    assert said == [f"wrote {folder / name}" for name in ("report.md", "results.csv", "curve.svg", "curve.pdf")]
    text = (folder / "report.md").read_text()
    assert "| networks learn | a paper, section 1 | 1.0, 2.0 | held |" in text
    assert "| networks never err | another, Figure 2 | 1.0, 0.0 | did not hold |" in text
    assert all(part in text for part in ("# An experiment", "curve.svg", "| a | 1.0 |", "A note.", "* data: digits"))
    with (folder / "results.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [["network", "error"], ["a, b", "0.30000000000000004"]]
    shown = report.text(outcome())
    assert re.search(r"^did not hold +networks never err\n +another, Figure 2: 1.0, 0.0$", shown, re.MULTILINE)


def test_a_figure_that_cannot_be_drawn_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def save(figure: Figure, path: Path) -> None:
        if path.suffix == ".pdf":
            raise problem("E607", "nothing here draws it")

    monkeypatch.setattr(Figure, "save", save)
    assert f"no {tmp_path / 'curve.pdf'}: nothing here draws it" in list(report.write(outcome(), tmp_path))


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Problem, match="E605"):
        list(report.write(outcome(), tmp_path / "file" / "folder"))


def test_plots_side_by_side_are_as_wide_as_a_page() -> None:
    plots = list(outcome().plots.values())
    tall = plot([Series("a", ((0, 1.0), (1, 2.0)))], Axis("x"), Axis("y"), title="Tall", height=200)
    scene = beside([*plots, tall], "Two plots")
    assert (scene.width, scene.height) == (516, 200)
    assert scene.about == "The error by epochs. Tall."
    drawing = figure_svg.read(Figure(scene).svg())
    faults = [*figure_page.page(drawing, "text"), *figure_page.tight(drawing), *figure_page.words(drawing)]
    assert faults == []
    first, second = drawing.lines("axis")
    assert max(x for x, _ in first.points) < min(x for x, _ in second.points)
    assert max(y for _, y in first.points) == max(y for _, y in second.points)


def test_processes_are_given_a_thread_or_a_gpu_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.device_count", lambda: 0)
    assert [each["OMP_NUM_THREADS"] for each in crew.places(3)] == ["1"] * 3
    assert len(crew.places(None)) == len(os.sched_getaffinity(0))
    monkeypatch.setattr("torch.cuda.device_count", lambda: 2)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert crew.places(None) == [{"CUDA_VISIBLE_DEVICES": "0"}, {"CUDA_VISIBLE_DEVICES": "1"}]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "5,7")
    assert [each["CUDA_VISIBLE_DEVICES"] for each in crew.places(3)] == ["5", "7", "5"]


def test_a_training_that_fails_is_named_with_what_it_said() -> None:
    commands = [("good", ["explain", "E203"]), ("bad, seed 1", ["check", "/no/such.arch"])]
    with pytest.raises(Problem) as caught:
        crew.work(commands, [{}], lambda: None)
    (said,) = caught.value.diagnostics
    assert said.message == "training bad, seed 1 failed"
    assert "E601" in said.found


def test_an_interrupt_ends_all(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: list[crew.Job] = []
    begin = crew.Job.__init__

    def remembered(job: crew.Job, command: crew.Command, place: crew.Place) -> None:
        begin(job, command, place)
        jobs.append(job)

    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(crew.Job, "__init__", remembered)
    with pytest.raises(KeyboardInterrupt):
        crew.work([("one", ["fmt", "-"]), ("two", ["fmt", "-"])], [{}, {}], interrupt)
    assert [job.process.poll() is not None for job in jobs] == [True, True]


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """All networks, trained for three steps: enough to see that all is done and written."""
    folder = tmp_path_factory.mktemp("experiment")
    (folder / "short.toml").write_text(SHORT)
    settings = Settings("digits", str(folder / "short.toml"), 1, None, folder)
    assert [each.curve[-1].number for each in train(settings, subjects("digits"))] == [0] * 4
    return settings


def words(name: str, settings: Settings) -> list[str]:
    return [
        *("experiment", name, "--recipe", str(settings.recipe), "--seeds", str(settings.seeds)),
        *("-o", str(settings.folder)),
    ]


def weights(folder: Path) -> dict[Path, int]:
    """When the weights of each run were written."""
    return {path: path.stat().st_mtime_ns for path in folder.glob("runs/*/last.safetensors")}


def test_networks_that_are_trained_are_not_trained_again(short: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    before = weights(short.folder)
    names = ["digits_plain-20", "digits_plain-56", "digits_resnet-20", "digits_resnet-56"]
    assert sorted(path.parent.name for path in before) == [f"{name}-seed0" for name in names]
    assert main(words("degradation", short)) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "plain-56 has a higher training error than plain-20" in said.out
    written = sorted(path.name for path in (short.folder / "degradation").iterdir())
    assert written == ["curves.pdf", "curves.svg", "report.md", "results.csv"]
    assert weights(short.folder) == before


def test_the_same_runs_serve_the_other_experiments(
    short: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = weights(short.folder)
    for name in ("MOST", "DRAWS"):
        monkeypatch.setattr(lesion, name, 3)
    monkeypatch.setattr(ensembles, "DRAWS", 1)
    for name, plots in (("lesion", ["lesion", "lesions"]), ("ensembles", ["paths"])):
        assert main(words(name, short)) == 0
        assert "Veit et al. 2016" in capsys.readouterr().out
        assert all((short.folder / name / f"{each}.svg").exists() for each in plots)
    with (short.folder / "lesion" / "results.csv").open(newline="") as file:
        kinds = [(row["network"], row["kind"]) for row in csv.DictReader(file)]
    counts = {each: kinds.count(each) for each in dict.fromkeys(kinds)}
    assert counts == {
        ("plain-20", "whole"): 1, ("plain-20", "one"): 16,
        ("ResNet-56", "whole"): 1, ("ResNet-56", "one"): 27,
        ("ResNet-56", "several"): 9, ("ResNet-56", "shuffled"): 9,
    }  # fmt: skip
    with (short.folder / "ensembles" / "results.csv").open(newline="") as file:
        shares = [float(row["share"]) for row in csv.DictReader(file)]
    assert len(shares) == 28  # 27 modules
    assert sum(shares) == pytest.approx(100)
    assert weights(short.folder) == before


def test_a_run_of_another_recipe_is_not_taken(short: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    other = short.folder / "other.toml"
    other.write_text(SHORT.replace("0.05", "0.06"))
    assert main(words("degradation", short._replace(recipe=str(other)))) == 1
    said = capsys.readouterr().err
    assert "E624" in said
    assert "digits_plain-20-seed0" in said


def test_gradients_need_no_training(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["experiment", "gradients", "--seeds", "1", "-o", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert len(re.findall("^held ", out, re.MULTILINE)) == 4
    with (tmp_path / "gradients" / "results.csv").open(newline="") as file:
        assert len(list(csv.reader(file))) == 1 + 2 * 2 * (19 + 55)
    assert not (tmp_path / "runs").exists()


def test_cifar10_has_networks_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gradients, "IMAGES", 4)
    data = f"cifar10-layout:{test_data_cifar10.folder(test_data_cifar10.SMALL, tmp_path)}"
    asked = ["--recipe", "he-cifar10-110", "--seeds", "1", "-o", str(tmp_path)]
    assert main(["experiment", "gradients", "--data", data, *asked]) == 0
    assert "plain-56" in capsys.readouterr().out
    report = (tmp_path / "gradients" / "report.md").read_text()
    assert "cifar_plain:20, cifar_plain:56, cifar_resnet:20, cifar_resnet:56" in report


def test_what_is_not_known_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Problem, match="E602"):
        experiment("lesions")
    assert set(EXPERIMENTS) == {"degradation", "lesion", "gradients", "ensembles"}
    assert main(["experiment", "degradation", "--data", "synthetic"]) == 1
    assert "there are networks for digits, cifar10, cifar10-layout" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["experiment", "lesions"])


@pytest.mark.slow
def test_an_experiment_that_was_cut_off_goes_on(tmp_path: Path) -> None:
    """Interrupted as a terminal does it, all processes at once, in the middle of training."""
    command = [sys.executable, "-m", "archspec", "experiment", "degradation", "--seeds", "1", "-o", str(tmp_path)]
    whole = tmp_path / "runs" / "digits_plain-56-seed0" / "last.safetensors"
    started = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    while not whole.exists():
        assert started.poll() is None
        time.sleep(0.05)
    os.killpg(started.pid, signal.SIGINT)
    assert started.wait() == 130
    assert started.communicate()[1] == "interrupted\n"
    assert "epoch" in (whole.parent / "metrics.csv").read_text()
    assert subprocess.run(command).returncode == 0
    assert "+" in (tmp_path / "degradation" / "report.md").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["degradation", "lesion", "ensembles"])
def test_the_claims_hold_for_three_seeds(
    name: str, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "digits"
    assert main(["experiment", name, "-o", str(folder)]) == 0
    said = re.findall("^(held|did not hold)", capsys.readouterr().out, re.MULTILINE)
    assert said == ["held"] * (4 if name == "lesion" else 2)
