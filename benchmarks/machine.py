"""The machine and the versions of all that is measured."""

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from archspec import __version__

PACKAGES = (
    "lark", "pydantic", "numpy", "onnx", "torch", "torchinfo", "fvcore", "ptflops", "calflops", "transformers", "thop",
    "torchview", "onnxscript", "onnx-ir", "spox", "nnef", "onnxruntime",
)  # fmt: skip


def machine() -> str:
    """Processor, cores, memory, system and Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.release()}"
    return f"{processor()}, {os.cpu_count()} cores, {memory:.0f} GiB; {system}; Python {platform.python_version()}"


def processor() -> str:
    """What the processor is called."""
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text(encoding="utf-8").splitlines() if facts.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def versions() -> str:
    """archspec's, with its commit, and those of the peers."""
    return ", ".join([f"archspec {__version__}{commit()}", *(installed(name) for name in PACKAGES)])


def installed(name: str) -> str:
    """A package and its version."""
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"{name} (not installed)"


def commit() -> str:
    """The commit that is checked out; nothing where git does not say."""
    try:
        told = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True
        )
    except OSError:
        return ""
    return f" at {told.stdout.strip()}" if told.returncode == 0 else ""
