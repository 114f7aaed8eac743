"""Pictures: drawn by the `dot` command where there is one, by the library in the pygraphviz wheel where not.

Either draws in a process of its own: a dense graph of some hundred arrows can take Graphviz minutes, and only
a process can be ended.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from importlib.util import find_spec

from archspec.diagnostics import problem

PATIENCE = 30
"""Seconds that a drawing may take."""
DATE = re.compile(rb"/CreationDate \(D:\d{14}Z\)")
NO_DATE = b"/CreationDate (D:19700101000000Z)"
"""Not every Graphviz heeds SOURCE_DATE_EPOCH; this is as long as the date it stands for, so offsets hold."""
INSTEAD = "write the diagram's text, `--to dot`, and lay it out with another tool"


def render(source: str, format: str) -> bytes:
    """The picture of a diagram in Graphviz's language, as svg, pdf or png.

    Raises Problem E607 when nothing is installed that draws, and when drawing fails or takes too long.
    """
    with program() as command:
        try:
            done = subprocess.run(
                [*command, f"-T{format}"],
                input=source.encode(),
                capture_output=True,
                timeout=PATIENCE,
                env={**os.environ, "TZ": "UTC", "SOURCE_DATE_EPOCH": "0"},
            )
        except subprocess.TimeoutExpired:
            raise problem("E607", "drawing takes too long", f"over {PATIENCE} s", INSTEAD) from None
    if done.returncode:
        raise problem("E607", "Graphviz did not draw the diagram", last_line(done.stderr), INSTEAD)
    if b"too large" in done.stderr:  # it has shrunk the picture until nothing can be read
        raise problem("E607", f"the diagram is too large for {format}", help="use `--to svg` or `--to pdf`")
    return DATE.sub(NO_DATE, done.stdout)


@contextmanager
def program() -> Iterator[list[str]]:
    """The command that draws: it is given `-TFORMAT` and, as its input, the diagram's text."""
    dot = shutil.which("dot")
    if dot:
        yield [dot]
    elif find_spec("pygraphviz"):
        with as_file(files("archspec.backends.dot") / "wheel.py") as script:
            yield [sys.executable, "-P", str(script)]
    else:
        raise problem(
            "E607",
            "nothing is installed that draws diagrams",
            help=f"install Graphviz, or `pip install archspec-nn[figures]`; or {INSTEAD}",
        )


def last_line(output: bytes) -> str:
    """What a program said last."""
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "it said nothing"
