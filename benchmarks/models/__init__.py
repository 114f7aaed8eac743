"""The networks of the benchmarks, as one writes them in PyTorch by hand: nothing here knows of archspec.

Each equals one of the shipped specs: a test gives both the same weights, and compares what they compute.
"""

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from benchmarks.models.deconvnet import DeconvNet
from benchmarks.models.googlenet import GoogLeNet
from benchmarks.models.resnet import resnet50, resnet152
from benchmarks.models.unet import UNet
from benchmarks.models.vgg import VGG19


@dataclass(frozen=True)
class Model:
    """A network by hand, and the spec that says the same."""

    title: str
    spec: str
    build: Callable[[], nn.Module]
    size: tuple[int, int, int]
    """One example: channels, height and width."""


MODELS = {
    "vgg_e": Model("VGG-E", "vgg_e", VGG19, (3, 224, 224)),
    "resnet50": Model("ResNet-50", "resnet:50", resnet50, (3, 224, 224)),
    "resnet152": Model("ResNet-152", "resnet:152", resnet152, (3, 224, 224)),
    "googlenet": Model("GoogLeNet", "googlenet", GoogLeNet, (3, 224, 224)),
    "unet": Model("U-Net", "unet:paper", UNet, (1, 572, 572)),
    "deconvnet": Model("DeconvNet", "deconvnet:bn", DeconvNet, (3, 224, 224)),
}
"""By name; the last is there for its unpoolings."""
