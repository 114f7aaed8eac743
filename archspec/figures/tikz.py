"""A scene as TikZ: a picture for `\\input` in a paper, in the paper's own font, with no package but tikz.

Words that the font sets wider than the figure was laid out for are made smaller, and so is all of it where the
column is narrower.
"""

from collections.abc import Iterator, Sequence
from typing import assert_never

from archspec.figures.metrics import BOLD, width
from archspec.figures.palette import THEMES
from archspec.figures.scene import Box, Face, Joint, Line, Point, Scene, Thing, Words
from archspec.figures.strokes import DASHES, THIN, head, number, shaft, sign
from archspec.figures.tex import latex

ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}
SPARE = 1.03
"""How much wider than planned words may be."""
SAY = r"""\def\say#1#2#3#4#5#6{% x, y, anchor, size, width, words
  \setbox0\hbox{\pgfinterruptpicture\fontsize{#4bp}{#4bp}\selectfont#6\endpgfinterruptpicture}%
  \pgfmathsetmacro\fit{min(1,#5bp/\wd0)}%
  \node[anchor=#3,scale=\fit,inner sep=0pt,outer sep=0pt] at (#1,#2) {\fontsize{#4bp}{#4bp}\selectfont#6};}"""


def write(scene: Scene) -> str:
    """The figure as a file's text."""
    size = f"{number(scene.width)},{number(scene.height)}"
    colors = THEMES[scene.theme]
    used = dict.fromkeys(name for item in scene.items for name in inks(item))
    lines = [
        f"% {' '.join(scene.title.split())}",
        r"\begingroup",
        *(rf"\definecolor{{arch-{name}}}{{HTML}}{{{colors[name][1:]}}}" for name in used),
        rf"\pgfmathsetmacro\fit{{min(1,\linewidth/{number(scene.width)}bp)}}%",
        r"\begin{tikzpicture}[x=1bp,y=-1bp,scale=\fit,transform shape,draw=arch-ink,text=arch-ink,"
        rf"line width={number(THIN * scene.zoom)}bp]",
        SAY,
        rf"\path[use as bounding box] (0,0) rectangle ({size});",
        *(line for item in scene.items for line in drawn(item, scene.zoom)),
        r"\end{tikzpicture}%",
        r"\endgroup",
    ]
    return "\n".join(lines) + "\n"


def inks(item: Thing) -> Iterator[str]:
    """The colours of one thing, by name."""
    yield "ink"
    match item:
        case Box() | Face():
            yield item.fill
        case Joint():
            yield "plain"
        case Line():
            yield item.ink


def drawn(item: Thing, zoom: float) -> Iterator[str]:
    """One thing of a scene."""
    match item:
        case Box():
            size = f"{number(item.width)},{number(item.height)}"
            yield rf"\draw[fill=arch-{item.fill}] {at((item.x, item.y))} rectangle +({size});{told(item)}"
        case Joint():
            circle = f"{at((item.x, item.y))} circle[radius={number(item.radius)}bp]"
            yield rf"\draw[fill=arch-plain] {circle};{told(item)}"
            across, down = sign(item)
            yield rf"\draw {through(across)} {through(down)};"
        case Face():
            yield rf"\draw[fill=arch-{item.fill},line join=round] {through(item.points)} -- cycle;{told(item)}"
        case Line():
            dashes = [number(length * zoom) for length in DASHES.get(item.kind, ())]
            dash = f",dash pattern=on {dashes[0]}bp off {dashes[1]}bp" if dashes else ""
            yield rf"\draw[arch-{item.ink}{dash}] {through(shaft(item, zoom))};"
            if item.arrow:
                yield rf"\fill[arch-{item.ink}] {through(head(item, zoom))} -- cycle;"
        case Words():
            yield say(item)
        case _:
            assert_never(item)


def say(words: Words) -> str:
    """Words at their place."""
    text = latex(words.text)
    if words.bold:
        text = rf"{{\bfseries\boldmath {text}}}"  # in a group: \boldmath adds to what follows its group
    room = number(width(words.text, words.size) * (BOLD if words.bold else 1) * SPARE)
    place = "}{".join((number(words.x), number(words.y), ANCHORS[words.anchor], number(words.size), room))
    return rf"\say{{{place}}}{{{text}}}"


def told(item: Box | Joint | Face) -> str:
    """The first of the layers that it stands for."""
    return f" % {item.layers[0]}" if item.layers else ""


def through(points: Sequence[Point]) -> str:
    """Points with lines between them."""
    return " -- ".join(map(at, points))


def at(point: Point) -> str:
    """`(12.5,40)`."""
    return f"({number(point[0])},{number(point[1])})"
