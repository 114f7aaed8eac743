"""`archspec table import FILE|- [-o OUT.arch]`"""

import argparse
import re
import sys
from pathlib import Path

from archspec.cli.choices import add_limits, limits
from archspec.cli.console import show
from archspec.diagnostics import problem
from archspec.files import bounded, read, replacing
from archspec.language.settled import Choices
from archspec.language.text import decode
from archspec.tables.claims import CLAIMS, extent
from archspec.tables.conventions import CONVENTIONS
from archspec.tables.reading import FORMATS
from archspec.tables.taking import Taken, take


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a file with the table, or - for standard input")
    parser.add_argument("-o", "--output", metavar="OUT", help="a .arch file; standard output unless given")
    parser.add_argument("--from", dest="form", choices=FORMATS, help="its format; found in the text unless given")
    conventions = "; ".join(f"{name}: {what}" for name, what in CONVENTIONS.items())
    parser.add_argument("--convention", choices=CONVENTIONS, default="none", help=f"what it leaves out. {conventions}")
    parser.add_argument("--name", metavar="NAME", help="the network's name; the file's unless given")
    parser.add_argument("--input", metavar="SIZE", help='what the networks are given, if it does not say: "32x32 RGB"')
    off = "a claim in which the paper itself may be off: its number is kept, with what holds"
    parser.add_argument("--but", dest="off", action="append", choices=CLAIMS, default=[], help=off)
    add_limits(parser)


def run(args: argparse.Namespace) -> int:
    """Write the spec of a table; nothing where it contradicts itself."""
    taken = taken_from(args)
    show(taken.checkup.diagnostics)
    if not args.output:
        sys.stdout.write(taken.text)
        return 0
    with replacing(Path(args.output)) as file:
        file.write(taken.text.encode())
    print(f"wrote {args.output}")
    return 0


def taken_from(args: argparse.Namespace) -> Taken:
    """The spec of the table that the command line names."""
    asked = Choices(limits=limits(args))
    if args.file == "-":
        source = decode("<stdin>", bounded(sys.stdin.buffer, asked.limits.bytes, "standard input"))
    else:
        source = decode(args.file, read(Path(args.file), asked.limits.bytes))
    home = Path(args.output).parent if args.output else Path()
    given = input_size(args.input) if args.input is not None else None
    return take(source, network_name(args), args.form, args.convention, given, home, args.off, asked)


def input_size(text: str) -> str:
    """What networks are given. Raises Problem E602 for what is no size."""
    size = extent(text)
    if size is None:
        raise problem("E602", "no input size", f"`{text[:100]}`", 'for instance: `--input "224x224 RGB"`')
    return size


def network_name(args: argparse.Namespace) -> str:
    """The name that is given, or that of a file. Raises Problem E602 for what is no name."""
    if args.name is not None:
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", args.name, re.ASCII):
            raise problem("E602", "a network's name is letters, digits and underscores", f"`{args.name[:100]}`")
        return str(args.name)
    stem = Path(args.output or (args.file if args.file != "-" else "")).stem or "table"
    word = re.sub(r"\W+", "_", stem, flags=re.ASCII)[:100]
    return word if word[0].isalpha() or word[0] == "_" else f"net_{word}"
