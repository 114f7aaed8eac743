"""`archspec evaluate RUN [--onnx FILE]`"""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from archspec.cli.console import print_json
from archspec.cli.train import add_machine, machine
from archspec.training import evaluate

if TYPE_CHECKING:
    from archspec.training.evaluation import Evaluated


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="the folder of a run")
    parser.add_argument(
        "--weights", default="best", metavar="best|last|FILE", help="of the best epoch (default), the last, or a file"
    )
    parser.add_argument("--onnx", metavar="FILE", help="run this ONNX file in onnxruntime, in place of PyTorch")
    parser.add_argument("--data", metavar="SET", help="another data set than the run's")
    parser.add_argument("--json", action="store_true", help="print an object")
    add_machine(parser)


def run(args: argparse.Namespace) -> int:
    """Test one network."""
    found = evaluate(args.run, weights=args.weights, onnx=args.onnx, data=args.data, machine=machine(args))
    if args.json:
        print_json({**asdict(found), "error": found.error})
    else:
        print(text(found, args.onnx or "PyTorch"))
    return 0


def text(found: "Evaluated", program: str) -> str:
    """A line of what was found."""
    what = "images" if found.counted == found.examples else "pixels"
    rest = [f"mean IU {found.mean_iu:.2f} %"] if found.mean_iu is not None else []
    rest += [f"loss {found.loss:.4f}"] if found.loss is not None else []
    wrong = f"error {found.error:.2f} %, {found.wrong:,} of {found.counted:,} {what} wrong"
    return ", ".join([f"{found.network} in {program}, {found.data}: {wrong}", *rest])
