"""GoogLeNet (Szegedy et al. 2015) as torchvision has it: normalized, 3x3 where the paper has 5x5, two heads."""

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, max_pool2d

WIDTHS = {
    "3a": (192, 64, 96, 128, 16, 32, 32),
    "3b": (256, 128, 128, 192, 32, 96, 64),
    "4a": (480, 192, 96, 208, 16, 48, 64),
    "4b": (512, 160, 112, 224, 24, 64, 64),
    "4c": (512, 128, 128, 256, 24, 64, 64),
    "4d": (512, 112, 144, 288, 32, 64, 64),
    "4e": (528, 256, 160, 320, 32, 128, 128),
    "5a": (832, 256, 160, 320, 32, 128, 128),
    "5b": (832, 384, 192, 384, 48, 128, 128),
}


class Unit(nn.Module):
    """A convolution without bias, its normalization and ReLU."""

    def __init__(self, inside: int, outside: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inside, outside, kernel, stride, kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(outside, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.bn(self.conv(x)))


class Inception(nn.Module):
    """Four branches, side by side."""

    def __init__(self, inside: int, n1: int, r3: int, n3: int, r5: int, n5: int, pool: int) -> None:
        super().__init__()
        self.branch1 = Unit(inside, n1, 1)
        self.branch2 = nn.Sequential(Unit(inside, r3, 1), Unit(r3, n3, 3))
        self.branch3 = nn.Sequential(Unit(inside, r5, 1), Unit(r5, n5, 3))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, 1, ceil_mode=True), Unit(inside, pool, 1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class Head(nn.Module):
    """A classifier on a map inside the network, for training."""

    def __init__(self, inside: int) -> None:
        super().__init__()
        self.conv = Unit(inside, 128, 1)
        self.fc1 = nn.Linear(128 * 16, 1024)
        self.fc2 = nn.Linear(1024, 1000)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(adaptive_avg_pool2d(x, (4, 4))).flatten(1)
        found: Tensor = self.fc2(torch.relu(self.fc1(x)))  # dropout between them is left out: it is chance
        return found


class GoogLeNet(nn.Module):
    """`forward` gives the output, and with heads theirs behind it: those of 4a and 4d."""

    def __init__(self, heads: bool) -> None:
        super().__init__()
        self.conv1, self.conv2, self.conv3 = Unit(3, 64, 7, 2), Unit(64, 64, 1), Unit(64, 192, 3)
        for name, widths in WIDTHS.items():
            self.add_module(f"inception{name}", Inception(*widths))
        self.heads = {"4a": "aux1", "4d": "aux2"} if heads else {}
        for name, inside in zip(self.heads.values(), (512, 528), strict=False):
            self.add_module(name, Head(inside))
        self.fc = nn.Linear(1024, 1000)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        x = max_pool2d(self.conv1(x), 3, 2, ceil_mode=True)
        x = max_pool2d(self.conv3(self.conv2(x)), 3, 2, ceil_mode=True)
        given = []
        for name in WIDTHS:
            x = self.get_submodule(f"inception{name}")(x)
            if name in self.heads:
                given.append(self.get_submodule(self.heads[name])(x))
            if name in ("3b", "4e"):
                x = max_pool2d(x, 3 if name == "3b" else 2, 2, ceil_mode=True)
        return self.fc(x.mean((2, 3))), *given
