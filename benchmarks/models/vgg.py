"""Simonyan & Zisserman 2015, configuration E."""

from torch import Tensor, nn


def stage(inputs: int, outputs: int, repeats: int) -> list[nn.Module]:
    """3x3 convolutions, each with its ReLU, and a max-pooling."""
    layers: list[nn.Module] = []
    for _ in range(repeats):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(inplace=True)]
        inputs = outputs
    return [*layers, nn.MaxPool2d(2)]


class VGG19(nn.Module):
    """16 convolutions and three fully connected layers."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            *stage(3, 64, 2), *stage(64, 128, 2), *stage(128, 256, 4), *stage(256, 512, 4), *stage(512, 512, 4)
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
            nn.Linear(4096, 1000),
            nn.Softmax(dim=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.features(x))
