"""The processes that train together: one, or as many as `torchrun` started."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

import torch
from torch import distributed
from torch.distributed.rendezvous import rendezvous

from archspec.diagnostics import Problem, problem

if TYPE_CHECKING:
    from torch._C._distributed_c10d import Store

Found = TypeVar("Found")
PATIENCE = timedelta(minutes=30)
"""How long one waits for another: its data may have to be read first."""
MEETING = timedelta(minutes=3)
"""How long one waits for the others at first."""


class Processes(NamedTuple):
    """This process's place among all that train together."""

    rank: int = 0
    size: int = 1
    """How many there are."""
    local: int = 0
    """Its number on its machine, which is that of its GPU."""

    @property
    def leads(self) -> bool:
        """Whether it is the one that writes and speaks."""
        return self.rank == 0

    def summed(self, values: Sequence[float], device: torch.device) -> list[float]:
        """Numbers added over all processes."""
        if self.size == 1:
            return list(values)
        # a device of Apple's has no float64, and whole counts are to stay whole
        kind = torch.float32 if device.type == "mps" else torch.float64
        total = torch.tensor(values, dtype=kind, device=device)
        distributed.all_reduce(total)
        return [float(value) for value in total.tolist()]

    def shared(self, found: Found | None) -> Found:
        """What the first process has found; the others find it here."""
        given = [found]
        if self.size > 1:
            distributed.broadcast_object_list(given, src=0)
        return cast(Found, given[0])

    def wait(self) -> None:
        """Go on when all have come this far."""
        if self.size > 1:
            distributed.barrier()


def started() -> Processes:
    """What `torchrun` says of this process; it is alone where nothing started it. Raises Problem E625 for nonsense."""
    names = ("RANK", "WORLD_SIZE", "LOCAL_RANK")
    said = [os.environ.get(name) for name in names]
    if said[1] is None:
        return Processes()
    try:
        rank, count, local = (int(value or 0) for value in said)
    except ValueError:
        shown = ", ".join(f"{name}={value}" for name, value in zip(names, said, strict=True))
        raise problem("E625", "what the environment says of processes is no numbers", shown) from None
    if not 0 <= rank < count:
        raise problem("E625", "what the environment says of processes cannot be", f"RANK={rank}, WORLD_SIZE={count}")
    return Processes(rank, count, local)


@contextmanager
def joined(device: torch.device) -> Iterator[Processes]:
    """This process among those that `torchrun` started, which find each other; by NCCL on GPUs, by gloo elsewhere.

    Raises Problem E625 where they do not.
    """
    own = started()
    if own.size == 1:
        yield own
        return
    try:
        store, rank, size = next(rendezvous("env://", timeout=MEETING))
        store.set_timeout(PATIENCE)
        backend = "nccl" if device.type == "cuda" else "gloo"
        distributed.init_process_group(backend, store=store, rank=rank, world_size=size, timeout=PATIENCE)
    except (ValueError, RuntimeError) as error:
        help = "`torchrun --nproc-per-node 2 -m archspec train ...` starts two that do"
        raise problem("E625", f"process {own.rank} of {own.size} finds no others", str(error)[:200], help) from None
    try:
        with alone(store):
            yield own
    finally:
        distributed.destroy_process_group()


@contextmanager
def alone(store: "Store") -> Iterator[None]:
    """Of processes that end, the first one says why; the others raise a Problem that says nothing.

    Raises Problem E625 where another process is no more, and has not said why.
    """
    try:
        yield
    except (Problem, RuntimeError) as met:
        if not isinstance(met, Problem) and "gloo" not in str(met) and "nccl" not in str(met).lower():
            raise
        try:
            first = store.add("archspec", 1) == 1
        except RuntimeError:  # it was in a process that has ended, as that one has told
            first = False
        if not first:
            raise Problem() from None
        if isinstance(met, Problem):
            raise
        raise problem("E625", "a process that trains was ended", str(met)[:200]) from None
