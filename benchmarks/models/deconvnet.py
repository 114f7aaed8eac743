"""Noh, Hong & Han 2015: VGG-16's convolutions, and their mirror image with unpoolings and transposed convolutions."""

from itertools import pairwise

from torch import Tensor, nn


def normalized(layer: nn.Conv2d | nn.ConvTranspose2d) -> list[nn.Module]:
    """A layer with its batch normalization and ReLU."""
    return [layer, nn.BatchNorm2d(layer.out_channels), nn.ReLU(inplace=True)]


def down(inputs: int, outputs: int, repeats: int) -> nn.Sequential:
    """3x3 convolutions, the first of which changes the channels."""
    sizes = [inputs] + [outputs] * repeats
    layers = [normalized(nn.Conv2d(one, other, 3, padding=1)) for one, other in pairwise(sizes)]
    return nn.Sequential(*[layer for group in layers for layer in group])


def up(inputs: int, outputs: int, repeats: int) -> nn.Sequential:
    """3x3 transposed convolutions, the last of which changes the channels."""
    sizes = [inputs] * repeats + [outputs]
    layers = [normalized(nn.ConvTranspose2d(one, other, 3, padding=1)) for one, other in pairwise(sizes)]
    return nn.Sequential(*[layer for group in layers for layer in group])


class DeconvNet(nn.Module):
    """Each unpooling puts the values back where the pooling of its size found its maxima."""

    def __init__(self) -> None:
        super().__init__()
        self.pool = nn.MaxPool2d(2, return_indices=True)
        self.unpool = nn.MaxUnpool2d(2)
        self.conv1 = down(3, 64, 2)
        self.conv2 = down(64, 128, 2)
        self.conv3 = down(128, 256, 3)
        self.conv4 = down(256, 512, 3)
        self.conv5 = down(512, 512, 3)
        self.fc6 = nn.Sequential(*normalized(nn.Conv2d(512, 4096, 7)))
        self.fc7 = nn.Sequential(*normalized(nn.Conv2d(4096, 4096, 1)))
        self.deconv6 = nn.Sequential(*normalized(nn.ConvTranspose2d(4096, 512, 7)))
        self.deconv5 = up(512, 512, 3)
        self.deconv4 = up(512, 256, 3)
        self.deconv3 = up(256, 128, 3)
        self.deconv2 = up(128, 64, 2)
        self.deconv1 = up(64, 64, 2)
        self.score = nn.Conv2d(64, 21, 1)

    def forward(self, x: Tensor) -> Tensor:
        switches = []
        for convolutions in (self.conv1, self.conv2, self.conv3, self.conv4, self.conv5):
            x, places = self.pool(convolutions(x))
            switches.append(places)
        x = self.deconv6(self.fc7(self.fc6(x)))
        for deconvolutions in (self.deconv5, self.deconv4, self.deconv3, self.deconv2, self.deconv1):
            x = deconvolutions(self.unpool(x, switches.pop()))
        return self.score(x)
