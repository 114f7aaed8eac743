"""archspec: a compiler for declarative neural-network architecture specs.

    >>> import archspec
    >>> network = archspec.load("specs/vgg.arch", "E")
    >>> network.counts.params.trainable
    143667240

`load` gives a Network, with its `graph`, its `counts`, `to_torch()` and `build(path, to)`; `check` gives
everything there is to say of a spec; `Problem` is what both raise. `format_spec` lays out a spec's text.
`convolutionalize` makes a fully convolutional network of a classifier, and `dense_scores` evaluates one on whole
images. `diff`, `sizes`, `explain_line` and `lesion` answer what the commands of these names do; `import_table` and
`export_table` take tables of papers in and out. `count` counts the candidates of an architecture search. `train`
trains a network by a recipe, and `evaluate` tests what came of it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archspec.backends.torch.dense import dense_scores
    from archspec.candidates import count
    from archspec.derive import convolutionalize
    from archspec.derive.lesion import lesion
    from archspec.diagnostics import Diagnostic, Problem
    from archspec.formatting import format_spec
    from archspec.graph import Graph
    from archspec.network import Network, check, load
    from archspec.questions import diff, explain_line, export_table, import_table, sizes
    from archspec.training import evaluate, train

__version__ = "0.1.0"
light = False
"""Whether records need not be models of pydantic: in a process that runs a command, and ends with it."""
__all__ = [
    "Diagnostic", "Graph", "Network", "Problem", "check", "convolutionalize", "count", "dense_scores", "diff",
    "evaluate", "explain_line", "export_table", "format_spec", "import_table", "lesion", "load", "sizes", "train",
]  # fmt: skip

HOMES = {
    "Diagnostic": "archspec.diagnostics",
    "Problem": "archspec.diagnostics",
    "Graph": "archspec.graph",
    "Network": "archspec.network",
    "check": "archspec.network",
    "convolutionalize": "archspec.derive",
    "count": "archspec.candidates",
    "dense_scores": "archspec.backends.torch.dense",
    "format_spec": "archspec.formatting",
    "lesion": "archspec.derive.lesion",
    "load": "archspec.network",
    "diff": "archspec.questions",
    "explain_line": "archspec.questions",
    "export_table": "archspec.questions",
    "import_table": "archspec.questions",
    "sizes": "archspec.questions",
    "evaluate": "archspec.training",
    "train": "archspec.training",
}
"""Where each public name lives; they are imported when first asked for."""


def __getattr__(name: str) -> object:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(HOMES[name]), name)
