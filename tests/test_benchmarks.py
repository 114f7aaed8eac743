"""The benchmarks' harness: what is slow is measured as slow, and what does not do its work is not measured at all."""

import csv
import json
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from importlib import import_module
from math import prod
from pathlib import Path

import figure_page
import figure_svg
import pytest
import torch
from onnx.parser import parse_model
from onnx.shape_inference import infer_shapes
from oracle import NETWORKS, normalized_channels

import archspec
from archspec.figures import svg
from benchmarks import layers, nnef_text, onnx_file, onnx_text, training
from benchmarks.__main__ import main, make_parser
from benchmarks.chart import chart
from benchmarks.measure import Entrant, Measured, Run, processes
from benchmarks.report import promises
from benchmarks.section import Asked, Section, Target, ours
from benchmarks.sections import SECTIONS, train
from benchmarks.serving import calls
from benchmarks.table import Row, markdown, values

EATS = "import time; held = bytearray(100_000_000); time.sleep(0.2); print(7)"


def program(name: str, text: str, **options: str) -> Entrant:
    return Entrant(name, (sys.executable, "-c", text), expected=7, **options)


def test_time_and_memory_are_those_of_the_program() -> None:
    slow, quick = processes([program("slow", EATS), program("quick", "print(7)")], rounds=3)
    assert len(slow.runs) == len(quick.runs) == 3
    assert (slow.fault, quick.fault) == ("", "")
    assert None not in (slow.seconds, quick.seconds)
    assert slow.seconds > 0.2 > quick.seconds
    assert None not in (slow.megabytes, quick.megabytes)
    assert slow.megabytes > 100 > quick.megabytes > 1, "this process is larger, and must not be counted"
    assert all(run.cpu is not None and run.cpu < run.wall for run in slow.runs), "it sleeps"


def test_programs_take_turns() -> None:
    said: list[str] = []
    processes([program("A", "print(7)"), program("B", "print(7)")], rounds=2, say=said.append)
    assert said == ["A, 1 of 2", "B, 1 of 2", "A, 2 of 2", "B, 2 of 2"]


@pytest.mark.parametrize(
    ("entrant", "fault"),
    [
        (program("missing", "print(7)", package="no_such_package"), "no_such_package is not installed"),
        (program("failing", "print(7); raise ValueError('not today')"), "failed: ValueError: not today"),
        (program("silent", "raise SystemExit(3)"), "failed: it said nothing"),
        (program("wrong", "print('1,008')"), "wrong answer: 1008, not 7"),
        (program("unclear", "print('seven')"), "gave no answer: invalid literal for int() with base 10: 'seven'"),
        (program("mute", "pass"), "gave no answer: list index out of range"),
        (program("endless", "while True: pass"), "takes longer than 0.5 s"),
    ],
    ids=lambda value: value.name if isinstance(value, Entrant) else "",
)
def test_what_does_not_do_its_work_is_not_measured(entrant: Entrant, fault: str) -> None:
    bad, good = processes([entrant, program("good", "print(7)")], rounds=2, limit=0.5)
    assert (bad.fault, bad.runs, bad.seconds) == (fault, [], None)
    assert len(good.runs) == 2


def test_an_answer_may_lie_in_the_folder() -> None:
    def written(output: str, folder: Path) -> str:
        return (folder / "out.txt").read_text()

    program = "import sys; open('out.txt', 'x').write(sys.argv[1])"
    right, wrong = (
        Entrant(text, (sys.executable, "-c", program, text), expected="right", answer=written)
        for text in ("right", "left")
    )
    right_, wrong_ = processes([right, wrong], rounds=2)
    assert (right_.fault, wrong_.fault) == ("", "wrong answer: left, not right"), "every run has an empty folder"


def peer(name: str, *arguments: str, expected: int = 7) -> Entrant:
    command = (sys.executable, "-m", "benchmarks.peer", "fake", "sleeping", *arguments)
    return Entrant(name, command, expected)


def test_calls_leave_out_what_comes_before() -> None:
    """Its preparation takes 0.3 s, its first call 0.2, each other one 0.05."""
    whole = processes([peer("fake")], rounds=1)[0].runs[0]
    assert whole.call is not None
    assert 0.2 < whole.call < 0.3 < 0.5 < whole.wall
    within, wrong = calls([peer("fake"), peer("wrong", expected=8)], rounds=2)
    assert len(within.runs) == 2
    assert within.seconds is not None
    assert 0.05 < within.seconds < 0.2
    assert (wrong.runs, wrong.fault) == ([], "wrong answer: 7, not 8")


@pytest.mark.parametrize("when", ["before", "within"])
def test_a_peer_that_fails_within_a_process(when: str) -> None:
    (failed,) = calls([peer("failing", when)], rounds=2)
    assert failed.fault == f"failed: RuntimeError: {when}"
    assert failed.seconds is None


def measured(name: str, *runs: Run, fault: str = "") -> Measured:
    return Measured(program(name, ""), list(runs), fault)


ROWS = [
    Row(
        "count", "VGG-E",
        measured("torchinfo", Run(2.4, 2.6, 800.4), Run(2.5, 2.6, 811.0), Run(9.0, 2.6, 811.0)),
        measured("archspec summary", Run(0.25, 0.2, 36.0)),
        measured("bare", Run(0.2, 0.1, 24.0)),
    ),
    Row("count", "U-Net", measured("thop", fault="thop is not installed"), measured("archspec summary", Run(0.05))),
    Row("count", "U-Net", measured("slow", Run(0.04)), measured("archspec summary", Run(0.05))),
]  # fmt: skip


def test_the_table() -> None:
    assert markdown(ROWS) == (
        "| work | network | peer | s | MB | archspec s | MB | ours / theirs | limit s | ours / limit |\n"
        "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        "| count | VGG-E | torchinfo | 2.5 | 811 | 0.25 | 36 | 1/10 | 0.2 | 1.25 |\n"
        "| count | U-Net | thop | not measured |  | 50 ms |  |  |  |  |\n"
        "| count | U-Net | slow | 40 ms |  | 50 ms |  | 1.25 |  |  |\n"
        "\n"
        "- not measured: thop, U-Net: thop is not installed\n"
    )


def test_the_values() -> None:
    first, second, _ = csv.DictReader(values(ROWS).splitlines())
    assert (first["seconds"], first["our_seconds"], first["ratio"]) == ("2.5", "0.25", "0.1")
    assert (first["limit"], first["limit_seconds"], first["ratio_to_limit"]) == ("bare", "0.2", "1.25")
    assert (second["seconds"], second["ratio"], second["fault"]) == ("", "", "thop is not installed")


TARGETS = [
    Target("kept", 0.05, 1 / 12),
    Target("missed", 0.1, 1 / 12),
    Target("unknown", None, 120, "MB"),
    Target("memory", 130.4, 120, "MB"),
    Target("speed", 151.0, 150, "a second", least=True),
]


def test_the_targets_say_what_is_met() -> None:
    assert [target.met for target in TARGETS] == [True, False, None, False, True]
    assert promises(TARGETS) == (
        "## Targets\n\n"
        "| what | target | this run | verdict |\n"
        "| --- | ---: | ---: | ---: |\n"
        "| kept | at most 1/12 | 1/20 | met |\n"
        "| missed | at most 1/12 | 1/10 | **not met** |\n"
        "| unknown | at most 120 MB | not measured | not measured |\n"
        "| memory | at most 120 MB | 130 MB | **not met** |\n"
        "| speed | at least 150 a second | 151 a second | met |\n"
        "\n2 of 5 met.\n"
    )


def test_the_chart_has_a_line_for_each_ratio() -> None:
    drawing = figure_svg.read(svg.write(chart(ROWS, "A chart")))
    assert list(figure_page.page(drawing, "text")) == list(figure_page.words(drawing)) == []
    assert [text.words for text in drawing.words("label")] == [
        "seconds", "VGG-E, count: torchinfo", "U-Net, count: slow",
    ]  # fmt: skip
    assert [text.words for text in drawing.words("count")] == ["1/10", "1.25"]


def test_every_part_can_be_asked_for_and_measured() -> None:
    for name in SECTIONS:
        assert callable(import_module(f"benchmarks.sections.{name}").measure)
        assert make_parser().parse_args(["--only", name]).only == [name]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "speed"], "there is no part `speed`; there is count, "),
        (["--only", ""], "there is no part ``"),
        (["--fast"], "unrecognized arguments: --fast"),
        (["count"], "unrecognized arguments: count"),
    ],
)
def test_a_wrong_use_of_the_command(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert said in capsys.readouterr().err


def test_a_run_is_printed_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A part of this test's own, in the place of one that takes minutes."""
    asked: list[Asked] = []

    def measure(given: Asked) -> Section:
        asked.append(given)
        return Section("A part", ROWS, TARGETS, "More of it.\n", [("growth", chart(ROWS, "Growth"))])

    monkeypatch.setattr("benchmarks.sections.count.measure", measure)
    monkeypatch.setattr("benchmarks.__main__.prepare", lambda asked: None)
    assert main(["--quick", "--only", "count", "--keep", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert (asked[0].rounds, asked[0].quick, len(asked[0].networks)) == (3, True, 1)
    assert "quick: " in printed.splitlines()[0]
    assert "Medians of 3 runs" in printed
    assert markdown(ROWS) in printed
    assert printed.rstrip().endswith("2 of 5 met.")
    kept = {path.name.partition(date.today().isoformat())[2]: path.read_text() for path in tmp_path.iterdir()}
    assert kept.keys() == {".md", ".csv", ".svg", "-growth.svg"}
    assert kept[".md"].rstrip() == printed.rstrip()
    assert kept[".csv"] == values(ROWS)


def test_training_steps_are_compared_pair_by_pair(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ours and theirs of each turn: half, 1.01 and 1.25 of the time by the clock, the same of processors."""
    asked: list[tuple[str, ...]] = []

    def told(*words: str) -> object:
        asked.append(words)
        if "--memory" in words:
            return 2_000_000 if "ours" in words else 4_000_000
        return [[[1.0, 3.0], [2.0, 3.0]], [[1.01, 3.0], [1.0, 3.0]], [[5.0, 3.0], [4.0, 3.0]]]

    monkeypatch.setattr("benchmarks.sections.train.told", told)
    section = train.measure(Asked(("googlenet",), 3, lambda text: None, tmp_path, quick=True))
    assert [words[:3] for words in asked] == [("googlenet", "--batch", "8")] * 3
    assert [(target.value, target.bound, target.met) for target in section.targets] == [
        (1.01, 1.02, True),
        (0.5, 1, True),
    ]
    assert "| GoogLeNet | 1.010 | 0.500 | 1.250 | 1.000 | 0.500 |" in section.text
    (row,) = section.rows
    assert (row.peer.seconds, row.ours.seconds, row.peer.megabytes, row.ours.megabytes) == (2.0, 1.01, 4, 2)


def test_training_that_fails_is_not_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def told(*words: str) -> object:
        raise subprocess.CalledProcessError(1, words, stderr="Traceback\nValueError: the losses are 1.0 and 2.0\n")

    monkeypatch.setattr("benchmarks.sections.train.told", told)
    section = train.measure(Asked(("googlenet",), 3, lambda text: None, tmp_path, quick=True))
    assert {target.met for target in section.targets} == {None}
    assert "not measured: by hand, GoogLeNet: failed: ValueError: the losses are 1.0 and 2.0" in markdown(section.rows)


def test_steps_take_turns_and_must_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    small = training.Setting()
    ours, hand = (training.made("resnet50", which, "32x32", 2, small) for which in ("ours", "hand"))
    order: list[str] = []

    def step(each: training.Trained) -> training.Took:
        order.append("ours" if each is ours else "hand")
        return training.Took(2.0, 1.0) if each is ours else training.Took(4.0, 3.0)

    monkeypatch.setattr(training.Trained, "step", step)
    assert list(training.pairs(ours, hand, 2)) == [((2.0, 1.0), (4.0, 3.0))] * 2
    assert order[-4:] == ["hand", "ours", "ours", "hand"]
    with torch.no_grad():
        hand.network.fc.weight.mul_(2)
    with pytest.raises(ValueError, match="the losses are"):
        list(training.pairs(ours, hand, 2))


def test_a_part_that_fails_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(asked: Asked) -> Section:
        raise RuntimeError("no room")

    monkeypatch.setattr("benchmarks.sections.count.measure", fails)
    monkeypatch.setattr("benchmarks.sections.draw.measure", lambda asked: Section("Another", ROWS))
    monkeypatch.setattr("benchmarks.__main__.prepare", lambda asked: None)
    assert main(["--only", "count,draw"]) == 1
    printed = capsys.readouterr().out
    assert "## Failed: count\n" in printed
    assert "RuntimeError: no room" in printed
    assert markdown(ROWS) in printed


@pytest.mark.parametrize("command", ["summary", "check"])
@pytest.mark.parametrize("network", ["googlenet", "unet", "resnet50"])
def test_our_own_answers_are_read(command: str, network: str) -> None:
    (measured,) = processes([ours(command, network)], rounds=1)
    assert measured.fault == ""


def test_what_builders_by_hand_are_given(tmp_path: Path) -> None:
    """The layers as a list; the texts of ONNX and NNEF that are made of it say the same."""
    layers.main("cifar_resnet_b:20", str(tmp_path), "net")
    network, truth = layers.read(tmp_path / "net.json"), NETWORKS["cifar_resnet20/B"]
    kinds = Counter(layer.kind for layer in network.layers)
    assert (kinds["Conv"], kinds["BatchNormalization"], kinds["Add"], kinds["Gemm"]) == (21, 21, 9, 1)
    held = truth["params_exact"] + 2 * normalized_channels("cifar_resnet20/B")  # as many running statistics
    assert sum(prod(shape) for shape in network.weights.values()) == held
    tensors = [json.loads(line) for line in (tmp_path / "net.tensors").read_text().splitlines()]
    assert sum(size for _, size, *_ in tensors) == held
    inferred = infer_shapes(parse_model(onnx_text.text(network)), strict_mode=True).graph
    assert [dim.dim_value for dim in inferred.output[0].type.tensor_type.shape.dim] == [0, 10]
    written = nnef_text.text(network)
    assert written.count(" conv(") == written.count(" batch_normalization(") == 21
    assert written.count(" = variable<scalar>(") == len(network.weights)


def test_parameters_are_counted_in_what_is_written(tmp_path: Path) -> None:
    truth = NETWORKS["cifar_resnet20/A"]
    built = archspec.load("cifar_resnet:20").build(tmp_path / "net.onnx", "onnx", external_data="always")
    assert onnx_file.parameters(built[0]) == truth["params_exact"] + 2 * normalized_channels("cifar_resnet20/A")
    built[1].write_bytes(b"")
    with pytest.raises(ValueError, match="bytes for 271,098 numbers"):
        onnx_file.parameters(built[0])


def test_the_page_has_every_part() -> None:
    page = (Path(__file__).parents[1] / "docs" / "performance.md").read_text()
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(SECTIONS)


def test_local_response_normalization_is_one_layer_of_a_list(tmp_path: Path) -> None:
    """Our file spells it out; its constants are no parameters."""
    truth = NETWORKS["googlenet/caffe_inference"]
    layers.main("googlenet", str(tmp_path), "net")
    network = layers.read(tmp_path / "net.json")
    norms = [layer.attributes for layer in network.layers if layer.kind == "LRN"]
    assert norms == [{"size": 5, "alpha": pytest.approx(1e-4), "beta": 0.75, "bias": 1.0}] * 2
    assert not {"Sqrt", "Div", "Reshape"} & {layer.kind for layer in network.layers}
    assert sum(prod(shape) for shape in network.weights.values()) == truth["params_exact"]
    (built,) = archspec.load("googlenet").build(tmp_path / "net.onnx", "onnx", "zeros")
    assert onnx_file.parameters(built) == truth["params_exact"]
