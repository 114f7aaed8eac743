"""Many specs: what is said of them is the same in any number of processes, however these end."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from programs import program

from archspec.checks.checkup import Checkup
from archspec.cli import check, main, workers
from archspec.cli.workers import results
from archspec.language.program import sound_statements
from archspec.language.settled import Choices
from archspec.network import check as check_file
from benchmarks.many import specs
from benchmarks.section import Asked
from benchmarks.sections import many as section

Captured = pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[1]
WRONG = "net wrong\ninput 8x8 RGB\nconv3-4\nFC-10\nexpect depth 3\n"
SUSPECT = "net suspect\ninput 8x8 RGB\nlet n 3\nconv3-4 relu relu\nFC-10\n"
BLOCKS = "block unit(channels):\n    conv3-{channels} bn relu\n"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="one process does it all elsewhere")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Thirty specs in a folder below the current one, some of them wrong, each in its own way."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(workers, "FEWEST", 1)
    home = tmp_path / "specs"
    home.mkdir()
    for number in range(24):
        (home / f"s{number:02}.arch").write_text(program(number), newline="")
    for number, text in enumerate((WRONG, SUSPECT, BLOCKS, "net {", "net a\nuse unit from 'no.arch'\n", "\0")):
        (home / f"s{number * 4 + 1:02}x.arch").write_text(text)
    return home


@pytest.mark.parametrize(
    ("options", "color"), [([], False), ([], True), (["--json"], False), (["--input", "32x32"], False)], ids=str
)
def test_any_number_of_processes_says_the_same(
    options: list[str], color: bool, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "colored", lambda stream: color)
    paths = ["specs", "missing.arch", "specs/s00.arch:none"]
    said = []
    for jobs in ("1", "3"):
        status = main(["check", *paths, *options, "--jobs", jobs])
        said.append((status, *capsys.readouterr()))
    assert said[0] == said[1]
    status, out, err = said[0]
    assert status == 1
    assert (json.loads(out)[0]["file"] if "--json" in options else out.split()[1]).startswith("specs/s00.arch")
    assert ("\x1b[" in err) == (color and "--json" not in options)


def test_all_well_is_well(folder: Path, capsys: Captured) -> None:
    for path in folder.glob("*.arch"):
        path.write_text(WRONG.replace("depth 3", "depth 2"))
    assert main(["check", "specs", "--jobs", "2"]) == 0
    assert capsys.readouterr().out.count("ok ") == 30


def test_a_folder_without_specs_is_said_before_anything_is_done(capsys: Captured) -> None:
    Path("empty").mkdir()
    assert main(["check", "specs", "empty", "--jobs", "2"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "E601" in err


def test_nothing_is_an_empty_list(capsys: Captured) -> None:
    Path("blocks.arch").write_text(BLOCKS)
    assert main(["check", "--json", "blocks.arch"]) == 0
    assert capsys.readouterr().out == "[]\n"


def test_standard_input_is_read_once(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WRONG.replace("depth 3", "depth 2").encode())))
    assert main(["check", "--jobs", "2", "-", *["specs/s00.arch"] * 9]) == 0
    assert capsys.readouterr().out.startswith("ok      <stdin>  depth 2")


def nobody(thing: str, code: int) -> str:
    raise AssertionError(f"{thing}: {code}")


def test_results_come_in_order_from_several_processes() -> None:
    def slower_first(thing: str) -> tuple[str, int]:
        time.sleep(0.2 if thing == "0" else 0)
        return thing, os.getpid()

    found = list(results(slower_first, [str(n) for n in range(40)], 3, nobody))  # type: ignore[arg-type]
    assert [thing for thing, _ in found] == [str(n) for n in range(40)]
    assert len({pid for _, pid in found}) > 1
    assert os.getpid() not in {pid for _, pid in found}


def test_few_things_need_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "FEWEST", 8)
    assert set(results(lambda _: os.getpid(), ["x"] * 15, 2, lambda *_: 0)) == {os.getpid()}
    assert len(set(results(lambda _: os.getpid(), ["x"] * 16, 2, lambda *_: 0)) - {os.getpid()}) >= 1


def test_no_more_results_wait_than_a_bound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(workers, "AHEAD", 5)

    def work(thing: str) -> int:
        if thing == "0":
            time.sleep(0.5)
            return len(list(tmp_path.glob("did*")))
        (tmp_path / f"did{thing}").touch()
        return 0

    assert next(iter(results(work, [str(n) for n in range(30)], 2, lambda *_: 0))) == 4


@pytest.mark.parametrize("ending", [lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: os._exit(3)])
def test_a_process_that_ends_leaves_the_others_work(ending: object) -> None:
    assert callable(ending)

    def work(thing: str) -> str:
        return ending() or "" if thing in ("3", "4", "17") else thing

    found = list(results(work, [str(n) for n in range(20)], 2, lambda thing, code: f"{thing} ended: {code}"))
    assert [n for n, each in enumerate(found) if each != str(n)] == [3, 4, 17]
    assert found[3] in ("3 ended: -9", "3 ended: 3")


def test_a_spec_whose_process_ends_is_named(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    real = check.attempt

    def attempt(path: str, asked: Choices) -> Checkup:
        if path.endswith("s07.arch"):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(path, asked)

    monkeypatch.setattr(check, "attempt", attempt)
    assert main(["check", "specs", "--jobs", "2"]) == 1
    out, err = capsys.readouterr()
    assert "error[E601]: cannot check specs/s07.arch\n  = its process was ended by signal 9\n" in err
    assert "failed  specs/s07.arch\n" in out
    assert "specs/s23.arch" in out


def below(pid: int) -> list[int]:
    """The processes that a process started and that still are."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(each) for each in told.split()]


def gone(pid: int) -> bool:
    """Whether a process is no more, or soon."""
    for _ in range(200):
        if not Path(f"/proc/{pid}").exists() or "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def long_run(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A check in two processes that takes long, in a group of its own."""
    rows = "".join(f"conv3-{8 + number % 9}\n" for number in range(4000))
    for number in range(40):
        (folder / f"long{number:02}.arch").write_text(f"net long\ninput 8x8 RGB\n{rows}")
    command = [sys.executable, "-m", "archspec", "check", "specs", "--jobs", "2"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        while process.poll() is None and len(below(process.pid)) < 2:
            time.sleep(0.01)
        time.sleep(0.3)
        assert process.poll() is None
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("whom", ["group", "first"])
def test_an_interrupt_ends_all_at_once(long_run: subprocess.Popen[str], whom: str) -> None:
    crew = below(long_run.pid)
    (os.killpg if whom == "group" else os.kill)(long_run.pid, signal.SIGINT)
    _, said = long_run.communicate(timeout=5)
    assert said == "interrupted\n"
    assert long_run.returncode == 130
    assert all(map(gone, crew))


def test_nobody_is_left_when_the_first_process_dies(long_run: subprocess.Popen[str]) -> None:
    crew = below(long_run.pid)
    long_run.kill()
    assert all(map(gone, crew))


def test_a_reader_who_leaves_ends_all(folder: Path) -> None:
    command = f"{sys.executable} -m archspec check {folder} {folder} --jobs 2 2>err.txt | head -n 1"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env=environment)
    assert done.stdout.count("\n") == 1
    assert "Traceback" not in Path("err.txt").read_text()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_terminal_is_told_how_far_it_is(capsys: Captured, monkeypatch: pytest.MonkeyPatch, jobs: str) -> None:
    main(["check", "specs", "--json", "--jobs", jobs])
    plain = capsys.readouterr()
    assert plain.err == ""
    monkeypatch.setattr("archspec.cli.progress.PATIENCE", 0)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    main(["check", "specs", "--json", "--jobs", jobs])
    told = capsys.readouterr()
    assert told.out == plain.out
    assert "\r\x1b[K1 of 30 specs" in told.err
    assert told.err.endswith("\r\x1b[K")


def test_a_spec_has_its_own_answer_whatever_is_checked_between(folder: Path) -> None:
    """What is remembered from one spec to the next is nothing of theirs."""
    (folder / "unit.arch").write_text(BLOCKS)
    user = "net user\nuse unit from 'unit.arch'\ninput 8x8 RGB\ndefault conv -> relu\nunit-4\n".replace("'", '"')
    (folder / "user.arch").write_text(user)
    (folder / "plain.arch").write_text(user.replace("default conv -> relu\n", ""))
    paths = sorted(map(str, folder.glob("*.arch")))
    alone = {path: said(path) for path in reversed(paths)}
    for path in paths:
        assert said(path) == alone[path]
    (folder / "unit.arch").write_text(BLOCKS.replace("conv3", "conv5"))
    assert said(str(folder / "user.arch")) != alone[str(folder / "user.arch")]


def said(path: str) -> list[object]:
    return [network.as_json() for network in check_file(path).networks]


def test_the_benchmark_proves_its_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(section, "QUICK", 20)
    found = section.measure(Asked([], 1, lambda _: None, tmp_path, quick=True))
    assert [each.fault for row in found.rows for each in (row.peer, row.ours)] == ["", ""]
    assert "a second" in found.text
    assert found.targets[0].value
    assert found.targets[0].value > 1


def test_the_generated_specs_are_sound_and_the_same_for_a_seed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        specs(tmp_path / name, 12, seed=3)
    texts = [[path.read_text() for path in sorted((tmp_path / name).iterdir())] for name in ("one", "two")]
    assert texts[0] == texts[1]
    assert len(set(texts[0])) == 12
    assert all(check_file(str(path)).diagnostics == () for path in (tmp_path / "one").iterdir())


def test_a_file_of_blocks_is_read_once(folder: Path) -> None:
    sound_statements.cache_clear()
    for number in range(5):
        path = folder / f"r{number}.arch"
        path.write_text('net r\nuse basic from "residual.arch"\ninput 8x8x16\nbasic-16\n')
        assert check_file(str(path)).ok
    assert sound_statements.cache_info()[:2] == (4, 1)
