"""Where the values of a network's tensors come from. Every back end asks here, so all hold the same numbers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from archspec.op import Weight

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


class Weights(Protocol):
    """A source of values, tensor by tensor."""

    seed: int | None
    """The seed they are drawn from; None where they are not drawn."""

    def describe(self) -> str:
        """One word or name for a file's metadata: `he`, `zeros`, or the digest of a weights file."""

    def chunks(self, name: str, weight: Weight) -> Iterator["NDArray[float32]"]:
        """The values of one tensor, flat, in order, a few megabytes at a time."""
