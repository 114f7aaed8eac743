"""`archspec train PATH[:COLUMN] [--data SET] [--recipe NAME|FILE.toml] [-o FOLDER]`"""

import argparse
import math
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from archspec.cli.choices import add_choices, add_weights, positive
from archspec.cli.networks import one, target
from archspec.data import SETS, DataSet
from archspec.diagnostics import Problem, needed
from archspec.files import shipped
from archspec.training import DEVICES, INSTALL, PRECISIONS

if TYPE_CHECKING:
    from archspec.training.folder import Settings
    from archspec.training.machine import Machine
    from archspec.training.run import Keeping
    from archspec.weights import Weights


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH[:COLUMN]", help="a spec of one network, a column, or a graph as JSON")
    parser.add_argument("--data", default="digits", metavar="SET", help=f"{', '.join(SETS)} (default digits)")
    parser.add_argument(
        "--recipe",
        metavar="NAME|FILE.toml",
        help=f"how: {', '.join(shipped('recipes', '.toml'))}, or a file (default: that of the data set)",
    )
    for name, what in (("epochs", "how long"), ("batch", "examples of a step")):
        parser.add_argument(f"--{name}", type=positive, metavar="N", help=f"{what}, in place of the recipe's")
    parser.add_argument("--rate", type=rate, metavar="R", help="the learning rate, in place of the recipe's")
    parser.add_argument("-o", "--output", metavar="FOLDER", help="where the run goes (default NAME.run)")
    parser.add_argument("--resume", action="store_true", help="go on with the run that is there, if there is one")
    add_weights(parser, what="what training begins with: ")
    parser.add_argument(
        "--partly", action="store_true", help="take of the file of weights what fits, and draw the rest"
    )
    parser.add_argument("--checkpoint-steps", type=positive, metavar="N", help="write a checkpoint every N steps, too")
    parser.add_argument("--tensorboard", action="store_true", help="write what TensorBoard shows, too")
    add_machine(parser)
    add_choices(parser)


def rate(text: str) -> float:
    """Read a learning rate."""
    found = float(text) if re.fullmatch(r"[0-9.]{1,20}(e-?[0-9]{1,3})?", text, re.ASCII) else 0.0
    if not 0 < found < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return found


def add_machine(parser: argparse.ArgumentParser) -> None:
    """Add what a network runs on."""
    group = parser.add_argument_group("what it runs on; `torchrun -m archspec train ...` starts several processes")
    group.add_argument("--device", choices=DEVICES, default="auto", help="a GPU where there is one (default)")
    group.add_argument(
        "--precision", choices=PRECISIONS, default="fp32", help="tf32 and bf16 are faster, and rounder (default fp32)"
    )
    group.add_argument("--channels-last", action="store_true", help="keep the channels of maps innermost in memory")
    group.add_argument("--compile", action="store_true", help="run the network through torch.compile")
    group.add_argument("--workers", type=int, default=0, metavar="N", help="processes that read images (default 0)")


def machine(args: argparse.Namespace) -> "Machine":
    """What the command line says of what a network runs on. Raises Problem E607 where PyTorch is not installed."""
    with needed(INSTALL):
        from archspec.training.machine import Machine
    return Machine(args.device, args.precision, args.channels_last, args.compile, args.workers)


def run(args: argparse.Namespace) -> int:
    """Train one network; of the processes that `torchrun` started, those on a machine say the same once."""
    try:
        parts = prepared(args)
    except Problem:
        if os.environ.get("LOCAL_RANK", "0") != "0":
            return 1
        raise
    return start(*parts)


def prepared(args: argparse.Namespace) -> "tuple[Settings, DataSet, Machine, Keeping, Weights]":
    """What a run takes."""
    asked = machine(args)
    with needed(INSTALL):
        from archspec.training.plan import beginning, changed, planned, recipe_of
        from archspec.training.run import Keeping

    graph = one(args.path, args)
    recipe = changed(recipe_of(args.recipe, args.data), args.epochs, args.batch, args.rate)
    weights = beginning(args.weights, args.seed, graph, args.partly)
    settings, data = planned(graph, args.data, recipe, args.seed, weights.describe())
    folder = Path(args.output) if args.output else target(graph, None, ".run")
    return settings, data, asked, Keeping(folder, args.resume, args.tensorboard, args.checkpoint_steps), weights


def start(settings: "Settings", data: DataSet, asked: "Machine", keeping: "Keeping", weights: "Weights") -> int:
    """Train one network, and say what came of it."""
    from archspec.cli.training import Bar, told
    from archspec.training.run import train
    from archspec.weights.partly import Partly

    try:
        with Bar() as bar:
            trained = train(settings, data, asked, keeping, weights, bar, bar.seen)
    except KeyboardInterrupt:
        print(f"{keeping.folder} has what was done up to the last checkpoint; `--resume` goes on", file=sys.stderr)
        raise
    told(trained, weights.others if isinstance(weights, Partly) else ())
    return 0
