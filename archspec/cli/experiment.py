"""`archspec experiment NAME [--data SET] [--recipe NAME] [--seeds N] [--jobs N] [-o FOLDER]`"""

import argparse
from pathlib import Path

from archspec.cli.choices import positive
from archspec.cli.progress import Line
from archspec.diagnostics import needed
from archspec.experiments import EXPERIMENTS, Settings, experiment
from archspec.training import INSTALL


def arguments(parser: argparse.ArgumentParser) -> None:
    said = "\n".join(f"  {name:12} {what}" for name, what in EXPERIMENTS.items())
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = f"experiments:\n{said}"
    parser.add_argument("name", metavar="NAME", choices=tuple(EXPERIMENTS), help=", ".join(EXPERIMENTS))
    parser.add_argument("--data", default="digits", metavar="SET", help="digits (default) or cifar10")
    parser.add_argument("--recipe", metavar="NAME|FILE.toml", help="how to train (default: as the data set's)")
    parser.add_argument("--seeds", type=positive, default=3, metavar="N", help="repeat with seeds 0 to N-1 (default 3)")
    parser.add_argument("--jobs", type=positive, metavar="N", help="trainings at a time (default: one a GPU or core)")
    help = "where the trained networks go, which all experiments share, and the report (default experiments/SET)"
    parser.add_argument("-o", "--output", metavar="FOLDER", type=Path, help=help)


def run(args: argparse.Namespace) -> int:
    """Run one experiment, and say of each claim whether it held."""
    line = Line()
    folder = args.output or Path("experiments", args.data.partition(":")[0])
    settings = Settings(args.data, args.recipe, args.seeds, args.jobs, folder, line.show)
    try:
        with needed(INSTALL):
            from archspec.experiments import report  # imports what is not needed to list the options

            outcome = experiment(args.name).run(settings)
    finally:
        line.clear()
    print(report.text(outcome))
    for written in report.write(outcome, folder / args.name):
        print(written)
    return 0
