"""ResNet (He et al. 2016, Table 1) under torchvision's names; bottlenecks have their stride on the 3x3 ("v1.5")."""

import torch
from torch import Tensor, nn

DEPTHS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


class Block(nn.Module):
    """Convolutions with their normalizations, and a projection where the shape changes."""

    def __init__(self, inside: int, width: int, stride: int, bottleneck: bool) -> None:
        super().__init__()
        outside = 4 * width if bottleneck else width
        if bottleneck:
            sizes = [(inside, width, 1, 1), (width, width, 3, stride), (width, outside, 1, 1)]
        else:
            sizes = [(inside, width, 3, stride), (width, width, 3, 1)]
        self.count = len(sizes)
        for number, (taken, given, kernel, step) in enumerate(sizes, 1):
            self.add_module(f"conv{number}", nn.Conv2d(taken, given, kernel, step, kernel // 2, bias=False))
            self.add_module(f"bn{number}", nn.BatchNorm2d(given))
        self.downsample: nn.Module | None = None
        if stride > 1 or inside != outside:
            projection = nn.Conv2d(inside, outside, 1, stride, bias=False)
            self.downsample = nn.Sequential(projection, nn.BatchNorm2d(outside))

    def forward(self, x: Tensor) -> Tensor:
        value = x
        for number in range(1, self.count + 1):
            value = self.get_submodule(f"bn{number}")(self.get_submodule(f"conv{number}")(value))
            if number < self.count:
                value = torch.relu(value)
        shortcut = x if self.downsample is None else self.downsample(x)
        return torch.relu(value + shortcut)


class ResNet(nn.Module):
    """`conv1`, `bn1`, `layer1` to `layer4`, `fc`."""

    def __init__(self, depth: int) -> None:
        super().__init__()
        bottleneck = depth >= 50
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        channels = 64
        for number, count in enumerate(DEPTHS[depth], 1):
            width = 32 * 2**number
            blocks = []
            for index in range(count):
                blocks.append(Block(channels, width, 2 if index == 0 and number > 1 else 1, bottleneck))
                channels = 4 * width if bottleneck else width
            self.add_module(f"layer{number}", nn.Sequential(*blocks))
        self.fc = nn.Linear(channels, 1000)

    def forward(self, x: Tensor) -> Tensor:
        x = nn.functional.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for number in range(1, 5):
            x = self.get_submodule(f"layer{number}")(x)
        found: Tensor = self.fc(x.mean((2, 3)))
        return found
