"""Lengths for numbers."""


def scaled(value: float, most: float, least: float, power: float, low: float, high: float) -> float:
    """A length for a number, from the least one's to the most one's, growing as a power of it."""
    if most == least:
        return high
    share: float = (value**power - least**power) / (most**power - least**power)
    return low + (high - low) * share
