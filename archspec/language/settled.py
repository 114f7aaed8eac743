"""One network of a table, settled: which cells are its own, what its `let`s come to, how large its input is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from archspec.diagnostics import problem
from archspec.language import syntax as s
from archspec.language.bind import Binder, sides
from archspec.language.findings import Findings
from archspec.language.limits import Limits
from archspec.language.program import Program
from archspec.language.suggest import did_you_mean
from archspec.op import LARGEST, Shape
from archspec.source import Source, Span

Cell = TypeVar("Cell")
COLORS = {"gray": 1, "RGB": 3, "RGBA": 4}
"""What is written for the channels of an image, in any case, as papers write it."""
SPELLINGS = {name.lower(): channels for name, channels in COLORS.items()} | dict.fromkeys(
    ("grey", "grayscale", "greyscale"), COLORS["gray"]
)


class Choices(NamedTuple):
    """What is asked of a spec from outside."""

    input: str | None = None
    """Another input size, `HxW`."""
    lets: Mapping[str, int] = {}
    """Other values of `let`s."""
    limits: Limits = Limits()


@dataclass
class Settled:
    """One network of a program."""

    program: Program
    column: str | None
    findings: Findings
    limits: Limits
    shape: Shape = ()
    values: dict[str, int] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    skipped: list[Span] = field(default_factory=list)
    """Claims that were not checked because it differs from what the file says."""
    changed: str = ""
    """How it differs from what the file says: `--input 512x512`; empty where it does not."""
    borrowed: bool = False
    """Whether it is a file that another one uses."""

    def pick(self, cells: Sequence[Cell]) -> Cell:
        """This network's cell of a line, or the one that holds for all."""
        return cells[self.program.columns.index(self.column)] if len(cells) > 1 and self.column else cells[0]

    def binder(self) -> Binder:
        """Reads values where the `let`s are known."""
        return Binder(self.findings, self.values, self.used)

    def told(self, span: Span) -> str:
        """How a note calls a line: `line 7`, or `line 7 of blocks.arch`."""
        line = f"line {self.program.source.place(span).line}"
        return f"{line} of {self.program.source.name}" if self.borrowed else line


def settle(program: Program, column: str | None, choices: Choices) -> Settled:
    """Work out a network's `let`s and input. Raises Problem E602 for a choice that the spec does not have."""
    settled = Settled(program, column, Findings(program.source), choices.limits)
    unknown = [name for name in choices.lets if name not in program.lets]
    if unknown:
        raise problem(
            "E602",
            f"{program.source.path} has no `let` called `{unknown[0]}`",
            help=did_you_mean(unknown[0], program.lets),
        )
    evaluate(settled, choices.lets)
    if program.input:
        settled.shape = extent(settled, settled.pick(program.input.cells))
    resize(settled, choices)
    settled.changed = " ".join(
        [f"--set {name}={value}" for name, value in choices.lets.items()]
        + ([f"--input {choices.input}"] if choices.input else [])
    )
    return settled


def borrow(
    program: Program, column: str | None, lets: Mapping[str, int], findings: Findings, limits: Limits
) -> Settled:
    """Work out the `let`s of a file that another one uses, for one column of it or for its blocks alone."""
    settled = Settled(program, column, findings.about(program.source), limits, borrowed=True)
    evaluate(settled, lets)
    return settled


def evaluate(settled: Settled, chosen: Mapping[str, int]) -> None:
    """Work out the `let`s; without a column those that differ by column stay unknown."""
    for name, let in settled.program.lets.items():
        if len(let.cells) == 1 or settled.column:
            number = settled.binder().number(settled.pick(let.cells))
            settled.values[name] = chosen.get(name, number or 0)


def extent(settled: Settled, cell: s.Extent) -> Shape:
    """The input's shape: `224x224 RGB` is 3x224x224, `224x224x3` the same, `100` a vector."""
    binder = settled.binder()
    numbers = [binder.number(side) for side in sides(cell.size)]
    sizes = [number for number in numbers if number is not None]
    if len(sizes) < len(numbers):
        return ()
    if any(size < 1 for size in sizes):
        binder.complain("E303", cell.size.span, "sizes are 1 or more", f"`{cell.size.text}`")
        return ()
    color = cell.color and SPELLINGS.get(cell.color.text.lower())
    if cell.color and not color:
        message = f"`{cell.color.text}` is no kind of input"
        binder.complain("E303", cell.color.span, message, help=did_you_mean(cell.color.text, COLORS))
    elif len(sizes) == 2 and color:
        return color, *sizes
    elif len(sizes) == 3 and not color:
        suspect_order(settled, cell.size, sizes)
        return sizes[2], sizes[0], sizes[1]
    elif len(sizes) == 1 and not color:
        return (sizes[0],)
    else:
        message = "the input is height x width with its channels"
        binder.complain("E304", cell.size.span, message, f"`{cell.size.text}`", "`224x224 RGB` or `224x224x3`")
    return ()


def suspect_order(settled: Settled, size: s.Word, sizes: Sequence[int]) -> None:
    """Doubt a size that begins with a number of channels, as PyTorch's do."""
    if sizes[0] in COLORS.values() and min(sizes[1:]) > max(COLORS.values()):
        message = "sizes are height x width x channels"
        found = f"`{size.text}` is {sizes[0]} high and {sizes[1]} wide, with {sizes[2]} channels"
        settled.findings.add(
            "W708", size.span, message, found, f"write `{sizes[1]}x{sizes[2]}x{sizes[0]}` if that is meant"
        )


def resize(settled: Settled, choices: Choices) -> None:
    """Apply `--input`. Raises Problem E602 when it is no size, or not one for this input."""
    if not choices.input or not settled.shape:
        return
    texts = Source("", choices.input).plain.split("x")
    if not all(text.isascii() and text.isdigit() and 0 < int(text[:12]) <= LARGEST for text in texts):
        raise problem("E602", f"`--input {choices.input}` is no size", help="write height x width: `--input 512x512`")
    height, *others = map(int, texts)
    if len(settled.shape) == 3 and len(others) == 1:
        settled.shape = (settled.shape[0], height, *others)
    elif len(settled.shape) == len(texts):
        settled.shape = (*others[1:], height, *others[:1])
    else:
        sides = f"it has {len(settled.shape)} sides"
        raise problem("E602", f"`--input {choices.input}` does not fit the spec's input", sides)
