"""The checks by name, each a module with `run(asked)`, in the order in which they are run."""

from typing import NamedTuple


class Told(NamedTuple):
    """What a check is about, and how many of the seconds it is given."""

    about: str
    seconds: float


CHECKS = {
    "train": Told("every shipped network trains five steps, in fp32 and in bf16 autocast", 105),
    "compiled": Told("torch.compile: no graph break, no recompilation, the same gradients", 80),
    "captured": Told("a whole step as a CUDA graph, and mode=reduce-overhead: the same as eager", 45),
    "throughput": Told("images per second of a training step, ours beside a hand-written module", 140),
    "memory": Told("memory of a training step, beside what archspec predicts", 25),
    "digits": Told("archspec.train on handwritten digits: the errors of the CPU, and degradation", 45),
    "distributed": Told("DistributedDataParallel with one process: the same as without", 20),
}
