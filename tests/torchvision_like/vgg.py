"""VGG (Simonyan & Zisserman 2015, Table 1) under torchvision's names: `features.N`, `classifier.N`."""

from torch import Tensor, nn

STAGES = {
    "A": ([64], [128], [256] * 2, [512] * 2, [512] * 2),
    "B": ([64] * 2, [128] * 2, [256] * 2, [512] * 2, [512] * 2),
    "D": ([64] * 2, [128] * 2, [256] * 3, [512] * 3, [512] * 3),
    "E": ([64] * 2, [128] * 2, [256] * 4, [512] * 4, [512] * 4),
}


class VGG(nn.Module):
    """One configuration, with or without batch normalization; `size` is that of the last map, 7 at 224x224."""

    def __init__(self, configuration: str, normalized: bool, size: int = 7) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for stage in STAGES[configuration]:
            for width in stage:
                layers.append(nn.Conv2d(channels, width, 3, padding=1))
                if normalized:
                    layers.append(nn.BatchNorm2d(width))
                layers.append(nn.ReLU())
                channels = width
            layers.append(nn.MaxPool2d(2, 2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Linear(512 * size * size, 4096),
            nn.ReLU(),
            nn.Dropout(),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Dropout(),
            nn.Linear(4096, 1000),
        )

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.classifier(self.features(x).flatten(1))
        return found
