"""Figures in LaTeX: no wider than a column, with TikZ alone, and the check of that finds planted faults."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import archspec
from archspec.cli import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


FIGURES = [
    "resnet:50", "vgg:E", "googlenet", "unet:paper", "alexnet:paper --style volume", "resnet:18 --style dag",
    "resnet:50 --block bottleneck", "resnet:50 resnet:152 --width text --theme mono",
]  # fmt: skip
"""A figure of each style."""


def faults(tex: str) -> list[str]:
    """What LaTeX has to say against a figure of one column, with TikZ alone."""
    if not shutil.which("pdflatex"):
        pytest.skip("pdflatex is not installed")
    Path("a.tex").write_text(tex)
    page = r"\documentclass[twocolumn]{article}\usepackage{tikz}\begin{document}%s\end{document}"
    Path("page.tex").write_text(page % (r"\begin{figure}\input{a}\caption{It.}\end{figure}Text." * 2))
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "page.tex"], capture_output=True, stdin=subprocess.DEVNULL
    )
    log = done.stdout.decode(errors="replace")
    return [*re.findall(r"Overfull|undefined", log), *re.findall(r"^! .*", log, re.M)] + ["stopped"] * done.returncode


@pytest.mark.parametrize("words", FIGURES)
def test_tex_compiles_in_two_columns(words: str, folder: Path) -> None:
    assert main(["draw", *words.split(), "-o", "a.tex"]) == 0
    assert faults(Path("a.tex").read_text()) == []


def widened(tex: str) -> str:
    """The figure at the size of a whole page: a column is 227 points wide."""
    scaled = tex.replace(r"\begin{tikzpicture}[", r"\begin{tikzpicture}[xscale=3,", 1)
    assert scaled != tex
    return scaled


@pytest.mark.parametrize(("plant", "found"), [
    (widened, "Overfull"),
    (lambda tex: tex.replace(r"\end{tikzpicture}", "", 1), "stopped"),
    (lambda tex: tex.replace(r"\endgroup", r"\tikzmystery \endgroup", 1), "! Undefined"),
    (lambda tex: tex.replace(";", "", 1), "! "),
    (lambda tex: tex.replace(r"\begingroup", r"\begingroup\usetikzlibrary{nowhere}", 1), "! "),
])  # fmt: skip
def test_a_fault_in_tex_is_found(plant: Callable[[str], str], found: str) -> None:
    tex = archspec.load("resnet:50").draw().tex()
    planted = plant(tex)
    assert planted != tex
    assert any(each.startswith(found) for each in faults(planted))
