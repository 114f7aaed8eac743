"""What the command says of a network that is trained, on a terminal and elsewhere."""

import json
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from short import PLAIN, net, recipe

from archspec.cli import evaluate, main, progress
from archspec.cli.training import Bar, clock, told
from archspec.recipes.writing import toml
from archspec.training.evaluation import Evaluated
from archspec.training.loop import Stepped
from archspec.training.metrics import Row
from archspec.training.run import Trained
from archspec.training.score import Score

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0:00"), (59.4, "0:59"), (59.6, "1:00"), (245, "4:05"), (3723, "1:02:03")]
)
def test_a_clock_reads_as_people_write_it(seconds: float, said: str) -> None:
    assert clock(seconds) == said


def test_the_bar_says_how_far_a_run_is() -> None:
    """A quarter of 120 steps; 20 of them in 4 seconds are 5 a second: 320 images, and 18 seconds for the other 90."""
    score = Score()
    score.losses += torch.tensor([3.0, 2.0])  # 3 / 2
    score.counts += torch.tensor([1, 8])
    bar, done = Bar(), Stepped(30, 120, 1.5, 64, score)
    bar.first = 10  # the run went on from there
    rest = "epoch 1.5  loss 1.500  error 12.5 %"
    assert bar.text(done, 4.0) == f"[=====               ] {rest}  320 images/s  0:18 left"
    bar.first = 30
    assert bar.text(done, 0.0) == f"[=====               ] {rest}  0 images/s  0:00 left"
    assert bar.text(done._replace(step=120), 9.0).startswith(f"[{20 * '='}] ")


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """A run of eight steps."""
    spec, how = tmp_path / "short.arch", tmp_path / "short.toml"
    spec.write_text(f"net short\ninput 8x8 gray\n{PLAIN}\n")
    how.write_text(toml(recipe()))
    return ["train", str(spec), "--recipe", str(how), "-o", str(tmp_path / "run"), "--device", "cpu"]


@pytest.mark.parametrize(("terminal", "patience"), [(True, 0), (True, 1e9), (False, 0)])
def test_a_bar_is_drawn_on_a_terminal_after_a_while(
    terminal: bool, patience: float, command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
    monkeypatch.setattr(progress, "PATIENCE", patience)
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=count().__next__))  # a second goes by at each look
    assert main(command) == 0
    out, err = capsys.readouterr()
    assert out.startswith("short: 8 steps, 1.6 epochs in 0:0")
    if terminal and not patience:
        assert "\r\x1b[Kmean and deviation of the images: 1,437\r" in err
        for step, bar in ((1, "[==                  ] epoch 0.2  loss "), (8, f"[{20 * '='}] epoch 1.6  loss ")):
            assert f"\r\x1b[K{bar}" in err, step  # five of the eight steps are an epoch
        assert err.endswith("\r\x1b[K")  # and nothing is left of it
    else:
        assert err == ""


ROWS = (Row(1.0, 1200, 0.1, 2.0, 50.0, 2.0, 12.345, None, 9.0, 60.0), Row(1.5, 1800, 0.1, 1, 25.0, 1, 20, None, 9, 125))


def test_what_a_run_came_to_is_said_once(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    trained = Trained(Path("place"), net(PLAIN).graph, ROWS)
    names = [f"fc{number}.weight" for number in range(10)]
    monkeypatch.delenv("RANK", raising=False)
    told(trained, names)
    assert capsys.readouterr().out == (
        f"drawn, since the file had none that fit: {', '.join(names[:8])} and 2 more\n"
        "short: 1,800 steps, 1.5 epochs in 2:05; train error 25.00 %, test error 20.00 %, "
        "best 12.35 % after epoch 1\n"
        f"wrote {Path('place/best.safetensors')}, last.safetensors, metrics.csv\n"
    )
    monkeypatch.setenv("RANK", "1")  # another of several processes
    told(trained, names)
    assert capsys.readouterr().out == ""


# evaluate


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Evaluated("a", "digits", 360, 360, 9, 0.25, None), "error 2.50 %, 9 of 360 images wrong, loss 0.2500"),
        (Evaluated("a", "digits", 360, 360, 9, None, None), "error 2.50 %, 9 of 360 images wrong"),
        (
            Evaluated("a", "x.npz", 2, 8000, 1000, 0.5, 66.667),
            "error 12.50 %, 1,000 of 8,000 pixels wrong, mean IU 66.67 %, loss 0.5000",
        ),
        (Evaluated("a", "x.npz", 2, 0, 0, 0.0, 0.0), "error 0.00 %, 0 of 0 pixels wrong, mean IU 0.00 %, loss 0.0000"),
    ],
)
def test_what_was_found_is_said_in_a_line(found: Evaluated, said: str) -> None:
    assert evaluate.text(found, "PyTorch") == f"a in PyTorch, {found.data}: {said}"


def test_what_was_found_is_an_object_for_programs(command: list[str], capsys: Captured) -> None:
    assert main(command) == 0
    capsys.readouterr()
    assert main(["evaluate", command[command.index("-o") + 1], "--json", "--weights", "last"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"network", "data", "examples", "counted", "wrong", "loss", "mean_iu", "error"}
    assert (found["network"], found["data"], found["examples"]) == ("short", "digits", 360)
    assert found["error"] == 100 * found["wrong"] / 360
