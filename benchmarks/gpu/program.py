"""A check as a program of its own, which is ended where it does not end by itself."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from threading import Timer

from benchmarks.gpu.finding import Asked, Finding
from benchmarks.measure import environment

GRACE = 20.0
"""Seconds that a check may take beyond those that it is given: what it began last is not cut off."""
ENDED = -9
"""The status of a program that was ended."""


def findings(name: str, asked: Asked, most: float, module: str = "benchmarks.gpu.child") -> Iterator[Finding]:
    """What a check finds, one after another; at last what became of it, where it broke down or took too long.

    It is ended after `most` seconds, or when it takes longer than it may.
    """
    told = json.dumps({"device": asked.device, "quick": asked.quick, "seconds": asked.seconds})
    command = [sys.executable, "-m", module, name, told]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        with subprocess.Popen(
            command, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as child:
            limit = Timer(min(asked.seconds + GRACE, most), child.kill)
            limit.start()
            try:
                assert child.stdout
                yield from map(Finding.of, child.stdout)
            except BaseException:
                child.kill()
                raise
            finally:
                limit.cancel()
        if child.returncode == ENDED:
            yield Finding(
                name, "not run", f"ended: what it began last took longer than its {asked.seconds:.0f} seconds"
            )
        elif child.returncode:
            errors.seek(0)
            lines = errors.read().strip().splitlines() or [f"exit status {child.returncode}"]
            yield Finding(name, "failed", lines[-1][:300])
