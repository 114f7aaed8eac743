"""`python -m benchmarks`: measure archspec beside its peers, print the tables, and say which targets are met.

Exit status: 0 when the run is done, met or not; 1 when a part failed, 2 for a wrong use of the command.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from traceback import format_exc

from archspec.files import replacing
from benchmarks.measure import ROOT, environment
from benchmarks.models import MODELS
from benchmarks.report import heading, page
from benchmarks.section import Asked, Section
from benchmarks.sections import SECTIONS
from benchmarks.table import values

NETWORKS = ("vgg_e", "resnet50", "resnet152", "googlenet", "unet")
QUICK = ("googlenet",)
QUICK_PARTS = ["count", "read", "draw", "build"]
"""What `--quick` measures unless told: a minute on two free cores."""
FAILED = "Failed"
RESULTS = ROOT / "benchmarks" / "results"


def parts(text: str) -> list[str]:
    """The sections that `--only` names."""
    names = text.split(",")
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no part `{unknown[0]}`; there is {', '.join(SECTIONS)}")
    return [name for name in SECTIONS if name in names]


def make_parser() -> argparse.ArgumentParser:
    """The command line."""
    listed = "\n".join(f"  {name:10} {about}" for name, about in SECTIONS.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure archspec beside its peers, in one run.",
        epilog=f"parts:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", type=parts, metavar="PARTS", help="some parts: build,count")
    parser.add_argument("--quick", action="store_true", help=f"one network, three runs, {', '.join(QUICK_PARTS)}")
    parser.add_argument(
        "--keep",
        nargs="?",
        type=Path,
        const=RESULTS,
        metavar="FOLDER",
        help="write the page, all figures and the plots to a folder (benchmarks/results), named by the date",
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for."""
    args = make_parser().parse_args(arguments)
    networks, rounds = (QUICK, 3) if args.quick else (NETWORKS, 5)
    names = args.only or (QUICK_PARTS if args.quick else list(SECTIONS))
    today, started = date.today(), perf_counter()
    with TemporaryDirectory() as folder:
        asked = Asked(networks, rounds, say, Path(folder), args.quick)
        prepare(asked)
        found = [measured(name, asked) for name in names]
    say("")
    text = page(heading(today, rounds, args.quick, perf_counter() - started), found)
    print(text)
    if args.keep:
        keep(args.keep / today.isoformat(), text, found)
    return 1 if any(section.title.startswith(FAILED) for section in found) else 0


def measured(name: str, asked: Asked) -> Section:
    """A part; where it fails, what it failed of, since the others took their time."""
    try:
        section: Section = import_module(f"benchmarks.sections.{name}").measure(asked)
    except Exception:
        return Section(f"{FAILED}: {name}", text=f"```\n{format_exc()}```\n")
    return section


def say(text: str) -> None:
    """What is being done, on one line of a terminal."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def prepare(asked: Asked) -> None:
    """Write the lists of layers and tensors, apart from what is measured."""
    for network in asked.networks:
        asked.say(f"preparing {MODELS[network].title}")
        command = [sys.executable, "-m", "benchmarks.layers", MODELS[network].spec, str(asked.lists), network]
        subprocess.run(command, env=environment(), stderr=subprocess.DEVNULL, check=False)


def keep(place: Path, text: str, found: Sequence[Section]) -> None:
    """Write the page, the figures and the plots."""
    place.parent.mkdir(parents=True, exist_ok=True)
    rows = [row for section in found for row in section.rows]
    kept = {".md": text, ".csv": values(rows), **dict(plots(place.name, found))}
    for ending, held in kept.items():
        with replacing(place.with_name(place.name + ending)) as file:
            file.write(held.encode())


def plots(day: str, found: Sequence[Section]) -> Iterator[tuple[str, str]]:
    """The chart of all rows, and the plots of the parts, as SVG by the ends of their names."""
    from archspec.figures import svg
    from benchmarks.chart import chart

    rows = [row for section in found for row in section.rows]
    if any(row.ratio is not None for row in rows):
        yield ".svg", svg.write(chart(rows, f"archspec beside its peers, {day}"))
    for section in found:
        for name, scene in section.plots:
            yield f"-{name}.svg", svg.write(scene)


if __name__ == "__main__":
    raise SystemExit(main())
