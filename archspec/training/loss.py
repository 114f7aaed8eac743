"""The loss that training makes smaller: cross-entropy, of images or of pixels, of the output and of the heads."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from archspec.recipes import Loss
from archspec.training.batch import Batch

NONE = -100
"""A class that no image has: what is ignored among classes of images."""


class Criterion:
    """Cross-entropy of logits with labels.

    `heads` are what the heads' losses are multiplied by. `balance` has a weight for each class. The pixels of a batch
    with weights count by those times their class's weight; where the recipe has a border, by their sum less 1, which
    is w_c + w_0 exp(...) of Ronneberger et al. 2015, equation 2.
    """

    def __init__(self, loss: Loss, heads: Sequence[float] = (), balance: Tensor | None = None) -> None:
        self.loss, self.balance = loss, balance
        self.factors = (1.0, *heads)

    def __call__(self, outputs: Tensor | Sequence[Tensor], batch: Batch) -> tuple[Tensor, Tensor]:
        """The losses' sum, and the weight that it is divided by: of the examples or pixels that count, 1 for a sum.

        Both numbers are float32 or wider.
        """
        return self.total(outputs, batch), self.weight(batch)

    def total(self, outputs: Tensor | Sequence[Tensor], batch: Batch) -> Tensor:
        """The losses' sum. `outputs` is the network's output, or that and the values of its heads."""
        values = (outputs,) if isinstance(outputs, Tensor) else outputs
        labels, weights = batch.labels, self.weights(batch)
        total = torch.zeros((), device=labels.device)
        for factor, value in zip(self.factors, values, strict=False):  # heads are there in training alone
            total = total + factor * self.sum(logits(value, labels), labels, weights, self.ignored(labels))
        return total

    def weight(self, batch: Batch) -> Tensor:
        """The weight of a batch, which does not depend on what the network makes of it."""
        labels, weights = batch.labels, self.weights(batch)
        if self.loss.reduction == "sum":
            return torch.ones((), device=labels.device)
        counted = labels != self.ignored(labels)
        return (counted.sum() if weights is None else (weights * counted).sum()).float()

    def ignored(self, labels: Tensor) -> int:
        """The class that does not count."""
        return self.loss.ignore if labels.ndim > 1 else NONE

    def weights(self, batch: Batch) -> Tensor | None:
        """What each label's loss is multiplied by; None where all are alike."""
        given, labels = batch.weights, batch.labels
        if self.balance is None:
            return given
        known = labels.clamp(max=len(self.balance) - 1)  # what is ignored may be no class
        self.balance = self.balance.to(labels.device)  # once: a copy at each step would wait for the device
        classes = self.balance[known]
        if given is None:
            return classes
        return classes + given - 1 if self.loss.border else classes * given

    def sum(self, value: Tensor, labels: Tensor, weights: Tensor | None, ignored: int) -> Tensor:
        """The sum of one output's losses, as the labels weigh."""
        smoothing = self.loss.label_smoothing
        if weights is None:
            return F.cross_entropy(value, labels, ignore_index=ignored, reduction="sum", label_smoothing=smoothing)
        each = F.cross_entropy(value, labels, ignore_index=ignored, reduction="none", label_smoothing=smoothing)
        return (weights * each).sum()


def logits(value: Tensor, labels: Tensor) -> Tensor:
    """A network's output as the loss takes it: not narrower than float32, a map of one place for images a vector."""
    if labels.ndim == 1 and value.ndim == 4:
        value = value.flatten(1)
    return value.to(torch.promote_types(value.dtype, torch.float32))
