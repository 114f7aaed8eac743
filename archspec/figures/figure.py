"""A figure as a Python program and the command have it: shown in a notebook, written to a file."""

from os import PathLike
from pathlib import Path

from archspec.diagnostics import problem
from archspec.figures import svg, tikz
from archspec.figures.caption import caption
from archspec.figures.formats import FORMATS
from archspec.figures.scene import Scene
from archspec.files import replacing


class Figure:
    """A drawn network."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def _repr_svg_(self) -> str:
        return self.svg()

    def svg(self) -> str:
        """The figure as SVG."""
        return svg.write(self.scene)

    def tex(self) -> str:
        """The figure as TikZ."""
        return tikz.write(self.scene)

    def dot(self) -> str:
        """The figure in Graphviz's language."""
        from archspec.figures import dot  # the library that writes it takes its time to import

        return dot.write(self.scene)

    @property
    def caption(self) -> str:
        """A caption for LaTeX, with the counts."""
        return caption(self.scene)

    @property
    def about(self) -> str:
        """What it shows, in words."""
        return self.scene.about

    def save(self, path: str | PathLike[str], format: str | None = None, dpi: int = 300) -> None:
        """Write it as what the file's ending says, unless told. Raises Problem: E602, E605, E607."""
        format = format or Path(path).suffix.removeprefix(".")
        if format not in FORMATS:
            help = f"endings: {', '.join(f'.{each}' for each in FORMATS)}"
            raise problem("E602", f"a figure is not written as `{format}`", help=help)
        data = self.data(format, dpi)
        with replacing(Path(path)) as file:
            file.write(data)

    def data(self, format: str, dpi: int = 300) -> bytes:
        """The bytes of a file of this format. Raises Problem E607 where nothing is installed that draws it."""
        texts = {"svg": self.svg, "tex": self.tex, "dot": self.dot}
        if format in texts:
            return texts[format]().encode()
        from archspec.figures.render import render  # as above

        return render(self.scene, format, dpi)
