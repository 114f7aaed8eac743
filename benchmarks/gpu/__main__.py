"""`python -m benchmarks.gpu`: check what only a GPU shows, and print the tables.

Exit status: 0 when nothing failed, 1 when something did, 2 for a wrong use of the command or where there is no GPU.
"""

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from archspec.files import replacing
from benchmarks.gpu.checks import CHECKS
from benchmarks.gpu.finding import LATE, Asked, Finding
from benchmarks.gpu.page import page
from benchmarks.gpu.program import findings
from benchmarks.machine import commit, machine

SECONDS = 465.0
"""What all of it may take: less than eight minutes."""


def names(text: str) -> list[str]:
    """The checks that `--only` names."""
    asked = text.split(",")
    unknown = [name for name in asked if name not in CHECKS]
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no check `{unknown[0]}`; there is {', '.join(CHECKS)}")
    return [name for name in CHECKS if name in asked]


def make_parser() -> argparse.ArgumentParser:
    """The command line."""
    listed = "\n".join(f"  {name:12} {check.about}" for name, check in CHECKS.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gpu",
        description="Check archspec's networks in PyTorch on a GPU, in less than eight minutes.",
        epilog=f"checks:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--device", choices=("cuda", "cpu"), default="cuda", help="cpu tries the script where no GPU is"
    )
    parser.add_argument("--quick", action="store_true", help="tiny sizes: the same code, no figure to be quoted")
    parser.add_argument("--only", type=names, default=list(CHECKS), metavar="CHECKS", help="some: train,memory")
    parser.add_argument("--minutes", type=float, default=SECONDS / 60, help="all checks together (default %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the machine and every finding to a file")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for."""
    args = make_parser().parse_args(arguments)
    facts = about(args.device)
    if not facts:
        print("PyTorch finds no GPU; `--device cpu --quick` tries the script without one", file=sys.stderr)
        return 2
    started, found = perf_counter(), {}
    whole = 60 * args.minutes
    shares = sum(CHECKS[name].seconds for name in args.only)
    for name in args.only:
        left = whole - (perf_counter() - started)
        seconds = min(left, left * CHECKS[name].seconds / shares)
        shares -= CHECKS[name].seconds
        found[name] = told(name, args, seconds, left)
    facts = [*facts, f"{perf_counter() - started:.0f} seconds"]
    print(page(facts, found))
    if args.json:
        held = {"machine": facts, "checks": {name: [each._asdict() for each in found[name]] for name in found}}
        with replacing(args.json) as file:
            file.write(json.dumps(held, indent=1).encode() + b"\n")
    return 1 if any(each.verdict == "failed" for part in found.values() for each in part) else 0


def told(name: str, args: argparse.Namespace, seconds: float, most: float) -> list[Finding]:
    """What a check finds, told on the way, a line for each."""
    if seconds < 1:
        return [Finding(name, "not run", LATE)]
    found = []
    for finding in findings(name, Asked(args.device, args.quick, seconds), most):
        found.append(finding)
        print(f"{name}: {finding.subject}: {finding.verdict} {finding.why}".rstrip(), file=sys.stderr, flush=True)
    return found


def about(device: str) -> list[str]:
    """The machine, as lines; none where there is no such device."""
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        return []
    lines = [f"Machine: {machine()}", f"Commit{commit() or ' not known'}; Python {platform.python_version()}"]
    if device == "cuda":
        driver = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
        told = subprocess.run(driver, capture_output=True, text=True).stdout.split("\n")[0]
        memory = torch.cuda.get_device_properties(0).total_memory / 2**30
        lines.append(f"GPU: {torch.cuda.get_device_name()}, {memory:.0f} GiB, driver {told or 'not known'}")
    return [*lines, f"torch {torch.__version__}, CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}"]


if __name__ == "__main__":
    raise SystemExit(main())
