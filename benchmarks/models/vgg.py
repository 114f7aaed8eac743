"""Simonyan & Zisserman 2015, configurations D and E."""

from torch import Tensor, nn


def stage(inputs: int, outputs: int, repeats: int) -> list[nn.Module]:
    """3x3 convolutions, each with its ReLU, and a max-pooling."""
    layers: list[nn.Module] = []
    for _ in range(repeats):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(inplace=True)]
        inputs = outputs
    return [*layers, nn.MaxPool2d(2)]


class VGG(nn.Module):
    """Five stages of convolutions and three fully connected layers. In training it gives what the softmax takes."""

    def __init__(self, repeats: tuple[int, int, int, int, int]) -> None:
        super().__init__()
        widths = ((3, 64), (64, 128), (128, 256), (256, 512), (512, 512))
        stages = [stage(*width, repeat) for width, repeat in zip(widths, repeats, strict=True)]
        self.features = nn.Sequential(*[layer for layers in stages for layer in layers])
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
            nn.Linear(4096, 1000),
        )
        self.softmax = nn.Softmax(dim=1)

    def forward(self, x: Tensor) -> Tensor:
        scores = self.classifier(self.features(x))
        return scores if self.training else self.softmax(scores)


def vgg16() -> VGG:
    return VGG((2, 2, 3, 3, 3))


def vgg19() -> VGG:
    return VGG((2, 2, 4, 4, 4))
