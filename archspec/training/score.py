"""How well a network does: its loss, how many classes it gets wrong, and for maps the mean IU."""

from collections.abc import Sequence
from typing import Self

import torch
from torch import Tensor

from archspec.training.batch import Batch


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
    def wrong(self) -> int:
        """Images, or pixels that count, for which another class came out as the likeliest."""
        if self.classes is None:
            return int(self.counts[0])
        matrix = self.matrix()
        return int(matrix.sum() - matrix.trace())

    @property
    def counted(self) -> int:
        """Images, or pixels that count."""
        return int(self.counts[1] if self.classes is None else self.matrix().sum())

    @property
    def error(self) -> float:
        """Per cent of those that are wrong; 0 where there are none."""
        return 100 * self.wrong / self.counted if self.counted else 0.0

    @property
    def mean_iu(self) -> float | None:
        """The mean, over classes, of pixels in common by pixels of either, in per cent (Long et al. 2015, section 5).

        Classes that are neither there nor found do not count. None for classes of images.
        """
        if self.classes is None:
            return None
        matrix = self.matrix().double()
        either = matrix.sum(0) + matrix.sum(1) - matrix.diag()
        shares = (matrix.diag() / either)[either > 0]
        return 100 * float(shares.mean()) if len(shares) else 0.0

    def matrix(self) -> Tensor:
        """Pixels of each class, a row, that were found to be of each, a column."""
        assert self.classes is not None
        return self.counts[:-1].view(self.classes, self.classes).cpu()

    def sums(self) -> list[float]:
        """All that was counted: numbers that are added over processes, and stored."""
        return [*self.losses.tolist(), *map(float, self.counts.tolist())]

    def take(self, sums: Sequence[float]) -> Self:
        """Count on from these sums, which another score gave."""
        self.losses += torch.tensor(sums[:2], dtype=self.losses.dtype, device=self.losses.device)
        self.counts += torch.tensor([int(count) for count in sums[2:]], device=self.counts.device)
        return self
