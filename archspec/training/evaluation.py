"""What the network of a run makes of its test images: in PyTorch, or as an ONNX file in onnxruntime."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
import torch
from torch import Tensor, nn

from archspec.backends.torch.module import module
from archspec.data import open_data
from archspec.diagnostics import needed, problem
from archspec.graph import Graph
from archspec.op.window import show
from archspec.rewrite import Changes, rewrite
from archspec.training import folder
from archspec.training.feed import Feed
from archspec.training.loop import Here, test
from archspec.training.loss import Criterion
from archspec.training.machine import Machine
from archspec.training.plan import held_out, wanted
from archspec.training.processes import Processes


@dataclass(frozen=True)
class Evaluated:
    """How well a network does on images that it was not trained on."""

    network: str
    data: str
    examples: int
    counted: int
    """Images, or pixels, that have a class."""
    wrong: int
    """Those of them for which another class came out as the likeliest."""
    loss: float | None
    """None of an ONNX file, which need not give logits."""
    mean_iu: float | None
    """Per cent; None where images have one class."""

    @property
    def error(self) -> float:
        """Per cent that are wrong; 0 where none counts."""
        return 100 * self.wrong / self.counted if self.counted else 0.0


def evaluate(
    run: Path,
    *,
    weights: str = "best",
    onnx: Path | None = None,
    data: str | None = None,
    machine: Machine | None = None,
) -> Evaluated:
    """Test the network of a run, on its own data or on others.

    `weights` is `best`, `last` or a .safetensors file; `onnx` is a file that runs in onnxruntime in its place. Raises
    Problem: E624 where there is no run, E601 or E606 for a file that cannot be used, and what opening the data raises.
    """
    settings = folder.settings(run)
    machine = machine or Machine()
    device = torch.device("cpu") if onnx else machine.place()
    opened = open_data(data or settings.asked.data, wanted(settings.graph), settings.asked.seed)
    opened = held_out(opened, 0 if data else settings.recipe.data.hold_out)
    path = str(run / f"{weights}.safetensors") if weights in ("best", "last") else weights
    graph, values = rewrite(settings.graph, Changes(heads=False, logits=True), path)
    feed = Feed(opened.test, graph, settings.recipe, folder.preparation(run), device, False, machine.workers)
    network: nn.Module = Session(onnx, graph) if onnx else machine.laid(module(graph, values).to(device))
    criterion = Criterion(settings.recipe.loss)
    with machine.room():
        score = test(network, feed, criterion, Here(machine, device, Processes()), settings.recipe.batch)
    return Evaluated(
        network=settings.graph.full_name,
        data=opened.name,
        examples=len(opened.test),
        counted=score.counted,
        wrong=score.wrong,
        loss=None if onnx else score.loss,
        mean_iu=score.mean_iu,
    )


class Session(nn.Module):
    """An ONNX file that runs in onnxruntime, as a module: N x C x H x W in, its first output out.

    Raises Problem: E607 where onnxruntime is not installed, E606 for a file that it does not take, or of another
    network.
    """

    def __init__(self, path: Path, graph: Graph) -> None:
        super().__init__()
        self.path, self.shape = path, graph.shapes[graph.outputs[0]]
        with needed("`pip install onnxruntime`, or archspec with its extra `verify`"):
            import onnxruntime
        try:
            self.session: Any = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises classes of its own, which it does not name
            raise problem("E606", f"{path} is no ONNX file that onnxruntime takes", str(error)[:200]) from None
        self.name: str = self.session.get_inputs()[0].name

    def forward(self, x: Tensor) -> Tensor:
        try:
            output: Any = self.session.run(None, {self.name: numpy.ascontiguousarray(x.numpy())})[0]
        except Exception as error:
            found = " ".join(str(error).split())[:200]
            raise problem("E606", f"{self.path} does not take the run's images", found) from None
        if output.shape[1:] != self.shape:
            found = f"{show(output.shape[1:])}, and the run's network {show(self.shape)}"
            raise problem("E606", f"{self.path} is of another network", f"it gives {found}")
        return torch.from_numpy(output)
