"""Batch normalization over the batches of all processes: their number then changes nothing."""

from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor, distributed, nn
from torch.nn.modules.batchnorm import _BatchNorm


class Sum(torch.autograd.Function):
    """A value added over all processes; so are the gradients on their way back."""

    @staticmethod
    def forward(context: Any, value: Tensor) -> Tensor:
        return reduced(value)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> Tensor:
        return reduced(gradient)


def reduced(value: Tensor) -> Tensor:
    """A value added over all processes."""
    total = value.clone(memory_format=torch.contiguous_format)
    distributed.all_reduce(total)
    return total


added = cast(Callable[[Tensor], Tensor], Sum.apply)


class Shared(_BatchNorm):
    """PyTorch's own synchronized batch normalization wants CUDA; this one, N x C or N x C x H x W, takes any device.

    Ioffe & Szegedy 2015, algorithm 1, over all processes; running variances are unbiased, as PyTorch has them.
    """

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return super().forward(x)
        dtype, x = x.dtype, x.to(torch.promote_types(x.dtype, torch.float32))  # sums of bfloat16 would be rough
        rest = tuple(side for side in range(x.dim()) if side != 1)
        wide = (-1, *(1 for _ in rest[1:]))
        count = reduced(torch.tensor(float(x.numel() // x.shape[1]), device=x.device))
        mean = added(x.sum(rest)) / count
        centered = x - mean.view(wide)
        variance = added((centered * centered).sum(rest)) / count
        self.remember(mean.detach(), variance.detach() * count / (count - 1))
        scale = self.weight * torch.rsqrt(variance + self.eps)
        return (centered * scale.view(wide) + self.bias.view(wide)).to(dtype)

    def remember(self, mean: Tensor, variance: Tensor) -> None:
        """Move the running statistics towards a batch's."""
        for running, found in ((self.running_mean, mean), (self.running_var, variance)):
            assert running is not None
            running.lerp_(found, self.momentum or 0.0)

    def _check_input_dim(self, input: Tensor) -> None:
        """Both kinds of values are taken."""


def synchronize(network: nn.Module, device: torch.device) -> nn.Module:
    """The network with every batch normalization synchronized; names and values stay."""
    if device.type == "cuda":
        convert = cast(Callable[[nn.Module], nn.Module], nn.SyncBatchNorm.convert_sync_batchnorm)
        return convert(network)
    for module in network.modules():
        if type(module) in (nn.BatchNorm1d, nn.BatchNorm2d):
            module.__class__ = Shared
    return network
