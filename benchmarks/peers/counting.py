"""Those that count parameters and multiply-adds of a PyTorch module, as their documentation has it: with the table.

Each gives the number of parameters. Modules are made before, with PyTorch's initial weights.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from benchmarks.models import MODELS, Model

if TYPE_CHECKING:
    from torch import Tensor, nn

Count = Callable[[], int]


def example(model: Model) -> "tuple[nn.Module, Tensor]":
    """The module for inference, and an input."""
    import torch

    return model.build().eval(), torch.zeros(1, *model.size)


def torchinfo(network: str) -> Count:
    """On the processor, where it runs the network."""
    from torchinfo import summary

    module, values = example(MODELS[network])
    return lambda: int(summary(module, input_size=tuple(values.shape), device="cpu").total_params)


def torchinfo_meta(network: str) -> Count:
    """On PyTorch's meta device, where shapes alone are worked out."""
    import torch
    from torchinfo import summary

    with torch.device("meta"):
        module, values = example(MODELS[network])
    return lambda: int(summary(module, input_size=tuple(values.shape), device="meta").total_params)


def fvcore(network: str) -> Count:
    from fvcore.nn import FlopCountAnalysis, flop_count_table, parameter_count

    module, values = example(MODELS[network])

    def call() -> int:
        print(flop_count_table(FlopCountAnalysis(module, values)))
        return int(parameter_count(module)[""])

    return call


def ptflops(network: str) -> Count:
    from ptflops import get_model_complexity_info

    model = MODELS[network]
    module, _ = example(model)
    return lambda: int(get_model_complexity_info(module, model.size, as_strings=False)[1])


def calflops(network: str) -> Count:
    from calflops import calculate_flops

    module, values = example(MODELS[network])
    return lambda: int(calculate_flops(module, input_shape=tuple(values.shape), output_as_string=False)[2])


def thop(network: str) -> Count:
    from thop import profile

    module, values = example(MODELS[network])
    return lambda: int(profile(module, inputs=(values,))[1])
