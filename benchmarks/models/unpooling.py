"""The poolings and unpoolings of DeconvNet, without its convolutions."""

from torch import Tensor, nn


class Unpooling(nn.Module):
    """Five poolings, and what undoes each."""

    def __init__(self) -> None:
        super().__init__()
        self.pool = nn.MaxPool2d(2, return_indices=True)
        self.unpool = nn.MaxUnpool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        switches = []
        for _ in range(5):
            x, places = self.pool(x)
            switches.append(places)
        for places in reversed(switches):
            x = self.unpool(x, places)
        return x
