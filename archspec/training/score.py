"""How well a network does: its loss, how many classes it gets wrong, and for maps the mean IU."""

from collections.abc import Sequence
from math import isqrt
from typing import Self

import torch
from torch import Tensor

from archspec.training.batch import Batch

SINGLES = 4
"""Sums that are no confusion matrix."""


class Score:
    """Running counts, which stay on the device until they are asked for.

    `classes` are those of a network that gives a map of them, where pixels labelled `ignore` do not count; None for
    one class of an image.
    """

    def __init__(self, classes: int | None = None, ignore: int = 255, device: torch.device | str = "cpu") -> None:
        self.classes, self.ignore = classes, ignore
        device = torch.device(device)
        self.counts = torch.zeros(2 if classes is None else classes**2 + 1, dtype=torch.int64, device=device)
        wide = torch.float32 if device.type == "mps" else torch.float64  # Apple's GPUs have none
        self.losses = torch.zeros(2, dtype=wide, device=device)

    def add(self, output: Tensor, batch: Batch, sum: Tensor, weight: Tensor) -> None:
        """Count a batch: what the network gave (N x classes, or a map), and the two numbers of the criterion."""
        self.losses += torch.stack([sum.detach(), weight.detach()])
        found, labels = output.detach().argmax(1), batch.labels
        if self.classes is None:
            wrong = (found.view_as(labels) != labels).sum()
            self.counts += torch.stack([wrong, torch.full_like(wrong, labels.numel())])
        else:
            pair = torch.where(labels == self.ignore, self.classes**2, labels * self.classes + found).flatten()
            self.counts.scatter_add_(0, pair, torch.ones_like(pair))

    @property
    def loss(self) -> float:
        """The mean loss of what was counted; 0 where nothing was."""
        total, weight = self.losses.tolist()
        return total / weight if weight else 0.0

    @property
    def error(self) -> float:
        """Per cent of the images, or of the pixels that count, whose class is another; 0 where there are none."""
        if self.classes is None:
            wrong, count = self.counts.tolist()
        else:
            matrix = self.matrix()
            count = int(matrix.sum())
            wrong = count - int(matrix.trace())
        return 100 * wrong / count if count else 0.0

    @property
    def mean_iu(self) -> float | None:
        """The mean, over classes, of pixels in common by pixels of either (Long et al. 2015, section 5).

        Classes that are neither there nor found do not count. None for classes of images.
        """
        if self.classes is None:
            return None
        matrix = self.matrix().double()
        either = matrix.sum(0) + matrix.sum(1) - matrix.diag()
        shares = (matrix.diag() / either)[either > 0]
        return float(shares.mean()) if len(shares) else 0.0

    def matrix(self) -> Tensor:
        """Pixels of each class, a row, that were found to be of each, a column."""
        assert self.classes is not None
        return self.counts[:-1].view(self.classes, self.classes).cpu()

    def sums(self) -> list[float]:
        """All that was counted: numbers that are added over processes, and stored."""
        return [*self.losses.tolist(), *map(float, self.counts.tolist())]

    @classmethod
    def of(cls, sums: Sequence[float]) -> Self:
        """The score that has these sums."""
        counts = sums[2:]
        score = cls(None if len(sums) == SINGLES else isqrt(len(counts) - 1))
        score.losses = torch.tensor(sums[:2], dtype=torch.float64)
        score.counts = torch.tensor(counts, dtype=torch.float64).to(torch.int64)
        return score
