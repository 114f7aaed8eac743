"""Runs one check: `python -m benchmarks.gpu.child NAME ASKED`, what is asked as JSON.

Every finding is a line of JSON on standard output as soon as it is there, so that none is lost with what comes after.
"""

import json
import os
import sys
from importlib import import_module

from benchmarks.gpu.finding import Asked


def main(name: str, told: str) -> None:
    """Run it."""
    asked = Asked(**json.loads(told))
    with os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8") as answers:
        os.dup2(2, 1)  # what PyTorch prints is no finding
        for finding in import_module(f"benchmarks.gpu.checks.{name}").run(asked):
            print(finding.line(), file=answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
