"""Runs a command with its output in two files, and prints what it took.

It prints seconds, processor seconds, peak memory in MB and the exit status. It is a small process of its own, since the
kernel counts the memory of a process into the peak of the programs that it starts.
"""

import os
import sys
import time

UNIT = 2**20 if sys.platform == "darwin" else 2**10
"""Of peak memory, in bytes: kilobytes on Linux, bytes on macOS."""


def main(out: str, err: str, *command: str) -> None:
    """Run it, and wait for it."""
    new = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    files = [(1, out, new), (2, err, new), (0, os.devnull, os.O_RDONLY)]
    actions = [(os.POSIX_SPAWN_OPEN, number, path, flags, 0o600) for number, path, flags in files]
    started = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, used = os.wait4(process, 0)
    seconds = time.perf_counter() - started
    print(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / UNIT, os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(*sys.argv[1:])
