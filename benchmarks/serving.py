"""Calls within processes that stay: everything imported and made before, the first call not counted."""

import select
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from benchmarks.measure import (
    Entrant,
    Failed,
    Measured,
    Run,
    Say,
    attempt,
    environment,
    last_line,
    missing,
    proved,
    quiet,
)


@dataclass
class Server:
    """A process that makes a call for every line that it is sent."""

    entrant: Entrant
    child: "subprocess.Popen[str]"
    folder: Path

    def call(self, limit: float) -> Run:
        """One call. Raises Failed."""
        asked, told = self.child.stdin, self.child.stdout
        assert asked
        assert told
        try:
            print(flush=True, file=asked)
        except OSError:
            raise Failed(f"failed: {last_line(self.folder / 'err')}") from None
        if not select.select([told], [], [], limit)[0]:
            raise Failed(f"takes longer than {limit:g} s")
        line = told.readline()
        if not line:
            raise Failed(f"failed: {last_line(self.folder / 'err') or 'it said nothing'}")
        proved(self.entrant, lambda: self.entrant.answer(line, self.folder))
        return Run(float(line.split()[1]))


def calls(entrants: Sequence[Entrant], rounds: int = 5, limit: float = 120, say: Say = quiet) -> list[Measured]:
    """The calls of each entrant, `benchmarks.peer` with `--serve`, one after another, and that so many times over."""
    found = [Measured(entrant, fault=missing(entrant)) for entrant in entrants]
    with serving([each.entrant for each in found if not each.fault]) as servers:
        for number in range(rounds + 1):
            for each in found:
                if not each.fault:
                    say(f"{each.name}, {number} of {rounds}")
                    attempt(each, partial(servers[each.name].call, limit))
    for each in found:
        del each.runs[:1]
    return found


@contextmanager
def serving(entrants: Sequence[Entrant]) -> Iterator[dict[str, Server]]:
    """The processes by name, ended at last."""
    with tempfile.TemporaryDirectory() as home:
        servers = {entrant.name: start(entrant, Path(home, str(number))) for number, entrant in enumerate(entrants)}
        try:
            yield servers
        finally:
            for server in servers.values():
                server.child.kill()
                server.child.communicate()


def start(entrant: Entrant, folder: Path) -> Server:
    """Start a process in a folder of its own."""
    folder.mkdir()
    err: IO[bytes]
    with (folder / "err").open("wb") as err:
        child = subprocess.Popen(
            [*entrant.command, "--serve"],
            cwd=folder,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=err,
            text=True,
        )
    return Server(entrant, child, folder)
