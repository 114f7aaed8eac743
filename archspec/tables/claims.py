"""What the rows of a table claim in numbers: weight layers, parameters, multiply-adds, and the input's size."""

import re

from archspec.checks.amounts import read_amount
from archspec.source import LOOKALIKES
from archspec.tables.heading import plain
from archspec.tables.sheet import Cell

LAYERS = re.compile(r"(?P<count>[0-9]{1,5})[\s-]*(?:weight\s+)?layers?", re.IGNORECASE)
NAMES = {
    "depth": re.compile(r"(?:number of )?(?:weight )?layers|depth|# ?layers"),
    "params": re.compile(r"(?:number of |# ?(?:of )?|total )?(?:trainable )?param(?:eter)?s?\b.*"),
    "macs": re.compile(r"(?:number of )?(?:flops|macs?|multiply[- ]adds?|mult-adds?|madds?)\b.*"),
}
"""How rows of numbers are called."""
CLAIMS = tuple(NAMES)
"""What tables claim of their networks."""
MILLIONS = re.compile(r"million|\bin m\b|\(m\)|10\^?6", re.IGNORECASE)
BILLIONS = re.compile(r"billion|giga|\bin g\b|\(g\)|10\^?9|gflops|gmacs", re.IGNORECASE)
POWER = re.compile(r"(?P<digits>[0-9.,]+)\s*(?:[x·*]\s*)?10\s*\^?\s*\{?(?P<power>[0-9]{1,2})\}?")
SMALL = re.compile(r"[0-9]{1,4}(?:\.[0-9]+)?")
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
UNITS = {3: "K", 6: "M", 9: "G", 12: "T"}
INPUT = re.compile(
    r"(?:input|image)?\W*(?P<size>[0-9]{1,10}\s*x\s*[0-9]{1,10}(?:\s*x\s*[0-9]{1,10})?|[0-9]{1,10})\s*(?P<color>RGB|gr[ae]y)?"
    r"(?:scale)?(?:\s+images?)?\W*",
    re.IGNORECASE,
)


def claimed(name: str) -> str | None:
    """What a row of this name states."""
    return next((claim for claim, pattern in NAMES.items() if pattern.fullmatch(plain(name))), None)


def amount(cell: Cell, claim: str, context: str) -> str | None:
    """A number as the language writes it, None where there is none: `1.8G` of `1.8×10^9`, `133M` of `133`.

    `context` is what stands around the row: parameters are in millions where it says so, and where numbers are too
    small to be anything else.
    """
    text = cell.text.translate(LOOKALIKES).translate(SUPERSCRIPTS).strip()
    if found := POWER.fullmatch(text):
        power = int(found["power"])
        text = found["digits"] + UNITS.get(power, f"e{power}")
    elif claim == "depth" and (found := LAYERS.fullmatch(text)):
        text = found["count"]
    elif claim != "depth" and SMALL.fullmatch(text):
        text += unit(claim, context)
    return text if read_amount(text) else None


def unit(claim: str, context: str) -> str:
    """The unit of numbers that have none themselves."""
    if BILLIONS.search(context):
        return "G"
    return "M" if claim == "params" or MILLIONS.search(context) else ""


def is_input(text: str) -> bool:
    """Whether a cell says what the network is given."""
    return bool(re.match(r"(?:input|image)\b", text, re.IGNORECASE))


def extent(text: str) -> str | None:
    """The input as the language writes it: `224x224 RGB` of `input (224×224 RGB image)`."""
    found = INPUT.fullmatch(text.translate(LOOKALIKES))
    if not found:
        return None
    color = found["color"] or ""
    size = re.sub(r"\s", "", found["size"])
    return f"{size} {'RGB' if color.lower() == 'rgb' else 'gray'}" if color else size
