"""The CRC-32 of bytes from those of their parts, so that threads can sum up one each.

A CRC is what is left of the bytes, read as one long polynomial over two elements, after division by a fixed one. To
put bytes behind others is to multiply by a power of x and to add. A polynomial is a number here whose highest bit
is 1, the next x, and so on (ISO 3309).
"""

from collections.abc import Iterable
from functools import cache

DIVISOR = 0xEDB88320
"""The fixed polynomial without its highest power, x^32."""
ONE = 1 << 31


def joined(parts: Iterable[tuple[int, int]]) -> int:
    """The CRC-32 of parts one after another, from that of each and its length in bytes."""
    crc = 0
    for own, length in parts:
        crc = times(crc, moved(length)) ^ own
    return crc


@cache
def moved(length: int) -> int:
    """What to multiply by to make room for so many bytes: x to the power of 8 for each."""
    power, bit = ONE, 0
    while length >> bit:
        power = times(power, squared(bit)) if length >> bit & 1 else power
        bit += 1
    return power


@cache
def squared(often: int) -> int:
    """x^8, squared so many times."""
    root = squared(often - 1) if often else ONE >> 4
    return times(root, root)


def times(a: int, b: int) -> int:
    """The product of two polynomials, divided by the fixed one."""
    product = 0
    while a:
        product ^= b if a & ONE else 0
        a = a << 1 & 0xFFFFFFFF
        b = b >> 1 ^ (DIVISOR if b & 1 else 0)
    return product
