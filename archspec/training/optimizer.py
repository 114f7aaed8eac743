"""The optimizer that a recipe asks for, and its state as tensors with names."""

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import SGD, AdamW, Optimizer

from archspec import recipes
from archspec.graph import Graph

FUSED = ("cpu", "cuda", "mps")
"""Devices on which one kernel updates all weights."""


def optimizer(graph: Graph, network: nn.Module, asked: recipes.Optimizer) -> Optimizer:
    """Stochastic gradient descent or AdamW over the weights that are trained.

    Scales and shifts of batch normalization, and biases, have their own rates and decays where the recipe says so.
    """
    groups = list(grouped(graph, network, asked))
    fused = next(network.parameters()).device.type in FUSED
    if asked.kind == "adamw":
        return AdamW(groups, lr=asked.rate, betas=(asked.momentum, 0.999), weight_decay=asked.weight_decay, fused=fused)
    return SGD(groups, lr=asked.rate, momentum=asked.momentum, nesterov=asked.nesterov, fused=fused)


def grouped(graph: Graph, network: nn.Module, asked: recipes.Optimizer) -> Iterator[dict[str, Any]]:
    """The weights by what is done to them: `factor` is what the rate is multiplied by."""
    norms = {node.path for node in graph.nodes if node.op.kind == "bn"}
    found: dict[tuple[float, float], list[Tensor]] = {}
    for name, parameter in network.named_parameters():
        path, _, own = name.rpartition(".")
        norm, bias = path in norms, own == "bias" and path not in norms
        decays = (asked.decay_norm or not norm) and (asked.decay_bias or not bias)
        settings = (asked.bias_rate if bias else 1.0, asked.weight_decay if decays else 0.0)
        if parameter.requires_grad:
            found.setdefault(settings, []).append(parameter)
    for (factor, decay), parameters in found.items():
        yield {"params": parameters, "weight_decay": decay, "factor": factor}


def set_rate(optimizer: Optimizer, rate: float) -> None:
    """Set the learning rate of the next step."""
    for group in optimizer.param_groups:
        group["lr"] = rate * group["factor"]


def state(network: nn.Module, optimizer: Optimizer) -> dict[str, Tensor]:
    """What the optimizer remembers, by the names of the weights: `conv1.weight.momentum_buffer`."""
    return {
        f"{name}.{kind}": value
        for name, parameter in network.named_parameters()
        for kind, value in optimizer.state.get(parameter, {}).items()
        if isinstance(value, Tensor)
    }


def restore(network: nn.Module, optimizer: Optimizer, found: Mapping[str, Tensor]) -> None:
    """Put back what the optimizer remembered."""
    parameters = dict(network.named_parameters())
    named = {id(parameter): name for name, parameter in parameters.items()}
    known: dict[str, dict[str, Tensor]] = {}
    for key, value in found.items():
        name, _, kind = key.rpartition(".")
        known.setdefault(name, {})[kind] = alike(value, parameters[name])
    whole = optimizer.state_dict()
    places = [id(parameter) for group in optimizer.param_groups for parameter in group["params"]]
    whole["state"] = {place: known[named[key]] for place, key in enumerate(places) if named[key] in known}
    optimizer.load_state_dict(whole)


def alike(value: Tensor, parameter: Tensor) -> Tensor:
    """A value that lies in memory as its weights do: a kernel for all of them goes through both in the same order."""
    return torch.empty_like(parameter).copy_(value) if value.shape == parameter.shape else value


def clip(network: nn.Module, most: float | None) -> None:
    """Scale all gradients down together where their norm is larger."""
    if most is not None:
        torch.nn.utils.clip_grad_norm_(network.parameters(), most)
