"""Random specs that compile, written as untidily as the language allows: `program(seed)`.

Every map of a network is 16x16, so that any layer may follow any other; what differs is the number of channels.
"""

import random
from collections.abc import Sequence
from itertools import pairwise

BLANKS = (" ", " ", "  ", "\t", "\u00a0", " \u2009 ", "      ")
WORDY = frozenset('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.{}/-×"“”')
REMARKS = (
    "# Table 2",
    "#",
    "#   indented  inside",
    "# 3×3 – as “printed” | a => b",
    '# one " quote, (brackets [ that stay open',
    "#x",
    "# conv3-64 -> relu: {6*n}",
)
REASONS = ('"as printed"', '"a  b | c => d"', '"# no comment"', "“3×3 – with dashes”", '""')
PLAIN = ("relu", "bn", "identity", "dropout(0.5)", "LRN(size=3, alpha=0.01, k=1)", "leakyrelu(0.2)", "Soft-Max")
SAME = ("dwconv3", "avgpool3/1(pad=same)", "maxpool3/1(pad=(1, 1, 1, 1))", "bn(eps=0.001, frozen)")

Tokens = list[str]


def program(seed: int) -> str:
    """A spec."""
    return Program(random.Random(seed)).text()


class Program:
    """A spec in the making."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.columns = rng.choice((1, 1, 2, 3, 5))
        self.labels: list[str] = []
        self.blocks: list[tuple[str, bool]] = []
        self.channels = rng.choice((4, 8))
        self.lines: list[str] = []
        self.margins = [0]

    def text(self) -> str:
        """The whole of it."""
        self.head()
        for _ in range(self.rng.randint(1, 9)):
            self.statement(depth=0)
        self.line("relu")  # a column of dashes alone would be no network
        if self.labels and self.chance(0.3):
            self.begin("head", "aux", "from", self.rng.choice(self.labels), *split("(weight=0.3)"), ":")
            self.line("avgpool", "(", "global", ")", "FC-4")
            self.end()
        self.expects()
        ends = self.rng.choice(("\n", "\n", "\r\n", "\r"))
        text = ends.join("".join(self.lines).split("\n"))
        return self.rng.choice(("", "", "\ufeff")) + (text.rstrip() if self.chance(0.2) else text)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def head(self) -> None:
        """What stands before the layers, in some order."""
        parts = [["net", "random", *([self.rng.choice(REASONS)] if self.chance(0.5) else [])], self.input()]
        parts.append(["let", "n", *(["="] if self.chance(0.3) else []), *self.cells(lambda: [self.pick(1, 2)])])
        parts.append(["default", "residual", "shortcut", "=", "B", *(["->", "relu"] if self.chance(0.5) else [])])
        if self.chance(0.7):
            parts.append(["default", "conv", *self.cells(self.follow)])
        if self.chance(0.3):
            parts.append(["default", "FC", "->", "dropout", "(", "0.5", ")", ",", "except", "last"])
        self.rng.shuffle(parts)
        names = [f"{self.rng.choice(('c', '1', 'A-'))}{number}" for number in range(self.columns)]
        table = [["columns", *joined([[name] for name in names])]] if self.columns > 1 else []
        for part in [*table, *parts]:
            self.line(*part)
        self.line("use", "cbr", ",", "double", "from", '"blocks.arch"')
        for number in range(self.rng.randint(0, 2)):
            kernel = self.chance(0.5)
            extra = [",", "kernel", "=", "3"] if kernel else []
            self.begin("block", f"b{number}", "(", "channels", *extra, ")", ":")
            self.line("conv{ kernel }-{channels}" if kernel else "conv3-{channels + 2*(n-n)}")
            self.residual("{channels}")
            self.end()
            self.blocks.append((f"b{number}", kernel))

    def input(self) -> Tokens:
        return ["input", *self.cells(lambda: [f"16{self.rng.choice('x×')}16x4"])]

    def follow(self) -> Tokens:
        options = ["bias", "=", "no"] if self.chance(0.5) else []
        layers = ["->", *(["bn"] if self.chance(0.5) else []), "relu"] if self.chance(0.7) else []
        return [*options, *layers] or ["pad", "=", "same"]

    def pick(self, low: int, high: int) -> str:
        return str(self.rng.randint(low, high))

    def cells(self, make: object) -> Tokens:
        """One cell for all networks, or one for each."""
        assert callable(make)
        return joined([make() for _ in range(self.columns if self.chance(0.6) else 1)])

    def expects(self) -> None:
        for what in self.rng.sample(("depth", "params", "macs", "frozen", "output"), self.rng.randint(0, 4)):
            self.line("expect", what, *self.cells(self.claim if what != "output" else lambda: ["16x16x8"]))

    def claim(self) -> Tokens:
        number = self.rng.choice((["7"], ["1.5M"], ["61,706"], ["{6*n+2}"], ["{ n - 1 }"], ["60", "million"], ["-"]))
        if number == ["-"] or self.chance(0.7):
            return number
        return [*number, "but", "8", *([self.rng.choice(REASONS)] if self.chance(0.7) else [])]

    def statement(self, depth: int) -> None:
        """A row, or lines that join branches."""
        kind = self.rng.choice(("row", "row", "row", "residual", "join")) if depth < 3 else "row"
        if kind == "row":
            self.row(depth)
        elif kind == "residual":
            self.residual(str(self.channels))
        else:
            self.join(depth)

    def row(self, depth: int) -> None:
        """A chain of layers, or one for each network; all end with the same channels."""
        if depth == 0:
            self.channels = self.rng.choice((4, 8))
        several = depth == 0 and self.columns > 1 and self.chance(0.6)
        ended = [self.layer(str(self.channels))] if depth == 0 else []
        cells = [[*self.items(), *(ended[0] if ended else [])] for _ in range(self.columns if several else 1)]
        if depth and self.chance(0.2):
            cells = [["identity"]]
        label = self.label(depth) if self.chance(0.4) else []
        sizes = ["=>", self.rng.choice(("16x16", f"16x16x{self.channels}", "{8+8}x16"))] if self.chance(0.4) else []
        if several and self.chance(0.2):
            cells, sizes = [["-"] if at % 2 else ["relu"] for at in range(self.columns)], []
        self.line(*label, *joined(cells), *sizes)

    def label(self, depth: int) -> Tokens:
        name = f"l{len(self.labels)}" if depth == 0 else f"inner{self.rng.randrange(10**9)}"
        if depth == 0:
            self.labels.append(name)
        return [name, ":"]

    def items(self) -> Tokens:
        """Layers that keep the channels."""
        found: Tokens = []
        for _ in range(self.rng.randint(1, 3)):
            found += split(self.rng.choice((*PLAIN, *SAME)))
            found += self.rng.choice(([], [], [","], [";"]))
        if self.chance(0.2):
            found = ["[", *found, "]", *self.repeat()]
        return found

    def repeat(self) -> Tokens:
        return [self.rng.choice(("x2", "×2", "x 3", "x{n}", "x{ 2*n - n }"))]

    def layer(self, channels: str) -> Tokens:
        """A layer that gives a number of channels."""
        if self.blocks and self.chance(0.3):
            name, kernel = self.rng.choice(self.blocks)
            return self.call(name, channels, kernel)
        options = self.rng.choice(("", "(pad=same)", "(bias=no, groups=1)", "(pad = (1, 1,1,1), linear)"))
        word = self.rng.choice((f"conv3-{channels}", f"double-{channels}", f"conv3–{channels}"))
        if word.startswith("double"):
            return [word]
        return [word, *split(options), *(self.repeat() if self.chance(0.2) else [])]

    def call(self, name: str, channels: str, kernel: bool) -> Tokens:
        """A block's use, in one of its forms."""
        forms = [[f"{name}-{channels}"], [name, "(", channels, ")"], [name, "(", "channels", "=", channels, ")"]]
        if kernel:
            forms += [[name, "(", channels, ",", self.pick(1, 3), ")"]]
        return self.rng.choice(forms)

    def residual(self, channels: str) -> None:
        self.begin(*(["residual", "(", "shortcut", "=", "C", ")"] if self.chance(0.3) else ["residual"]), ":")
        self.line(*self.items())
        self.line(f"conv3-{channels}")
        self.end()

    def join(self, depth: int) -> None:
        """Branches, some of them from a label, with lines and suites below them."""
        kind = self.rng.choice(("add", "mul", "concat"))
        label = self.label(depth) if self.chance(0.3) else []
        self.begin(*label, kind, ":")
        for _ in range(self.rng.randint(2, 4)):
            start = ["from", self.rng.choice(["input", *self.labels[: len(self.labels) - bool(label)]])]
            start = start if depth == 0 and self.chance(0.3) else []
            inner = self.label(1) if self.chance(0.3) else []
            self.begin("|", *inner, *start, *self.items(), f"conv1-{self.channels}")
            for _ in range(self.rng.choice((0, 0, 1, 2))):
                self.row(depth + 1) if self.chance(0.7) else self.residual(str(self.channels))
            self.end()
        self.end()
        if kind == "concat":
            self.line(f"conv1-{self.channels}")

    def begin(self, *tokens: str) -> None:
        """A line, and below it a suite."""
        self.line(*tokens)
        self.margins.append(self.margins[-1] + self.rng.randint(1, 7))

    def end(self) -> None:
        self.margins.pop()

    def line(self, *tokens: str) -> None:
        """Write a line, with what may stand around it."""
        for _ in range(self.rng.choice((0, 0, 0, 1, 2))):
            self.lines.append(self.between() + "\n")
        self.lines.append(" " * self.margins[-1] + self.row_text(tokens) + self.behind() + "\n")

    def between(self) -> str:
        """A line that says nothing."""
        margin = " " * self.rng.choice((0, 3, self.margins[-1]))
        return self.rng.choice(("", "   ", margin + self.rng.choice(REMARKS)))

    def behind(self) -> str:
        return self.rng.choice(("", "", "", "  ", "\t")) + (self.rng.choice(REMARKS) if self.chance(0.2) else "")

    def row_text(self, tokens: Sequence[str]) -> str:
        """Tokens with blanks between them, some of them ended lines where brackets allow that."""
        text, depth = tokens[0], 0
        depth += tokens[0] in "(["
        for before, token in pairwise(tokens):
            text += self.space(before, token, depth) + token
            depth += (token in ("(", "[")) - (token in (")", "]"))
        return text

    def space(self, before: str, token: str, depth: int) -> str:
        if depth and self.chance(0.05):
            return self.behind() + "\n" + (" " * 3 + self.rng.choice(REMARKS) + "\n") * self.chance(0.3) + "  "
        tied = before == ":" and not (token[0].isalpha() and token != "from" and self.chance(0.5))
        needed = tied or (before[-1] in WORDY and token[0] in WORDY)
        return self.rng.choice(BLANKS) if needed or self.chance(0.4) else ""


def joined(cells: Sequence[Tokens]) -> Tokens:
    """Cells with bars between them."""
    return [token for at, cell in enumerate(cells) for token in (["|"] if at else []) + cell]


def split(text: str) -> Tokens:
    """A layer with its arguments as tokens."""
    for mark in "()=,":
        text = text.replace(mark, f" {mark} ")
    return text.split()
