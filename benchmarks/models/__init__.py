"""The networks of the benchmarks, as one writes them in PyTorch by hand: nothing here knows of archspec.

Each equals one of the shipped specs: a test gives both the same weights, and compares what they compute. PyTorch is
imported where one is built.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Model:
    """A network by hand, and the spec that says the same."""

    title: str
    spec: str
    home: str
    """The module here that builds it, and the name there."""
    size: tuple[int, int, int]
    """One example: channels, height and width."""
    output: tuple[int, ...]
    params: int
    """A test holds these numbers against an independent count."""
    normalized: int = 0
    """Channels of all its batch normalizations."""
    convolutions: int = 0
    """Transposed ones included."""
    trained: str = ""
    """What is built for training, where it has heads besides."""

    def build(self, training: bool = False) -> "nn.Module":
        """A new one, with PyTorch's initial weights."""
        module, name = ((training and self.trained) or self.home).split(":")
        return cast("nn.Module", getattr(import_module(f"benchmarks.models.{module}"), name)())


MODELS = {
    "vgg_d": Model("VGG-16", "vgg:D", "vgg:vgg16", (3, 224, 224), (1000,), 138_357_544, 0, 13),
    "vgg_e": Model("VGG-E", "vgg_e", "vgg:vgg19", (3, 224, 224), (1000,), 143_667_240, 0, 16),
    "resnet50": Model("ResNet-50", "resnet:50", "resnet:resnet50", (3, 224, 224), (1000,), 25_557_032, 26_560, 53),
    "resnet152": Model("ResNet-152", "resnet:152", "resnet:resnet152", (3, 224, 224), (1000,), 60_192_808, 75_712, 155),
    "googlenet": Model(
        "GoogLeNet",
        "googlenet",
        "googlenet:GoogLeNet",
        (3, 224, 224),
        (1000,),
        6_998_552,
        0,
        57,
        "googlenet:with_heads",
    ),
    "unet": Model("U-Net", "unet:paper", "unet:UNet", (1, 572, 572), (2, 388, 388), 31_030_658, 0, 23),
    "deconvnet": Model(
        "DeconvNet", "deconvnet:bn", "deconvnet:DeconvNet", (3, 224, 224), (21, 224, 224), 251_805_653, 16_704, 30
    ),
}
"""By name; the last is there for its unpoolings."""
