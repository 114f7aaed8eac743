"""What a figure can be written as."""

FORMATS = ("svg", "tex", "dot", "pdf", "png")
"""The endings of files."""
