"""What a Python program uses: load a spec, read its numbers, build from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archspec.checks.checkup import Checkup, check_source, sound
from archspec.diagnostics import Problem, needed, problem
from archspec.files import folder, is_there, read
from archspec.graph import Graph
from archspec.graph.counts import Counts, count
from archspec.language.settled import Choices
from archspec.language.text import decode

if TYPE_CHECKING:
    from torch.nn import Module

    from archspec.analysis.paths import Paths, Unit
    from archspec.figures.figure import Figure
    from archspec.report.summary import Summary
    from archspec.verify import Verified

AS_WRITTEN = Choices()
"""Nothing asked of a spec but what it says."""


@dataclass(frozen=True, repr=False)
class Network:
    """One checked network: its typed graph, its counts, and the ways to lower it."""

    graph: Graph
    counts: Counts

    def to_torch(
        self, weights: str = "he", seed: int = 0, *, heads: bool = True, logits: bool = False, fold_bn: bool = False
    ) -> "Module":
        """A PyTorch module whose state dict has the graph's tensor names; inputs are NCHW.

        `weights` is `he`, `zeros` or the path of a .safetensors file. `heads=False` leaves heads out, `logits` a
        final softmax, and `fold_bn` folds batch normalization into the layers before it. Raises
        Problem when PyTorch is not installed, or the weights do not fit.
        """
        from archspec.rewrite import Changes, rewrite

        with needed("`pip install torch`, or archspec with its extra `torch`"):
            from archspec.backends.torch.module import module
        return module(*rewrite(self.graph, Changes(heads, logits, fold_bn), weights, seed))

    def summary(self, batch: int = 1, precision: str = "fp32", count: str = "macs") -> "Summary":
        """Its layers with what they cost and see, which prints as a table; `rows` has them one by one.

        Memory is that of `batch` examples in `fp16`, `bf16`, `fp32` or `fp64`; `count` is `macs`, `flops` or `fvcore`.
        Raises Problem E602 for others.
        """
        from archspec.analysis.conventions import CONVENTIONS
        from archspec.analysis.costs import Asked
        from archspec.analysis.memory import WIDTHS, Setting
        from archspec.report.summary import Summary

        for what, asked, known in (("precision", precision, WIDTHS), ("way to count", count, CONVENTIONS)):
            if asked not in known:
                raise problem("E602", f"there is no {what} `{asked}`", help=f"there is {', '.join(known)}")
        return Summary(self.graph, self.counts, Asked(Setting(batch, precision), count))

    def paths(self, unit: "Unit" = "modules") -> "Paths":
        """Its paths by length, in residual modules or in weight `layers`: `total`, `counts`, `mean`, `share(5, 17)`.

        `without(10)` is what deleting ten modules leaves. Raises Problem E616 where there are none to count.
        """
        from archspec.analysis.paths import paths

        return paths(self.graph, unit)

    def __repr__(self) -> str:
        params, macs = self.counts.params.trainable, self.counts.macs
        return f"<{self.graph.full_name}: depth {self.counts.depth}, {params:,} parameters, {macs:,} multiply-adds>"

    def _repr_svg_(self) -> str | None:
        """Its figure in a notebook; nothing where no style draws it."""
        try:
            return self.draw().svg()
        except Problem:
            return None

    def _repr_html_(self) -> str:
        """Its table in a notebook, and its figure below where one can be drawn."""
        from archspec.report.html import html, picture

        figure = self._repr_svg_()
        return html(self.summary().table()) + (picture(figure, repr(self)) if figure else "")

    def verify(self, tolerance: float = 1e-5, seed: int = 0) -> "Verified":
        """Run it in PyTorch and in onnxruntime, with the same random weights and input, and compare.

        `tolerance` is the largest difference allowed, as a part of a value's largest number. Raises Problem
        E607 when one of them is not installed.
        """
        from archspec.verify import verify

        return verify(self.graph, tolerance, seed)

    def draw(
        self,
        style: str = "auto",
        *,
        width: str = "auto",
        unfold: bool = False,
        theme: str = "color",
        block: str | None = None,
        beside: Iterable["Network"] = (),
    ) -> "Figure":
        """Its figure, which a notebook shows and `save` writes as .svg, .pdf, .png, .tex or .dot.

        The options are those of `archspec draw`; `beside` are networks to be drawn next to it. Raises Problem: E602
        for what there is not, E607 where the style cannot draw it.
        """
        from archspec.figures import draw
        from archspec.figures.figure import Figure

        others = [network.graph for network in beside]
        scene = draw(self.graph, style, width=width, unfold=unfold, theme=theme, block=block, beside=others)
        return Figure(scene)

    def build(
        self,
        path: str | PathLike[str],
        to: str,
        weights: str = "he",
        seed: int = 0,
        *,
        mode: str | None = None,
        heads: bool = True,
        logits: bool = False,
        fold_bn: bool = False,
        **options: Any,
    ) -> list[Path]:
        """Write the network as `onnx`, `torch`, `dot`, `svg`, `pdf`, `png` or `json`. Gives the files written.

        `mode` is `eval`, which leaves heads out, or `train`; ONNX is for `eval` unless told. The rest is as in
        `to_torch`. Options are those of `archspec build` (`opset`, `batch`, `external_data`, ...). Raises Problem
        for what the user can mend.
        """
        from archspec.backends import MODES, formats  # checking needs none of them
        from archspec.rewrite import Changes, rewrite

        backend = formats().get(to)
        if backend is None:
            raise problem("E602", f"there is no format `{to}`", help=f"formats: {', '.join(formats())}")
        known = [option.name for option in backend.OPTIONS]
        unknown = [name for name in options if name not in known]
        if unknown:
            help = f"options: {', '.join(known) or 'none'}"
            raise problem("E602", f"`{to}` has no option `{unknown[0]}`", help=help)
        mode = mode or backend.MODE
        if mode not in MODES:
            raise problem("E602", f"there is no mode `{mode}`", help=f"modes: {', '.join(MODES)}")
        changes = Changes(heads and mode == "train", logits, fold_bn)
        graph, opened = rewrite(self.graph, changes, weights, seed)
        return backend.build(graph, Path(path), to, opened, {**options, "mode": mode})


def find_spec(name: str) -> tuple[str, Path]:
    """Where a spec is: a file, or one that ships with archspec, by name. Gives what to call it, and its path."""
    path = Path(name)
    if is_there(path):
        return name, path
    shipped = folder("specs") / f"{path.name.removesuffix('.arch')}.arch"
    if path.parent.name in ("", "specs") and shipped.is_file():
        return shipped.name, Path(str(shipped))
    return name, path


def parted(path: str) -> tuple[str, str | None]:
    """A path and its column: `specs/vgg.arch:E`. A file whose name really holds a colon is taken whole."""
    name, colon, column = path.rpartition(":")
    if not colon or is_there(Path(path)) or not name:
        return path, None
    return name, column


def check(path: str, choices: Choices = AS_WRITTEN) -> Checkup:
    """Check a spec, or one column of it: `check("specs/vgg.arch:E")`. Raises Problem when it cannot be read."""
    name, column = parted(path)
    shown, place = find_spec(name)
    return check_source(decode(shown, read(place, choices.limits.bytes), place), choices, column)


def load(
    path: str | PathLike[str],
    column: str | None = None,
    *,
    input: str | None = None,
    lets: Mapping[str, int] | None = None,
) -> Network:
    """Load one network from a spec, or from a graph that `--to json` wrote.

    `column` chooses a network of a table (`path` may name it too: `vgg.arch:E`), `input` another size (`"512x512"`),
    `lets` other values of its `let`s. Raises Problem, with every diagnostic, when the spec has errors.
    """
    return single(f"{path}:{column}" if column else str(path), Choices(input, lets or {}))


def single(path: str, choices: Choices) -> Network:
    """The one network that a path names. Raises Problem, with every diagnostic, when there is none or several."""
    if path.endswith(".json"):
        graph = read_graph(path, choices)
        return Network(graph, count(graph))
    networks = [n for n in sound(check(path, choices)) if n.graph]
    alone(path, [network.column for network in networks])
    (network,) = networks
    assert network.graph is not None
    assert network.counts is not None
    return Network(network.graph, network.counts)


def alone(path: str, columns: Sequence[str | None]) -> Sequence[str | None]:
    """The columns of a spec, where there is one. Raises Problem E608 where there is none, or several."""
    if not columns:
        raise problem("E608", f"{path} holds no network", "only blocks")
    if len(columns) > 1:
        help = f"choose one: `{path}:{columns[0]}`"
        raise problem("E608", f"{path} holds {len(columns)} networks", ", ".join(map(str, columns)), help)
    return columns


def read_graph(path: str, choices: Choices) -> Graph:
    """A graph that `--to json` wrote. Raises Problem: E601 or E606 when it is none, E602 when asked to change it."""
    if choices.input or choices.lets:
        raise problem("E602", f"{path} is a graph, and built as it is", help="ask for sizes and `let`s of the spec")
    from archspec.graph.document import read_document

    return read_document(read(Path(path), LARGEST_DOCUMENT), path)


LARGEST_DOCUMENT = 1 << 28
"""Bytes of a graph as JSON."""
