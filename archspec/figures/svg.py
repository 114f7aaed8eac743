"""A scene as SVG 1.1: words stay words, every attribute inline, the same bytes everywhere."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import assert_never

from archspec.figures.metrics import FAMILY
from archspec.figures.palette import THEMES
from archspec.figures.scene import Box, Face, Joint, Line, Point, Scene, Thing, Words
from archspec.figures.strokes import DASHES, THIN, head, number, shaft, sign


def write(scene: Scene) -> str:
    """The figure as a file's text."""
    return "\n".join(Writer(scene).lines()) + "\n"


class Writer:
    """Writes one scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.colors = THEMES[scene.theme]
        self.named: set[str] = set()

    def lines(self) -> Iterator[str]:
        """The whole file, line by line."""
        width, height = number(self.scene.width), number(self.scene.height)
        size = f'width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}"'
        yield f'<svg xmlns="http://www.w3.org/2000/svg" version="1.1" {size} font-family="{FAMILY}" {SHEET}>'
        yield f"<title>{plain(self.scene.title)}</title>"
        yield f"<desc>{plain(self.scene.about)}</desc>"
        for item in self.scene.items:
            yield from self.drawn(item)
        yield "</svg>"

    def drawn(self, item: Thing) -> Iterator[str]:
        """One thing of the scene."""
        match item:
            case Box():
                corner, size = f'x="{number(item.x)}" y="{number(item.y)}"', (number(item.width), number(item.height))
                place = f'{corner} width="{size[0]}" height="{size[1]}" fill="{self.colors[item.fill]}"'
                yield f'<rect class="box"{self.told(item)} {place} {self.ink()}/>'
            case Joint():
                yield from self.joint(item)
            case Face():
                fill = self.colors[item.fill]
                path = f"M{through(item.points)}Z"
                yield f'<path class="face"{self.told(item)} d="{path}" fill="{fill}" {self.ink()} {ROUND}/>'
            case Line():
                yield from self.stroke(item)
            case Words():
                place = f'x="{number(item.x)}" y="{number(item.y)}" font-size="{number(item.size)}"'
                bold = ' font-weight="bold"' if item.bold else ""
                ink = self.colors["ink"]
                given = f'class="{item.kind}" {place} text-anchor="{item.anchor}"{bold} fill="{ink}"'
                yield f"<text {given}>{plain(item.text)}</text>"
            case _:
                assert_never(item)

    def joint(self, joint: Joint) -> Iterator[str]:
        """A circle, and its sign."""
        place = f'cx="{number(joint.x)}" cy="{number(joint.y)}" r="{number(joint.radius)}"'
        yield f'<circle class="joint"{self.told(joint)} {place} fill="{self.colors["plain"]}" {self.ink()}/>'
        path = "".join(f"M{through(stroke)}" for stroke in sign(joint))
        yield f'<path class="sign" d="{path}" fill="none" {self.ink()}/>'

    def stroke(self, line: Line) -> Iterator[str]:
        """A line, and its head."""
        ink = self.colors[line.ink]
        zoom = self.scene.zoom
        dashes = " ".join(number(length * zoom) for length in DASHES.get(line.kind, ()))
        dash = f' stroke-dasharray="{dashes}"' if dashes else ""
        path = f"M{through(shaft(line, zoom))}"
        yield f'<path class="{line.kind}"{self.told(line)} d="{path}" fill="none" {self.ink(line.ink)}{dash}/>'
        if line.arrow:
            yield f'<path class="head" d="M{through(head(line, zoom))}Z" fill="{ink}"/>'

    def told(self, item: Box | Joint | Face | Line) -> str:
        """Which layers it stands for, and its name: that of the first of them."""
        if not item.layers:
            return ""
        first = item.layers[0]
        name = f' id="{first}"' if first not in self.named else ""
        self.named.add(first)
        repeat = f' data-repeat="{item.repeat}"' if item.repeat > 1 else ""
        return f'{name} data-ir="{" ".join(item.layers)}"{repeat}'

    def ink(self, name: str = "ink") -> str:
        """How a line looks."""
        return f'stroke="{self.colors[name]}" stroke-width="{number(THIN * self.scene.zoom)}"'


SHEET = 'role="img" style="background:#FFFFFF"'
"""White where a browser shows it, as on a dark page; other programs leave the ground clear."""
ROUND = 'stroke-linejoin="round"'


def through(points: Sequence[Point]) -> str:
    """The points of a path, lines between them."""
    return "L".join(f"{number(x)} {number(y)}" for x, y in points)


def plain(text: str) -> str:
    """Words that stand for themselves, without what XML cannot hold."""
    return escape("".join(character if character.isprintable() else " " for character in text), quote=False)
