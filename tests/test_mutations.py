"""Every number of every VGG spec, changed: `check` or the oracle's exact counts must notice each change."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from oracle import NETWORKS
from zoo import ALONE

from archspec.checks.checkup import Checkup, check_source
from archspec.language.settled import Choices
from archspec.source import Source

ROOT = Path(__file__).parents[1]
TRUTH = {column: NETWORKS[f"vgg/{column}"] for column in ALONE.values()}
SPECS = ["vgg", *ALONE]
NUMBERS = re.compile(r"(?<![\w.])(?:x|(?:conv|FC|maxpool)?-?)?(\d+)")
LAYER_LINE = re.compile(r"^(?!net|columns|expect|input|default).*$", re.MULTILINE)


def mutants(text: str) -> Iterator[tuple[str, str]]:
    """Every change of one number of a layer (channels, kernel, repeat), and a stride put on every convolution."""
    for line in LAYER_LINE.finditer(text):
        body = re.sub(r"^\w+:", lambda label: " " * len(label[0]), line[0])  # a label's digit is a name
        for number in re.finditer(r"\d+", body):
            start, end = line.start() + number.start(), line.start() + number.end()
            value = int(number[0])
            for changed in sorted({value - 1, value + 1, 2 * value, round(value * 1.1), round(value * 0.9)} - {value}):
                yield f"{line[0].strip()}: {value} -> {changed}", text[:start] + str(changed) + text[end:]
        for conv in re.finditer(r"conv\d-\d+", body):
            end = line.start() + conv.end()
            yield f"{line[0].strip()}: stride 2", text[:end] + "/2" + text[end:]
        for pool in re.finditer(r"maxpool", body):
            end = line.start() + pool.end()
            for window in ("3/2", "2/1", "2/3"):
                yield f"{line[0].strip()}: {window}", text[:end] + window + text[end:]


def exact(result: Checkup, columns: list[str]) -> bool:
    """Whether every network has the oracle's exact counts."""
    return all(
        network.counts is not None
        and network.counts.params.trainable == TRUTH[column]["params_exact"]
        and network.counts.macs == TRUTH[column]["macs_exact"]
        and network.counts.depth == TRUTH[column]["weight_layers"]
        for network, column in zip(result.networks, columns, strict=True)
    )


def large(result: Checkup, columns: list[str]) -> bool:
    """Whether some network's depth changed, or a count by 10 % or more."""
    for network, column in zip(result.networks, columns, strict=True):
        truth = TRUTH[column]
        if network.counts is None or network.counts.depth != truth["weight_layers"]:
            return True
        for now, then in (
            (network.counts.params.trainable, truth["params_exact"]),
            (network.counts.macs, truth["macs_exact"]),
        ):
            if abs(now - then) * 10 >= then:
                return True
    return False


@pytest.mark.parametrize("name", SPECS)
def test_no_changed_number_goes_unnoticed(name: str) -> None:
    text = (ROOT / "specs" / f"{name}.arch").read_text()
    columns = [ALONE[name]] if name in ALONE else list(TRUTH)
    unchanged = check_source(Source(name, text), Choices())
    assert unchanged.ok
    assert exact(unchanged, columns)
    by_check = by_oracle = 0
    for what, mutant in mutants(text):
        result = check_source(Source(name, mutant), Choices())
        if result.ok:
            assert not exact(result, columns), f"unnoticed: {what}"
            assert not large(result, columns), f"`check` alone should notice: {what}"
            by_oracle += 1
        else:
            by_check += 1
    assert by_check > 0
    print(f"{name}: {by_check} caught by check, {by_oracle} by the exact counts")


@pytest.mark.parametrize("name", SPECS)
def test_no_changed_claim_goes_unnoticed(name: str) -> None:
    text = (ROOT / "specs" / f"{name}.arch").read_text()
    for line in re.finditer(r"^expect .*$", text, re.MULTILINE):
        claims = re.sub(r'"[^"]*"|#.*', lambda quoted: " " * len(quoted[0]), line[0])
        for number in re.finditer(r"(?<![\d.])\d+(?:\.\d+)?(?=[GM]?(?: |$))", claims):
            stated = claims[: number.end() + 8]
            if " but " in claims[number.end() : number.end() + 6]:
                continue  # the paper's own slip, which is kept and not checked
            digits = len(number[0].partition(".")[2])
            changed = f"{float(number[0]) + 10.0**-digits:.{digits}f}"
            start, end = line.start() + number.start(), line.start() + number.end()
            result = check_source(Source(name, text[:start] + changed + text[end:]), Choices())
            assert [d.code for d in result.diagnostics] == ["E401"], f"{stated} -> {changed}"
