"""The rules of the house, each a function that lists what breaks it under a folder of code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ORDER = (
    "explain",
    "source",
    "diagnostics",
    "cores",
    "files",
    "op",
    "ops",
    "graph",
    "weights",
    "rewrite",
    "language",
    "formatting",
    "checks",
    "analysis",
    "report",
    "tables",
    "figures",
    "plots",
    "backends",
    "verify",
    "network",
    "candidates",
    "questions",
    "checkpoints",
    "derive",
    "data",
    "recipes",
    "training",
    "experiments",
    "cli",
)
"""The rooms of the package; each may import only those before it."""
BACK_ENDS = {path.name for path in (Path(__file__).parents[1] / "archspec" / "backends").iterdir() if path.is_dir()}
FRONT = ("__init__", "__main__")
"""The package's front door, which leads to all rooms."""
HEAVY = {"torch", "onnx", "onnxruntime", "numpy", "safetensors", "graphviz", "pygraphviz", "sklearn", "scipy", "PIL"}
UNSAFE = {"pickle", "marshal", "shelve", "dill", "yaml"}
LONGEST_FILE, LONGEST_FUNCTION = 250, 40

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(root: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Every module under the package's folder, as a path within it and its tree."""
    for path in sorted(root.rglob("*.py")):
        yield path.relative_to(root), ast.parse(path.read_text(encoding="utf-8"))


def imported(node: ast.AST) -> list[str]:
    """The modules, or names in modules, that a statement imports."""
    match node:
        case ast.Import(names):
            return [name.name for name in names]
        case ast.ImportFrom(str(module), names):
            return [f"{module}.{name.name}" for name in names]
    return []


def upward(root: Path) -> list[str]:
    """Imports against the order of the rooms, and those from one back end to another."""
    return [
        f"{path} imports {name}"
        for path, tree in files(root)
        for node in ast.walk(tree)
        for name in imported(node)
        if name.startswith("archspec.") and not allowed(path.with_suffix("").parts, tuple(name.split(".")[1:]))
    ]


def allowed(importer: tuple[str, ...], taken: tuple[str, ...]) -> bool:
    """Whether a module may take something of the package; names as paths within it."""
    if importer[0] in FRONT or taken[0] == "__version__":
        return True
    if importer[0] == taken[0] == "backends" and len(taken) > 1 and taken[1] in BACK_ENDS:
        return taken[1] == importer[1]
    return taken[0] in ORDER and ORDER.index(taken[0]) <= ORDER.index(importer[0])


def heavy(root: Path) -> list[str]:
    """Imports of large packages when a module is imported, other than in the inner modules of those who use them."""
    return [
        f"{path} imports {name}"
        for path, tree in files(root)
        for node in at_import(tree)
        for name in imported(node)
        if name.split(".")[0] in HEAVY and not inner(path)
    ]


def inner(path: Path) -> bool:
    """Whether a module is within a back end or among the weights, and not their front, or writes for Graphviz."""
    depth = {"backends": 3, "weights": 2, "verify": 2, "data": 2, "training": 2, "experiments": 2}.get(path.parts[0])
    return path == Path("figures/dot.py") or (
        depth is not None and len(path.parts) >= depth and not (len(path.parts) == depth and path.name == "__init__.py")
    )


def at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """The statements that run when a module is imported: none in functions, none for the type checker alone."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        typing_only = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        if not typing_only and not isinstance(node, Function | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def unsafe(root: Path) -> list[str]:
    """Text that is run, formats that run what they hold, and files written otherwise than through `files`."""
    return [
        f"{path}:{node.lineno} {fault}"
        for path, tree in files(root)
        for node in ast.walk(tree)
        for fault in (runs_text(node), writes(node) if path.name != "files.py" else None)
        if fault and isinstance(node, ast.stmt | ast.expr)
    ]


def runs_text(node: ast.AST) -> str | None:
    match node:
        case ast.Call(ast.Name("eval" | "exec" | "compile" | "__import__" as name)):
            return f"calls {name}"
        case ast.Call(ast.Attribute(ast.Name("torch"), "load")):
            return "calls torch.load"
        case ast.Import() | ast.ImportFrom():
            found = [name for name in imported(node) if name.split(".")[0] in UNSAFE]
            return f"imports {found[0]}" if found else None
    return None


def writes(node: ast.AST) -> str | None:
    match node:
        case ast.Call(ast.Attribute(attr="write_text" | "write_bytes" as name)):
            return f"calls {name}"
        case ast.Call(ast.Name("open") | ast.Attribute(attr="open"), arguments, keywords):
            given = [*arguments, *(each.value for each in keywords)]
            modes = [each.value for each in given if isinstance(each, ast.Constant)]
            if any(isinstance(mode, str) and re.fullmatch("(?=.*[wax+])[rwaxbt+]{1,3}", mode) for mode in modes):
                return "opens a file for writing"
    return None


def long(root: Path) -> list[str]:
    """Files and functions beyond their caps; a function's docstring does not count."""
    found = []
    for path, tree in files(root):
        lines = len((root / path).read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_FILE:
            found.append(f"{path} has {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, Function) and length(node) > LONGEST_FUNCTION:
                found.append(f"{path}: {node.name} has {length(node)} lines")
    return found


def length(function: Function) -> int:
    """The lines of a function without its docstring."""
    first = function.body[0]
    described = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if described else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def undescribed(root: Path) -> list[str]:
    """Modules without a docstring."""
    return [str(path) for path, tree in files(root) if not ast.get_docstring(tree)]
