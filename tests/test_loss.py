"""The loss against PyTorch's own, and the scores against counts by hand."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from archspec.recipes import Loss
from archspec.training.balance import balance
from archspec.training.batch import Batch
from archspec.training.loss import Criterion
from archspec.training.score import Score

CHANCE = torch.Generator().manual_seed(0)
LOGITS, LABELS = torch.randn(6, 4, generator=CHANCE), torch.randint(4, (6,), generator=CHANCE)
MAPS = torch.randn(2, 3, 4, 5, generator=CHANCE)
CLASSES = torch.randint(3, (2, 4, 5), generator=CHANCE)
CLASSES[0, :2] = 255


def batch(labels: Tensor, weights: Tensor | None = None) -> Batch:
    return Batch(torch.zeros(len(labels), 1, 1, 1), labels, weights)


def loss(made: Criterion, outputs: Any, given: Batch) -> Tensor:
    total, weight = made(outputs, given)
    return total / weight


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_images_have_pytorch_s_cross_entropy(smoothing: float) -> None:
    made = Criterion(Loss(label_smoothing=smoothing))
    expected = F.cross_entropy(LOGITS, LABELS, label_smoothing=smoothing)
    torch.testing.assert_close(loss(made, LOGITS, batch(LABELS)), expected)
    total, weight = Criterion(Loss(label_smoothing=smoothing, reduction="sum"))(LOGITS, batch(LABELS))
    torch.testing.assert_close(total, 6 * expected)
    assert weight == 1
    assert total.shape == weight.shape == ()


def test_pixels_that_are_ignored_do_not_count() -> None:
    expected = F.cross_entropy(MAPS, CLASSES, ignore_index=255)
    torch.testing.assert_close(loss(Criterion(Loss()), MAPS, batch(CLASSES)), expected)


@pytest.mark.parametrize("weights", [None, torch.ones(2, 4, 5)])
@pytest.mark.parametrize("classes", [None, torch.ones(3)])
def test_nothing_but_ignored_pixels_is_a_loss_of_nothing(weights: Tensor | None, classes: Tensor | None) -> None:
    values = MAPS.clone().requires_grad_()
    nothing = batch(torch.full_like(CLASSES, 255), weights)
    total, weight = Criterion(Loss(label_smoothing=0.1), balance=classes)(values, nothing)
    assert (total.item(), weight.item()) == (0, 0)
    (gradient,) = torch.autograd.grad(total, values)
    assert not gradient.any()


def test_class_255_of_a_thousand_counts() -> None:
    logits, labels = torch.randn(2, 1000, generator=CHANCE), torch.tensor([255, 3])
    torch.testing.assert_close(loss(Criterion(Loss()), logits, batch(labels)), F.cross_entropy(logits, labels))


def test_classes_weigh_as_pytorch_weighs_them() -> None:
    classes = torch.tensor([0.2, 1.0, 3.0])
    expected = F.cross_entropy(MAPS, CLASSES, classes, ignore_index=255)
    torch.testing.assert_close(loss(Criterion(Loss(), balance=classes), MAPS, batch(CLASSES)), expected)


def test_pixels_weigh_as_their_map_says() -> None:
    weights = torch.rand(2, 4, 5, generator=CHANCE)
    logs = F.log_softmax(MAPS, 1)
    total, weight = Criterion(Loss(), balance=torch.tensor([0.5, 1.0, 2.0]))(MAPS, batch(CLASSES, weights))
    summed = weighed = 0.0
    for n, y, x in np.argwhere(CLASSES.numpy() != 255):
        known = int(CLASSES[n, y, x])
        factor = weights[n, y, x].item() * (0.5, 1.0, 2.0)[known]
        summed, weighed = summed - factor * logs[n, known, y, x].item(), weighed + factor
    assert (total.item(), weight.item()) == pytest.approx((summed, weighed))


def test_a_border_is_added_to_the_weight_of_the_class() -> None:
    """Ronneberger et al. 2015, equation 2: for w_c = 0.5 and a border of 3 a pixel weighs 3.5."""
    one = batch(torch.zeros(1, 1, 1, dtype=torch.int64), torch.full((1, 1, 1), 1 + 3.0))
    _, weight = Criterion(Loss(border=10), balance=torch.tensor([0.5, 1.0, 2.0]))(MAPS[:1, :, :1, :1], one)
    assert weight.item() == pytest.approx(3.5)


def test_losses_of_heads_are_added_by_their_weights() -> None:
    heads = [torch.randn(6, 4, generator=CHANCE) for _ in range(2)]
    made = Criterion(Loss(), (0.3, 0.5))
    expected = sum(w * F.cross_entropy(v, LABELS) for w, v in zip((1, 0.3, 0.5), (LOGITS, *heads), strict=True))
    torch.testing.assert_close(loss(made, (LOGITS, *heads), batch(LABELS)), expected)


def test_the_loss_of_bfloat16_is_float32_s() -> None:
    with torch.autocast("cpu", torch.bfloat16):
        total, weight = Criterion(Loss())(LOGITS.bfloat16(), batch(LABELS))
    assert total.dtype == weight.dtype == torch.float32
    torch.testing.assert_close(total, F.cross_entropy(LOGITS.bfloat16().float(), LABELS, reduction="sum"))


def test_a_map_of_one_place_is_for_images_a_vector() -> None:
    found = Criterion(Loss())(LOGITS[:, :, None, None], batch(LABELS))
    assert found == Criterion(Loss())(LOGITS, batch(LABELS))


# Balance


def test_each_class_weighs_as_much_as_the_others() -> None:
    """Of 8 pixels that count 6 are 0 and 2 are 1: 8 / (2 x 6) and 8 / (2 x 2); class 2 does not occur."""
    labels = np.array([[0, 0, 0, 255], [0, 0, 0, 255], [1, 1, 255, 255]], np.uint8)
    found = balance([labels[:1], labels[1:]], 3, 255)
    np.testing.assert_allclose(found, [8 / 12, 8 / 4, 1])


# Score


def counted(score: Score, output: Tensor, labels: Tensor) -> Score:
    given = batch(labels)
    score.add(output, given, *Criterion(Loss())(output, given))
    return score


def test_errors_are_per_cent_of_what_was_counted() -> None:
    """Of classes 0, 1, 2, 3 the largest logits say 0, 1, 1, 1: two of four are wrong; then one of one."""
    output = torch.eye(4)[[0, 1, 1, 1]] * 5
    score = counted(Score(), output, torch.arange(4))
    assert score.error == 50
    assert counted(score, output[:1], torch.tensor([2])).error == 60
    every = F.cross_entropy(output[[0, 1, 2, 3, 0]], torch.tensor([0, 1, 2, 3, 2]))
    assert score.loss == pytest.approx(every.item())
    assert score.mean_iu is None


def test_the_mean_iu_is_that_of_the_paper() -> None:
    """Labels 0 0 0 1 1 and one ignored, found 0 0 1 1 0: IU of 0 is 2 of 4, of 1 is 1 of 3, class 2 is nowhere."""
    labels = torch.tensor([[[0, 0, 0], [1, 1, 255]]])
    found = F.one_hot(torch.tensor([[[0, 0, 1], [1, 0, 2]]]), 3).permute(0, 3, 1, 2).float()
    score = counted(Score(3), found, labels)
    assert score.mean_iu == pytest.approx(100 * (2 / 4 + 1 / 3) / 2)
    assert score.error == pytest.approx(40)


@pytest.mark.parametrize(("classes", "output", "labels"), [(None, LOGITS, LABELS), (3, MAPS, CLASSES)])
def test_scores_are_added_as_their_sums(classes: int | None, output: Tensor, labels: Tensor) -> None:
    parts = [counted(Score(classes), output[part], labels[part]) for part in (slice(1), slice(1, None))]
    whole = counted(Score(classes), output, labels)
    added = Score(classes).take(parts[0].sums()).take(parts[1].sums())
    assert added.sums()[2:] == whole.sums()[2:]
    assert added.loss == pytest.approx(whole.loss)
    assert (added.error, added.mean_iu) == (whole.error, whole.mean_iu)
    assert Score(classes).take(Score(classes).sums()).error == 0
