"""The networks that are compared, which ship as specs: plain and residual ones, of 20 and of 56 layers."""

from typing import Literal, NamedTuple

from archspec.diagnostics import problem
from archspec.graph import Graph
from archspec.network import Network, load
from archspec.rewrite.logits import logits

Kind = Literal["plain", "residual"]
SHALLOW, DEEP = 20, 56


class Bench(NamedTuple):
    """What is compared on a data set."""

    plain: str
    residual: str
    behind: float
    """How many points of training error the deeper plain network is above the other, at least."""
    margin: float
    """How many points the deeper residual network may be above the other."""


CIFAR = Bench("cifar_plain", "cifar_resnet", behind=0.0, margin=0.0)
BENCHES = {
    "digits": Bench("digits_plain", "digits_resnet", behind=10.0, margin=2.0),
    "cifar10": CIFAR,
    "cifar10-layout": CIFAR,
}


class Subject(NamedTuple):
    """One network."""

    kind: Kind
    depth: int
    spec: str
    """Its name and column: `digits_plain:20`."""

    @property
    def name(self) -> str:
        """As papers call it: `plain-20`, `ResNet-56`."""
        return f"{'plain' if self.kind == 'plain' else 'ResNet'}-{self.depth}"

    def network(self) -> Network:
        """The network as its spec has it."""
        return load(self.spec)

    def graph(self) -> Graph:
        """Its graph, which ends in logits."""
        return logits(self.network().graph)


def bench(data: str) -> Bench:
    """What is compared on a data set. Raises Problem E602 where there are no networks for it."""
    name = data.partition(":")[0]
    if name not in BENCHES:
        help = f"there are networks for {', '.join(BENCHES)}"
        raise problem("E602", f"there is no experiment on the data set `{data}`", help=help)
    return BENCHES[name]


def subject(data: str, kind: Kind, depth: int) -> Subject:
    """The network of a kind and depth for a data set. Raises Problem E602."""
    found = bench(data)
    return Subject(kind, depth, f"{found.plain if kind == 'plain' else found.residual}:{depth}")


def subjects(data: str) -> list[Subject]:
    """All four, plain ones first, shallow ones first. Raises Problem E602."""
    kinds: tuple[Kind, ...] = ("plain", "residual")
    return [subject(data, kind, depth) for kind in kinds for depth in (SHALLOW, DEEP)]
