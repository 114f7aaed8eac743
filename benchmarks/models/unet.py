"""Ronneberger, Fischer & Brox 2015, Figure 1: unpadded convolutions, and crops of the maps that are handed across."""

import torch
from torch import Tensor, nn


class Double(nn.Module):
    """Two unpadded 3x3 convolutions, each with its ReLU."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3),
            nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3),
            nn.ReLU(inplace=True),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class Up(nn.Module):
    """A transposed convolution that doubles the size, the cropped map of the way down, and two convolutions."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(inputs, outputs, 2, stride=2)
        self.convolutions = Double(inputs, outputs)

    def forward(self, x: Tensor, across: Tensor) -> Tensor:
        x = self.up(x)
        height, width = x.shape[2:]
        top, left = (across.shape[2] - height) // 2, (across.shape[3] - width) // 2
        across = across[:, :, top : top + height, left : left + width]
        return self.convolutions(torch.cat((x, across), dim=1))


class UNet(nn.Module):
    """Four poolings down and four transposed convolutions up; 572x572 become 388x388."""

    def __init__(self) -> None:
        super().__init__()
        self.pool = nn.MaxPool2d(2)
        self.down1 = Double(1, 64)
        self.down2 = Double(64, 128)
        self.down3 = Double(128, 256)
        self.down4 = Double(256, 512)
        self.down5 = Double(512, 1024)
        self.up4 = Up(1024, 512)
        self.up3 = Up(512, 256)
        self.up2 = Up(256, 128)
        self.up1 = Up(128, 64)
        self.score = nn.Conv2d(64, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        down1 = self.down1(x)
        down2 = self.down2(self.pool(down1))
        down3 = self.down3(self.pool(down2))
        down4 = self.down4(self.pool(down3))
        x = self.down5(self.pool(down4))
        x = self.up3(self.up4(x, down4), down3)
        return self.score(self.up1(self.up2(x, down2), down1))
