"""Numbers as papers state them: `144M`, `0.27M`, `3.6e9`, `60 million`, `138,357,544`."""

import re
from decimal import Decimal
from typing import NamedTuple

UNITS = {
    "": 0, "k": 3, "thousand": 3, "m": 6, "million": 6, "b": 9, "g": 9, "billion": 9, "t": 12, "trillion": 12,
}  # fmt: skip
"""Powers of ten; letters in either case."""

FORM = re.compile(
    r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<decimals>[0-9]+))?"
    r"(?:e(?P<power>[0-9]+))? ?(?P<unit>[A-Za-z]*)"
)


class Amount(NamedTuple):
    """A stated number: its value, and the size of one step in its last digit (0 for an exact integer)."""

    value: Decimal
    step: Decimal
    decimals: int = 0
    ending: str = ""
    """What stands behind the digits: `M`, `e9`, ` million`."""

    def holds(self, actual: int) -> bool:
        """Whether an exact value rounds to what is stated; a tie may round either way."""
        return abs(actual - self.value) * 2 <= self.step

    def like(self, actual: int) -> str:
        """An exact value, written as this one is: `138M` for `133M`."""
        if not self.step:
            return f"{actual:,}"
        scale = self.step * Decimal(10) ** self.decimals
        return f"{Decimal(actual) / scale:.{self.decimals}f}{self.ending}"


def read_amount(text: str) -> Amount | None:
    """The number a text states; None when it states none."""
    found = FORM.fullmatch(text.strip())
    if not found or (unit := found["unit"].lower()) not in UNITS or int(found["power"] or 0) > 30:
        return None
    decimals = found["decimals"] or ""
    digits = Decimal(found["digits"].replace(",", "") + decimals)
    if not unit and not found["power"]:
        return None if decimals else Amount(digits, Decimal(0))
    step = Decimal(10) ** (UNITS[unit] + int(found["power"] or 0) - len(decimals))
    ending = text.strip()[max(found.end("digits"), found.end("decimals")) :]
    return Amount(digits * step, step, len(decimals), ending)
