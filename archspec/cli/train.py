"""`archspec train PATH[:COLUMN] [--data SET] [--recipe NAME|FILE.toml] [-o FOLDER]`"""

import argparse
from typing import TYPE_CHECKING

from archspec.cli.choices import add_choices, add_weights, positive
from archspec.cli.networks import one, target
from archspec.data import SETS
from archspec.diagnostics import needed
from archspec.files import shipped
from archspec.training import INSTALL

if TYPE_CHECKING:
    from archspec.training.machine import Machine

DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("fp32", "tf32", "bf16")


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
    parser.add_argument("--rate", type=float, metavar="R", help="the learning rate, in place of the recipe's")
    parser.add_argument("-o", "--output", metavar="FOLDER", help="where the run goes (default NAME.run)")
    parser.add_argument("--resume", action="store_true", help="go on with the run that is there, if there is one")
    add_weights(parser, what="what training begins with: ")
    parser.add_argument("--checkpoint-steps", type=positive, metavar="N", help="write a checkpoint every N steps, too")
    parser.add_argument("--tensorboard", action="store_true", help="write what TensorBoard shows, too")
    add_machine(parser)
    add_choices(parser)


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
    """Train one network."""
    from archspec.cli.training import Bar, told

    asked = machine(args)
    with needed(INSTALL):
        from archspec.training.plan import changed, planned, recipe_of
        from archspec.training.run import Keeping, train
    graph = one(args.path, args)
    recipe = changed(recipe_of(args.recipe, args.data), args.epochs, args.batch, args.rate)
    settings, data = planned(graph, args.data, recipe, args.seed, args.weights)
    keeping = Keeping(target(graph, args.output, ".run"), args.resume, args.tensorboard, args.checkpoint_steps)
    with Bar() as bar:
        trained = train(settings, data, asked, keeping, args.weights, bar)
    told(trained)
    return 0
