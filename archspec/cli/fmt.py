"""`archspec fmt [PATH...|-]`"""

import argparse
import os
import stat
import sys
from difflib import unified_diff
from pathlib import Path
from typing import NamedTuple

from archspec.cli.choices import add_limits, below
from archspec.cli.console import show
from archspec.diagnostics import Problem, problem
from archspec.files import bounded, read, replacing
from archspec.formatting import layout
from archspec.language.limits import Limits
from archspec.language.text import decode


class Layout(NamedTuple):
    """A spec's bytes, as they are and laid out."""

    name: str
    place: Path | None
    """Its file; None for standard input."""
    old: bytes
    new: bytes

    @property
    def clean(self) -> bool:
        """Whether it is laid out already."""
        return self.old == self.new


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="*",
        default=["-"],
        metavar="PATH",
        help="a spec, or a folder of specs; - or nothing lays out standard input on standard output",
    )
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--check", action="store_true", help="write nothing; status 1 if a layout would change")
    group.add_argument("--diff", action="store_true", help="the same, and print what would change")
    add_limits(parser, ("bytes", "nesting"))


def run(args: argparse.Namespace) -> int:
    """Lay out everything that is named. What cannot be read is left as it is, and does not keep the others."""
    limits = Limits(bytes=args.max_bytes, nesting=args.max_nesting)
    report = would if args.check else difference if args.diff else write
    done: list[Layout] = []
    refused = 0
    for path in [each for named in args.paths for each in below(named)]:
        try:
            found = lay_out(path, limits)
            report(found)
            done.append(found)
        except Problem as error:
            show(error.diagnostics)
            refused += 1
    changed = sum(not each.clean for each in done)
    if "-" not in args.paths and not args.diff:
        left = f", {refused} refused" if refused else ""
        print(f"{changed} {'to lay out' if args.check else 'laid out'}, {len(done) - changed} as they were{left}")
    return 1 if refused or (changed and report != write) else 0


def lay_out(path: str, limits: Limits) -> Layout:
    """A file's layout, or that of standard input. Raises Problem for what is no spec."""
    place = None if path == "-" else Path(path)
    name = path if place else "<stdin>"
    old = read(place, limits.bytes) if place else bounded(sys.stdin.buffer, limits.bytes, "standard input")
    return Layout(name, place, old, layout(decode(name, old), limits).encode())


def would(done: Layout) -> None:
    """Name what is to be laid out."""
    if not done.clean:
        print(f"would lay out {done.name}")


def difference(done: Layout) -> None:
    """Print what a layout changes, as a unified diff."""
    old, new = (text.decode().splitlines(keepends=True) for text in (done.old, done.new))
    for line in unified_diff(old, new, done.name, done.name):
        put((line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n").encode())


def write(done: Layout) -> None:
    """Write a layout where the spec came from, if it changes anything. Raises Problem E605 where that cannot be."""
    if done.place is None:
        put(done.new)
    elif not done.clean:
        target = done.place.resolve()
        if not os.access(target, os.W_OK):
            raise problem("E605", f"cannot write {done.name}", "permission denied")
        with replacing(target, mode=stat.S_IMODE(target.stat().st_mode)) as file:
            file.write(done.new)
        print(f"laid out {done.name}")


def put(text: bytes) -> None:
    """Print a spec's bytes, whatever characters the terminal has."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()
