"""How wide words are: the advance widths of Helvetica, which Arial and Liberation Sans share (Adobe's font metrics)."""

FAMILY = "Arial, Helvetica, sans-serif"
NARROW = {
    191: "'", 222: "ijl", 260: "|", 278: " !,./:;I[\\]ft", 333: "()-`r²", 334: "{}", 355: '"', 389: "*", 469: "^",
    500: "Jcksvxyz", 556: "#$0123456789?L_abdeghnopqu–", 584: "+<=>~×", 611: "FTZ", 667: "&ABEKPSVXY", 722: "CDHNRUw",
    778: "GOQ", 833: "Mm", 889: "%", 944: "W", 1000: "—…", 1015: "@",
}  # fmt: skip
"""Characters by width, in thousandths of the font's size."""
WIDTHS = {character: width for width, characters in NARROW.items() for character in characters}
WIDEST = 1015
BOLD = 1.08
"""How much wider bold letters are, at most."""


def width(text: str, size: float) -> float:
    """The width of words in points; a character that is not listed counts as the widest."""
    return sum(WIDTHS.get(character, WIDEST) for character in text) * size / 1000
