"""Pictures: drawn by the `dot` command where there is one, by the library in the pygraphviz wheel where not.

Either draws in a process of its own, which can be ended, and whose faults are its own.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files
from importlib.util import find_spec

from archspec.diagnostics import problem
from archspec.figures import dot
from archspec.figures.metrics import FAMILY, width
from archspec.figures.scene import Scene, enlarged

PATIENCE = 30
"""Seconds that a drawing may take."""
DATE = re.compile(rb"/CreationDate \(D:\d{14}Z\)")
NO_DATE = b"/CreationDate (D:19700101000000Z)"
"""Not every Graphviz heeds SOURCE_DATE_EPOCH; this is as long as the date it stands for, so offsets hold."""
INSTEAD = "write `.svg`, `.tex` or `.dot`, which need no other program"
FINE = 10
"""How much larger the figure is when Graphviz sets its words, which it puts on a grid of 96 to the inch."""
SAMPLE = "3×3 conv, 512, /2 max pool fc 1000"


def render(scene: Scene, format: str, dpi: int) -> bytes:
    """The picture of a figure, as pdf or png, with every box and line where the figure has it.

    Raises Problem E607 when nothing is installed that draws, and when drawing fails or takes too long.
    """
    with program() as command:
        source = dot.write(enlarged(scene, FINE), setting(command))
        size = f"-Gsize={scene.width / 72:.6f},{scene.height / 72:.6f}"
        done = run([*command, "-Knop2", f"-T{format}", size, *([f"-Gdpi={dpi}"] if format == "png" else [])], source)
    if b"too large" in done.stderr:  # it has shrunk the picture until nothing can be read
        raise problem("E607", f"the figure is too large for {format}", help="write `.svg` or `.pdf`, or lower `--dpi`")
    return DATE.sub(NO_DATE, done.stdout)


def setting(command: Sequence[str]) -> dot.Setting:
    """How wide and how high this Graphviz sets words."""
    size = 72.0
    label = f'shape=plaintext margin=0 height=0 width=0 fontsize={size:g} fontname="{FAMILY}" label="{SAMPLE}"'
    said = run([*command, "-Kdot", "-Txdot"], f"digraph {{ a [{label}] }}").stdout.decode()
    words = re.search(r" T \S+ (\S+) \S+ (\S+) ", said)
    middle = re.search(r'pos="[^,"]+,([^,"]+)"', said)
    if not words or not middle:
        return dot.PLANNED
    return dot.Setting(float(words[2]) / width(SAMPLE, size), (float(middle[1]) - float(words[1])) / size)


def run(command: Sequence[str], source: str) -> subprocess.CompletedProcess[bytes]:
    """Have Graphviz do something. Raises Problem E607 when it fails or takes too long."""
    environment = {**os.environ, "TZ": "UTC", "SOURCE_DATE_EPOCH": "0"}
    try:
        done = subprocess.run(command, input=source.encode(), capture_output=True, timeout=PATIENCE, env=environment)
    except subprocess.TimeoutExpired:
        raise problem("E607", "drawing takes too long", f"over {PATIENCE} s", INSTEAD) from None
    if done.returncode:
        raise problem("E607", "Graphviz did not draw the figure", last_line(done.stderr), INSTEAD)
    return done


@contextmanager
def program() -> Iterator[list[str]]:
    """The command that draws: it is given an engine, a format and, as its input, a graph's text."""
    dot = shutil.which("dot")
    if dot:
        yield [dot]
    elif find_spec("pygraphviz"):
        with as_file(files("archspec.figures") / "wheel.py") as script:
            yield [sys.executable, "-P", str(script)]
    else:
        raise problem(
            "E607",
            "nothing is installed that draws PDF and PNG",
            help=f"install Graphviz, or `pip install archspec-nn[figures]`; or {INSTEAD}",
        )


def last_line(output: bytes) -> str:
    """What a program said last."""
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "it said nothing"
