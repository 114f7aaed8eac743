"""The colours of all figures: one frozen table, tried for every kind of colour vision and for grey prints."""

STAGES = ("#ECF6BC", "#AFECE2", "#E4D165", "#AAC8A0", "#E099D3", "#739FF9")
"""Fills of stages in turn: black text on each has a contrast of 8 or more, and any two differ by 19 or more (CIE 76) in
all four visions."""
GREYS = ("#F0F0F0", "#E0E0E0", "#D0D0D0", "#C0C0C0", "#B0B0B0", "#A1A1A1")
"""The same for a page without colour: 5 or more apart in lightness (CIE L*), black text on each has a contrast of 8."""
FILLS = {"plain": "#FFFFFF", **{f"stage{index}": color for index, color in enumerate(STAGES)}}
MONO = {"plain": "#FFFFFF", **{f"stage{index}": grey for index, grey in enumerate(GREYS)}}
THEMES = {"color": FILLS, "mono": MONO}
INK = "#1A1A1A"
QUIET_INK = "#595959"
