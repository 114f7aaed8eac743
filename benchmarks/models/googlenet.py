"""Szegedy et al. 2015, Table 1, without the auxiliary classifiers or, for training, with those of section 5."""

import torch
from torch import Tensor, nn


def convolution(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Sequential:
    """A convolution that keeps the size, but for its stride, and its ReLU."""
    conv = nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=kernel // 2)
    return nn.Sequential(conv, nn.ReLU(inplace=True))


class Inception(nn.Module):
    """1x1, 3x3 and 5x5 convolutions and a pooling, side by side."""

    def __init__(self, inputs: int, n1: int, r3: int, n3: int, r5: int, n5: int, proj: int) -> None:
        super().__init__()
        self.branch1 = convolution(inputs, n1, 1)
        self.branch3 = nn.Sequential(convolution(inputs, r3, 1), convolution(r3, n3, 3))
        self.branch5 = nn.Sequential(convolution(inputs, r5, 1), convolution(r5, n5, 5))
        self.pool = nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), convolution(inputs, proj, 1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat((self.branch1(x), self.branch3(x), self.branch5(x), self.pool(x)), dim=1)


def auxiliary(inputs: int) -> nn.Sequential:
    """A classifier of a 14x14 map."""
    return nn.Sequential(
        nn.AvgPool2d(5, stride=3, ceil_mode=True),
        convolution(inputs, 128, 1),
        nn.Flatten(),
        nn.Linear(128 * 4 * 4, 1024),
        nn.ReLU(inplace=True),
        nn.Dropout(0.7),
        nn.Linear(1024, 1000),
    )


class GoogLeNet(nn.Module):
    """Nine inception modules, poolings that round sizes up, and BVLC's local response normalization.

    In training it gives what the softmax takes and, `with_heads`, the same of both auxiliary classifiers.
    """

    def __init__(self, with_heads: bool = False) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            convolution(3, 64, 7, stride=2),
            nn.MaxPool2d(3, stride=2, ceil_mode=True),
            nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=1.0),
            convolution(64, 64, 1),
            convolution(64, 192, 3),
            nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=1.0),
            nn.MaxPool2d(3, stride=2, ceil_mode=True),
        )
        self.inception3a = Inception(192, 64, 96, 128, 16, 32, 32)
        self.inception3b = Inception(256, 128, 128, 192, 32, 96, 64)
        self.pool3 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.inception4a = Inception(480, 192, 96, 208, 16, 48, 64)
        self.inception4b = Inception(512, 160, 112, 224, 24, 64, 64)
        self.inception4c = Inception(512, 128, 128, 256, 24, 64, 64)
        self.inception4d = Inception(512, 112, 144, 288, 32, 64, 64)
        self.inception4e = Inception(528, 256, 160, 320, 32, 128, 128)
        self.pool4 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.inception5a = Inception(832, 256, 160, 320, 32, 128, 128)
        self.inception5b = Inception(832, 384, 192, 384, 48, 128, 128)
        self.classifier = nn.Sequential(nn.AvgPool2d(7, stride=1), nn.Dropout(0.4), nn.Flatten(), nn.Linear(1024, 1000))
        self.softmax = nn.Softmax(dim=1)
        self.heads = nn.ModuleList([auxiliary(512), auxiliary(528)] if with_heads else [])

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, ...]:
        x = self.inception3b(self.inception3a(self.stem(x)))
        first = self.inception4a(self.pool3(x))
        second = self.inception4d(self.inception4c(self.inception4b(first)))
        x = self.inception5b(self.inception5a(self.pool4(self.inception4e(second))))
        scores = self.classifier(x)
        if not self.training:
            return self.softmax(scores)
        given = [head(value) for head, value in zip(self.heads, (first, second), strict=False)]
        return (scores, *given) if given else scores


def with_heads() -> GoogLeNet:
    return GoogLeNet(with_heads=True)
