"""A scene as SVG: words stay words, every attribute inline, the same bytes everywhere."""

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from archspec.figures.metrics import FAMILY
from archspec.figures.palette import INK, THEMES
from archspec.figures.scene import Box, Joint, Line, Point, Scene, Thing, Words

THIN = 0.7
HEAD = 4.0
"""Length of an arrow's head, in points."""
DASHED = {"projection", "padding"}


def write(scene: Scene) -> str:
    """The figure as a file's text."""
    size = f'width="{number(scene.width)}pt" height="{number(scene.height)}pt"'
    view = f'viewBox="0 0 {number(scene.width)} {number(scene.height)}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} font-family="{FAMILY}">',
        f"<title>{escape(scene.title)}</title>",
        f"<desc>{escape(scene.about)}</desc>",
        *(line for item in scene.items for line in drawn(item, THEMES[scene.theme])),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def drawn(item: Thing, fills: Mapping[str, str]) -> Iterator[str]:
    """One thing of a scene."""
    match item:
        case Box():
            place = (
                f'x="{number(item.x)}" y="{number(item.y)}" width="{number(item.width)}" height="{number(item.height)}"'
            )
            yield f'<rect class="box" {place} fill="{fills[item.fill]}" {ink(THIN)}{told(item)}/>'
        case Joint():
            place = f'cx="{number(item.x)}" cy="{number(item.y)}" r="{number(item.radius)}"'
            yield f'<circle class="joint" {place} fill="{fills["plain"]}" {ink(THIN)}{told(item)}/>'
            arm = item.radius * 0.55
            across = f"M{at((item.x - arm, item.y))}H{number(item.x + arm)}"
            yield f'<path d="{across}M{at((item.x, item.y - arm))}V{number(item.y + arm)}" {ink(THIN)}/>'
        case Line():
            yield from stroke(item)
        case Words():
            bold = ' font-weight="bold"' if item.bold else ""
            place = (
                f'x="{number(item.x)}" y="{number(item.y)}" font-size="{number(item.size)}" text-anchor="{item.anchor}"'
            )
            yield f'<text class={quoteattr(item.kind)} {place}{bold} fill="{INK}">{escape(item.text)}</text>'


def stroke(line: Line) -> Iterator[str]:
    """A line, and its head."""
    dash = ' stroke-dasharray="3 2"' if line.kind in DASHED else ""
    *before, last = line.points
    end = shortened(before[-1], last) if line.arrow else last
    path = "M" + "L".join(at(point) for point in (*before, end))
    yield f'<path class="{line.kind}" d="{path}" fill="none" {ink(THIN)}{dash}{told(line)}/>'
    if line.arrow:
        yield f'<path class="head" d="M{at(last)}L{"L".join(map(at, barbs(before[-1], last)))}Z" fill="{INK}"/>'


def shortened(start: Point, end: Point) -> Point:
    """Where a line stops, so that its head ends at the point."""
    return toward(start, end, HEAD * 0.8)


def toward(start: Point, end: Point, back: float) -> Point:
    """The point that lies so far before the end."""
    (x, y), (u, v) = start, end
    length = max(((u - x) ** 2 + (v - y) ** 2) ** 0.5, 1e-9)
    return u - (u - x) / length * back, v - (v - y) / length * back


def barbs(start: Point, end: Point) -> tuple[Point, Point]:
    """The two corners of a head, besides its tip."""
    x, y = toward(start, end, HEAD)
    (u, v), half = end, HEAD * 0.38
    across = (v - y) / HEAD * half, (x - u) / HEAD * half
    return (x + across[0], y + across[1]), (x - across[0], y - across[1])


def told(item: Box | Joint | Line) -> str:
    """Which layers it stands for."""
    repeat = f' data-repeat="{item.repeat}"' if item.repeat > 1 else ""
    return f' data-ir="{" ".join(item.layers)}"{repeat}' if item.layers else ""


def ink(width: float) -> str:
    return f'stroke="{INK}" stroke-width="{number(width)}"'


def at(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def number(value: float) -> str:
    """A coordinate with two decimals at most."""
    return (
        f"{value:.2f}".rstrip("0").rstrip(".").replace("-0", "0")
        if abs(value) < 0.005
        else f"{value:.2f}".rstrip("0").rstrip(".")
    )
