"""An architecture search: the counts of many candidates of one text. Every call counts them anew."""

from collections.abc import Callable

from benchmarks.many import SPACE, drawn


def archspec(number: str) -> Callable[[], int]:
    """Candidates around ResNet-50, all different; gives the sum of their parameters."""
    from archspec import count

    text, wanted = SPACE.read_text(encoding="utf-8"), drawn(int(number))

    def call() -> int:
        return sum(count(text, input=size, **lets).params.trainable for size, lets in wanted)

    return call
