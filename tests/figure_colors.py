"""How colours look: contrast (WCAG 2), lightness, and how far apart they are for every kind of colour vision.

Colour blindness by Machado, Oliveira & Fernandes 2009, "A physiologically-based model for simulation of color vision
deficiency", severity 1.0, on linear RGB; distances by CIE 1976 (D65).
"""

from itertools import combinations

VISIONS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1.0, 1.08883)

Triple = tuple[float, float, float]


def linear(color: str) -> Triple:
    """The light of `#RRGGBB`, 0 to 1 each."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    )
    return red, green, blue


def product(matrix: tuple[Triple, ...], vector: Triple) -> Triple:
    x, y, z = (sum(cell * value for cell, value in zip(row, vector, strict=True)) for row in matrix)
    return x, y, z


def lab(color: str, vision: str = "normal") -> Triple:
    """CIE L*a*b* of a colour as some eyes see it."""
    seen = product(VISIONS[vision], linear(color))
    light = product(XYZ, tuple(min(max(value, 0), 1) for value in seen))  # type: ignore[arg-type]
    x, y, z = (root(value / white) for value, white in zip(light, WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def root(value: float) -> float:
    return value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116


def luminance(color: str) -> float:
    return sum(share * value for share, value in zip((0.2126, 0.7152, 0.0722), linear(color), strict=True))


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def distance(one: str, other: str, vision: str) -> float:
    return sum((a - b) ** 2 for a, b in zip(lab(one, vision), lab(other, vision), strict=True)) ** 0.5


def faults(fills: list[str], ink: str = "#000000", mono: bool = False) -> list[str]:
    """What is wrong with fills that are to be told apart under black words: as colours, and as the greys of a print."""
    said = [f"R16 words on {fill} have a contrast of {contrast(fill, ink):.1f}" for fill in fills]
    found = [text for text, fill in zip(said, fills, strict=True) if contrast(fill, ink) < 7]
    found += [f"R16 {fill} is no grey" for fill in fills if mono and not fill[1:3] == fill[3:5] == fill[5:7]]
    for one, other in combinations(fills, 2):
        for vision in () if mono else VISIONS:
            if distance(one, other, vision) < 12:
                found.append(f"R16 {one} and {other} look alike: {distance(one, other, vision):.1f} {vision}")
        if abs(lab(one)[0] - lab(other)[0]) < 5:
            found.append(f"R16 {one} and {other} are the same in grey: {abs(lab(one)[0] - lab(other)[0]):.1f}")
    return found


def alike(lines: list[tuple[str, str, str]]) -> list[str]:
    """What is wrong with lines on white that mean different things: words, colour, and what else tells them apart."""
    found = [f"R16 {words!r} is too pale: {color}" for words, color, _ in lines if contrast(color, "#FFFFFF") < 3]
    for (words, one, way), (others, other, elsewise) in combinations(lines, 2):
        if way == elsewise and min(distance(one, other, vision) for vision in VISIONS) < 12:
            found.append(f"R16 the lines of {words!r} and {others!r} look alike: {one}, {other}")
    return found
