"""The options that every command on a spec takes, and finding the spec."""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from archspec.checks.checkup import Checkup, check_source
from archspec.diagnostics import problem
from archspec.files import bounded, folder, is_folder, is_there, read
from archspec.language.limits import Limits
from archspec.language.settled import Choices
from archspec.language.text import decode
from archspec.network import find_spec, parted
from archspec.source import Source

if TYPE_CHECKING:
    from archspec.rewrite import Changes


def add_choices(parser: argparse.ArgumentParser) -> None:
    """Add what can be asked of a spec from outside."""
    group = parser.add_argument_group("what is asked of the spec")
    group.add_argument("--input", metavar="HxW", help="another input size: 512x512")
    group.add_argument(
        "--set",
        metavar="NAME=N",
        type=assignment,
        action="append",
        default=[],
        help="another value for a `let`",
    )
    add_limits(parser)


def add_limits(parser: argparse.ArgumentParser, names: Sequence[str] = Limits._fields) -> None:
    """Add the limits of specs."""
    limits = parser.add_argument_group("limits, raised when a spec is larger than most")
    for name in names:
        default = getattr(Limits(), name)
        limits.add_argument(f"--max-{name}", metavar="N", type=positive, default=default, help=f"default {default:,}")


def add_weights(parser: argparse.ArgumentParser, default: str | None = "he", what: str = "") -> None:
    """Add where a network's weights come from, and what becomes of them."""
    source = f"{what}drawn by He et al., zeros, or a .safetensors file"
    parser.add_argument("--weights", default=default, metavar="he|zeros|FILE", help=source)
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of drawn weights (default 0)")


def add_changes(parser: argparse.ArgumentParser) -> None:
    """Add how a network may differ from what its spec has."""
    group = parser.add_argument_group("what is changed in the network")
    group.add_argument("--no-aux", action="store_true", help="leave its heads out")
    group.add_argument("--logits", action="store_true", help="leave a softmax at its end off, and at that of heads")
    group.add_argument("--fold-bn", action="store_true", help="fold batch normalization into the layers before it")


def changes(args: argparse.Namespace, mode: str = "train") -> "Changes":
    """What the command line changes in a network."""
    from archspec.rewrite import Changes

    return Changes(mode == "train" and not args.no_aux, args.logits, args.fold_bn)


def assignment(text: str) -> tuple[str, int]:
    """Read `n=27`."""
    found = re.fullmatch(r"([A-Za-z_][A-Za-z0-9_]*)=(-?[0-9]{1,10})", text, re.ASCII)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=N, an integer of at most ten digits")
    return found[1], int(found[2])


def positive(text: str) -> int:
    """Read a limit."""
    if not re.fullmatch(r"[0-9]{1,12}", text, re.ASCII) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive integer")
    return int(text)


def choices(args: argparse.Namespace) -> Choices:
    """What the command line asks of a spec."""
    return Choices(args.input, dict(args.set), limits(args))


def limits(args: argparse.Namespace) -> Limits:
    """How large a spec may be."""
    return Limits(*(getattr(args, f"max_{name}") for name in Limits._fields))


def checkup(path: str, asked: Choices) -> Checkup:
    """Check what a path names: a file, a column of it, a shipped spec, or standard input (`-`; `-- -:COLUMN`)."""
    name, column = parted(path)
    return check_source(opened(name, asked.limits.bytes), asked, column)


def opened(name: str, limit: int) -> Source:
    """The text of a spec: a file, a shipped one, or standard input. Raises Problem: E601, or E602 for a graph."""
    if name == "-":
        return decode("<stdin>", bounded(sys.stdin.buffer, limit, "standard input"))
    if name.endswith(".json"):
        raise problem("E602", f"{name} is a graph", "a spec is needed here", "name the one that it was built from")
    shown, place = find_spec(name)
    return decode(shown, read(place, limit), place)


def spread(paths: list[str]) -> Iterator[str]:
    """The specs that paths name, a folder's all; `specs`, where there is no such file, the ones that ship."""
    for path in paths:
        shipped = path == "specs" and not is_there(Path(path))
        yield from below(str(folder("specs")) if shipped else path)


def below(path: str) -> list[str]:
    """A file, or every .arch file below a folder. Raises Problem E601 if it has none."""
    if not is_folder(Path(path)):
        return [path]
    inside = sorted(str(found) for found in Path(path).rglob("*.arch") if found.is_file())
    if not inside:
        raise problem("E601", f"there are no .arch files in {path}")
    return inside
