"""Commands of archspec that run as processes of their own, some at a time: on a processor or a GPU each."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch

from archspec.cores import cores
from archspec.diagnostics import problem

Command = tuple[str, list[str]]
"""What a person calls it, and its words."""
Place = Mapping[str, str]
"""The environment that puts a process on its processor or GPU."""
PAUSE = 0.2
"""Seconds between two looks at the processes."""


def places(jobs: int | None) -> list[Place]:
    """Where as many processes run: on the GPUs in turn, or each on one thread of the processor.

    With one thread each, what they compute does not depend on how many there are.
    """
    gpus = torch.cuda.device_count()
    if not gpus:
        return [{"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}] * (jobs or cores())
    named = os.environ.get("CUDA_VISIBLE_DEVICES", ",".join(map(str, range(gpus)))).split(",")
    return [{"CUDA_VISIBLE_DEVICES": named[number % gpus]} for number in range(jobs or gpus)]


def work(commands: Sequence[Command], free: Sequence[Place], show: Callable[[], None]) -> None:
    """Run commands, each in a free place; `show` is called again and again.

    Whatever ends this ends them. Raises Problem E626 for one that fails, KeyboardInterrupt for one that is interrupted.
    """
    waiting, idle, busy = list(commands), list(free), list[Job]()
    try:
        while waiting or busy:
            while waiting and idle:
                busy.append(Job(waiting.pop(0), idle.pop()))
            for job in [job for job in busy if job.ended()]:
                busy.remove(job)
                idle.append(job.place)
            show()
            if busy:
                time.sleep(PAUSE)
    finally:
        for job in busy:
            job.stop()


class Job:
    """A command under way."""

    def __init__(self, command: Command, place: Place) -> None:
        self.name, words = command
        self.place = place
        root = str(Path(__file__).parents[2])
        path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "archspec", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path, **place},
        )

    def ended(self) -> bool:
        """Whether it is done. Raises as `work` does."""
        if self.process.poll() is None:
            return False
        code, said = self.process.returncode, self.process.communicate()[1].decode(errors="replace")
        if code in INTERRUPTED:
            raise KeyboardInterrupt
        if code:
            raise problem("E626", f"training {self.name} failed", complaint(said) or f"exit status {code}")
        return True

    def stop(self) -> None:
        """End it. What it has written stays, so it can go on another time."""
        with self.process:
            self.process.terminate()


INTERRUPTED = (-signal.SIGINT, 130)
"""How a process ends that was interrupted."""


def complaint(said: str) -> str:
    """What a process said of its end: the first line of a diagnostic, or the last of anything else."""
    lines = said.strip().splitlines()
    return next((line for line in lines if line.startswith("error")), "".join(lines[-1:]))
