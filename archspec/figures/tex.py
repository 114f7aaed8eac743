"""Words for TeX."""

import unicodedata

SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": "$<$", ">": "$>$", "|": "$|$", '"': "''",
    "×": r"$\times$", "²": "$^2$", "–": "--", "—": "---", "…": r"\dots{}", "→": r"$\to$", "·": r"$\cdot$",
    "‖": r"$\|$", "⊕": r"$\oplus$", "“": "``", "”": "''", "‘": "`", "’": "'", "ß": r"\ss{}", "ø": r"\o{}",
}  # fmt: skip
"""What stands for a character."""


def latex(text: str) -> str:
    """Words as LaTeX has them, with nothing in them that it takes for a command."""
    return "".join(map(spelled, text))


def spelled(character: str) -> str:
    """A character as TeX has it; of those that only some fonts have, the letter without its accent, or `?`."""
    if character in SIGNS:
        return SIGNS[character]
    if character.isascii():
        return character if character.isprintable() else " "
    base = unicodedata.normalize("NFKD", character)[0]
    return base if base.isascii() and base.isalnum() else "?"
