"""Bilinear interpolation as a layer's first weights; a generated file that needs it holds a copy."""

import torch
from torch import nn


def bilinear_init(layer: nn.Module) -> None:
    """Start a transposed convolution as bilinear interpolation, each channel by itself."""
    weight = layer.get_parameter("weight")
    taps = [torch.arange(size) - (size - 1) / 2 for size in weight.shape[2:]]
    rows, columns = (1 - tap.abs() / ((len(tap) + 1) // 2) for tap in taps)
    channels = torch.arange(len(weight))
    with torch.no_grad():
        weight.zero_()
        weight[channels, channels % weight.shape[1]] = torch.outer(rows, columns)
