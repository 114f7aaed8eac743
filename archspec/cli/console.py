"""What the command says: diagnostics to standard error, results to standard output."""

import json
import os
import sys
from collections.abc import Sequence
from typing import IO, Any

from archspec.diagnostics import Diagnostic


def colored(stream: IO[str]) -> bool:
    """Whether to write in colour: on a terminal, unless `NO_COLOR` is set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show(diagnostics: Sequence[Diagnostic]) -> None:
    """Print diagnostics for a person."""
    if diagnostics:
        from archspec.report.rendering import render_all

        print(render_all(diagnostics, colored(sys.stderr)), file=sys.stderr)


def print_json(value: Any) -> None:
    """Print a value for a tool."""
    print(json.dumps(value, indent=2, ensure_ascii=False))
