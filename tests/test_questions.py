"""What a Python program asks: the same answers as the commands', as objects."""

from fractions import Fraction
from pathlib import Path

import pytest

import archspec
from archspec.cli import main

Captured = pytest.CaptureFixture[str]


def test_a_difference_is_that_of_the_command(capsys: Captured) -> None:
    changed = archspec.diff("plain:34", archspec.load("resnet", "34"))
    assert changed
    assert main(["diff", "plain:34", "resnet:34"]) == 1
    assert [line for line in capsys.readouterr().out.splitlines()[1:] if not line.startswith("expect ")] == str(
        changed
    ).splitlines()


def test_nothing_changed() -> None:
    assert not archspec.diff("vgg:D", archspec.load("vgg_d"))


def test_paths_are_counted_exactly() -> None:
    """2^54 paths; binomial lengths (Veit et al. 2016, section 4)."""
    paths = archspec.load("cifar_preact", "110").paths()
    assert (paths.total, paths.mean, paths.variance) == (2**54, 27, Fraction(54, 4))
    assert paths.without(10).total == 2**44
    assert archspec.load("vgg", "E").paths("layers").longest == 19
    with pytest.raises(archspec.Problem, match="E616"):
        archspec.load("vgg", "E").paths()


def test_a_line_is_explained_as_the_command_does(capsys: Captured) -> None:
    assert main(["explain", "vgg:9:E"]) == 0
    assert capsys.readouterr().out == f"{archspec.explain_line('vgg:E', 9)}\n"
    inner = archspec.explain_line("residual.arch", 9, within="resnet:18")
    assert main(["explain", "residual.arch:9", "--in", "resnet:18"]) == 0
    assert capsys.readouterr().out == f"{inner}\n"
    assert inner.networks[0].layers
    with pytest.raises(archspec.Problem, match="E602"):
        archspec.explain_line("vgg", 999)


@pytest.mark.parametrize("form", ["latex", "markdown", "html", "tsv"])
def test_a_table_goes_out_and_comes_in(form: str, capsys: Captured, tmp_path: Path) -> None:
    networks = [archspec.load("vgg", column) for column in ("A", "E")]
    text = archspec.export_table(networks, form, params=True)
    taken = archspec.import_table(text, "vgg")
    assert [network.counts.params.trainable for network in taken.checkup.networks if network.counts] == [
        network.counts.params.trainable for network in networks
    ]
    (tmp_path / "vgg.arch").write_text(taken.text)
    assert not archspec.diff(networks[1], f"{tmp_path / 'vgg.arch'}:E")


def test_a_format_that_there_is_not() -> None:
    with pytest.raises(archspec.Problem, match="E602"):
        archspec.export_table([archspec.load("vgg:E")], "word")
