"""What stands in a row several times."""

from collections.abc import Sequence

LONGEST = 8
"""Items of a part that is looked for."""


def longest(prints: Sequence[object], at: int) -> tuple[int, int]:
    """The length of the part that repeats from here on, and how often it stands there: the longest run of all."""
    best = (1, 1)
    for length in range(1, min(LONGEST, (len(prints) - at) // 2) + 1):
        part, times = prints[at : at + length], 1
        while prints[at + times * length : at + (times + 1) * length] == part:
            times += 1
        if times > 1 and length * times > best[0] * best[1]:
            best = (length, times)
    return best
