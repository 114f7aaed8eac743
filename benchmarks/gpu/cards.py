"""What cards can do at most, as NVIDIA's data sheets tell it: dense, without sparsity."""

PEAKS = {
    "H200": (989.0, 494.0),
    "H100 PCIe": (756.0, 378.0),
    "H100 NVL": (835.0, 417.0),
    "H100": (989.0, 494.0),
    "A100": (312.0, 156.0),
    "A10": (125.0, 62.5),
    "L40S": (362.0, 183.0),
    "L4": (121.0, 60.0),
}
"""Teraflops in bf16 and in TF32, by what stands in a card's name; the first that does."""


def peak_of(card: str, bf16: bool) -> float | None:
    """Operations per second of a card at most; None where it is not known."""
    words = card.replace("-", " ")
    found = next((peak for name, peak in PEAKS.items() if f" {name} " in f" {words} "), None)
    return found[0 if bf16 else 1] * 1e12 if found else None
