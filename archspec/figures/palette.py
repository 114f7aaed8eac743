"""The colours of all figures: one frozen table, tried for every kind of colour vision and for grey prints."""

STAGES = ("#D8F8D7", "#F3E09E", "#D3D5AC", "#B2C5DF", "#D6AAB7", "#96AE87")
"""Fills of stages in turn, each darker than the one before: 5 or more apart in lightness (CIE L*) and 12 or more in
colour (CIE 76) in all four visions, white included; black text on each has a contrast of 8 or more."""
GREYS = ("#F0F0F0", "#E1E1E1", "#D2D2D2", "#C3C3C3", "#B4B4B4", "#A5A5A5")
"""The same for a page without colour: 5 or more apart in lightness (CIE L*), words on each have a contrast of 7."""
INK = "#1A1A1A"
QUIET_INK = "#595959"
ARROWS = {
    "conv": "#2C63B4", "point": "#841F6A", "pool": "#D43D47", "up": "#457D4A", "unpool": "#644811",
    "upsample": "#0C9E9D", "copy": "#636162",
}  # fmt: skip
"""Arrows by what they do: 13 or more apart in all four visions, contrast with white 3.3 or more."""
GREY_ARROWS = dict.fromkeys(ARROWS, INK) | dict.fromkeys(("up", "unpool", "upsample"), QUIET_INK) | {"copy": "#8A8A8A"}
"""The same without colour: what makes maps larger and what only hands them on can be told from the rest."""
INKS = {"ink": INK, "quiet": QUIET_INK}
FILLS = {"plain": "#FFFFFF", **{f"stage{index}": color for index, color in enumerate(STAGES)}, "map": STAGES[3]}
MONO = {"plain": "#FFFFFF", **{f"stage{index}": grey for index, grey in enumerate(GREYS)}, "map": GREYS[1]}
THEMES = {"color": FILLS | INKS | ARROWS, "mono": MONO | INKS | GREY_ARROWS}
"""Colours by name, those of fills and those of lines."""
