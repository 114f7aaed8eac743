"""`archspec fmt`: what it writes, what it leaves, what it says and how it ends."""

import io
import os
import stat
import sys
from pathlib import Path

import pytest

from archspec.cli import main

ROOT = Path(__file__).parents[1]
UNTIDY = "net a\r\ninput 8x8 RGB # small\r\nconv1:conv3-4\r\nfc : FC–10"
TIDY = "net a\ninput 8x8 RGB    # small\nconv1: conv3-4\nfc:    FC-10\n"
BROKEN = "net a\ninput 8x8 RGB\nconv3-4 ->\n"

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Specs below the current folder: an untidy one, a tidy one, one that cannot be read, and another file."""
    monkeypatch.chdir(tmp_path)
    for name, text in {"a.arch": UNTIDY, "in/b.arch": TIDY, "in/c.arch": BROKEN, "in/d.txt": UNTIDY}.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    return tmp_path


def contents() -> dict[str, tuple[str, int]]:
    """Every file's text, and which file it is: one that is written has another number."""
    return {
        str(path): (path.read_bytes().decode(errors="replace"), path.stat().st_ino)
        for path in sorted(Path().rglob("*"))
        if path.is_file()
    }


def asked(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_a_file_is_laid_out_once(capsys: Captured) -> None:
    before = contents()
    assert main(["fmt", "a.arch"]) == 0
    assert capsys.readouterr().out == "laid out a.arch\n1 laid out, 0 as they were\n"
    after = contents()
    assert after.pop("a.arch")[0] == TIDY
    assert after.items() <= before.items()
    now = contents()
    assert main(["fmt", "a.arch"]) == 0
    assert capsys.readouterr().out == "0 laid out, 1 as they were\n"
    assert contents() == now


def test_a_folder_is_laid_out_but_for_what_cannot_be_read(capsys: Captured) -> None:
    before = contents()
    assert main(["fmt", "."]) == 1
    said = capsys.readouterr()
    assert said.out == "laid out a.arch\n1 laid out, 1 as they were, 1 refused\n"
    assert "error[E101]: cannot read `->` here\n --> in/c.arch:3:9\n" in said.err
    changed = {name for name, content in contents().items() if content != before[name]}
    assert changed == {"a.arch"}


def test_a_check_writes_nothing(capsys: Captured) -> None:
    before = contents()
    assert main(["fmt", "--check", "a.arch", "in/b.arch"]) == 1
    assert capsys.readouterr().out == "would lay out a.arch\n1 to lay out, 1 as they were\n"
    assert main(["fmt", "--check", "in/b.arch"]) == 0
    assert main(["fmt", "--check", "in/c.arch"]) == 1
    assert contents() == before


def test_a_difference_is_one_that_patch_reads(capsys: Captured) -> None:
    before = contents()
    assert main(["fmt", "--diff", "a.arch", "in/b.arch"]) == 1
    assert capsys.readouterr().out == (
        "--- a.arch\n+++ a.arch\n@@ -1,4 +1,4 @@\n"
        "-net a\r\n-input 8x8 RGB # small\r\n-conv1:conv3-4\r\n-fc : FC–10\n\\ No newline at end of file\n"
        "+net a\n+input 8x8 RGB    # small\n+conv1: conv3-4\n+fc:    FC-10\n"
    )
    assert main(["fmt", "--diff", "in/b.arch"]) == 0
    assert capsys.readouterr().out == ""
    assert contents() == before


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_standard_input_goes_to_standard_output(
    arguments: list[str], capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents()
    asked(monkeypatch, UNTIDY)
    assert main(["fmt", *arguments]) == 0
    assert capsys.readouterr().out == TIDY
    asked(monkeypatch, UNTIDY)
    assert main(["fmt", *arguments, "--check"]) == 1
    assert capsys.readouterr().out == "would lay out <stdin>\n"
    asked(monkeypatch, TIDY)
    assert main(["fmt", *arguments, "--diff"]) == 0
    asked(monkeypatch, BROKEN)
    assert main(["fmt", *arguments]) == 1
    said = capsys.readouterr()
    assert (said.out, "--> <stdin>:3:9" in said.err) == ("", True)
    assert contents() == before


def test_permissions_and_links_stay(folder: Path) -> None:
    (folder / "a.arch").chmod(0o640)
    (folder / "link.arch").symlink_to("a.arch")
    mask = os.umask(0o077)
    try:
        assert main(["fmt", "link.arch"]) == 0
    finally:
        os.umask(mask)
    assert (folder / "link.arch").is_symlink()
    assert (folder / "a.arch").read_text() == TIDY
    assert stat.S_IMODE((folder / "a.arch").stat().st_mode) == 0o640


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everything")
def test_what_may_not_be_written_is_left(folder: Path, capsys: Captured) -> None:
    (folder / "a.arch").chmod(0o440)
    assert main(["fmt", "a.arch"]) == 1
    assert "error[E605]: cannot write a.arch" in capsys.readouterr().err
    assert (folder / "a.arch").read_bytes() == UNTIDY.encode()


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        (b"net \xff\n", [], "E103"),
        (b"net a\n" * 9, ["--max-bytes", "40"], "E501"),
        (b"relu\nrelu | relu\nlrn: relu | relu\n", ["--max-bytes", "36"], "E501"),
        (b"[[[relu]]]\n", ["--max-nesting", "2"], "E502"),
        (b"\tconv\n", [], "E102"),
    ],
)
def test_what_is_refused_is_left(text: bytes, arguments: list[str], code: str, capsys: Captured) -> None:
    Path("a.arch").write_bytes(text)
    before = contents()
    assert main(["fmt", "a.arch", *arguments]) == 1
    assert f"error[{code}]" in capsys.readouterr().err
    assert contents() == before


def test_what_is_not_there() -> None:
    assert main(["fmt", "none.arch"]) == 1
    assert main(["fmt", "specs"]) == 1, "the specs that ship are not anyone's to lay out"
    Path("empty").mkdir()
    assert main(["fmt", "empty"]) == 1


def test_the_shipped_specs_are_laid_out(capsys: Captured) -> None:
    assert main(["fmt", "--check", str(ROOT / "specs")]) == 0
    assert capsys.readouterr().out.startswith("0 to lay out, ")
