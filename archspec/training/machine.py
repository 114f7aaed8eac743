"""What a network is trained on: nothing here changes what is computed, but for rounding."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from archspec.diagnostics import problem
from archspec.training import DEVICES, PRECISIONS, WORKERS
from archspec.training.processes import Processes, started


@dataclass(frozen=True)
class Machine:
    """How a network runs while it is trained."""

    device: str = "auto"
    """`cpu`, `cuda`, `mps`; `auto` is a GPU where there is one."""
    precision: str = "fp32"
    """`tf32` rounds what matrices are multiplied of (on GPUs); `bf16` runs layers in bfloat16 where PyTorch's autocast
    does. Weights, their updates and losses are float32 in all."""
    channels_last: bool = False
    """Whether maps lie in memory with their channels innermost, which convolutions on GPUs prefer."""
    compile: bool = False
    """Whether the network goes through `torch.compile`."""
    workers: int = 0
    """Processes that read images."""

    @contextmanager
    def room(self) -> Iterator[None]:
        """Raises Problem E505 where the memory is full."""
        try:
            yield
        except RuntimeError as error:
            if not isinstance(error, torch.OutOfMemoryError) and "DefaultCPUAllocator" not in str(error):
                raise
            help = "`accumulate` in the recipe has a batch in parts; `archspec summary --batch N` says what they take"
            found = str(error).rpartition("DefaultCPUAllocator: ")[2].split(". ")[0]
            raise problem("E505", "a batch does not fit in memory", found, help) from None

    def place(self, processes: Processes | None = None) -> torch.device:
        """The device of this process. Raises Problem: E602 for what is none, E625 where there is none."""
        for what, asked, known in (("device", self.device, DEVICES), ("precision", self.precision, PRECISIONS)):
            if asked not in known:
                raise problem("E602", f"there is no {what} `{asked}`", help=f"there is {', '.join(known)}")
        if not 0 <= self.workers <= WORKERS:
            raise problem("E602", f"{self.workers} is no number of processes that read", f"from 0 to {WORKERS}")
        local = (processes or started()).local
        there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
        kind = next(each for each in ("cuda", "mps", "cpu") if there[each]) if self.device == "auto" else self.device
        if not there[kind]:
            raise problem("E625", f"PyTorch finds no device `{kind}` here", help="`--device cpu` always goes")
        if kind != "cuda":
            return torch.device(kind)
        if local >= torch.cuda.device_count():
            found = f"{torch.cuda.device_count()} GPUs, and this is process {local} of its machine"
            raise problem("E625", "there are fewer GPUs than processes", found, "`--nproc-per-node` is their number")
        torch.cuda.set_device(local)
        return torch.device("cuda", local)

    def settle(self, device: torch.device) -> None:
        """Tell PyTorch what holds for the whole process."""
        if device.type == "cuda":
            torch.backends.cudnn.benchmark = True  # sizes stay the same from step to step
            torch.backends.cudnn.allow_tf32 = self.precision != "fp32"
            torch.backends.cuda.matmul.allow_tf32 = self.precision != "fp32"

    def laid(self, value: Any) -> Any:
        """A module or a batch of images as it is to lie in memory."""
        return value.to(memory_format=torch.channels_last) if self.channels_last else value

    def cast(self, device: torch.device) -> AbstractContextManager[Any]:
        """Where layers run in the precision that is asked for."""
        return torch.autocast(device.type, torch.bfloat16) if self.precision == "bf16" else nullcontext()

    def compiled(self, network: nn.Module) -> Callable[[Tensor], Any]:
        """The network as it runs in training."""
        return torch.compile(network) if self.compile else network
