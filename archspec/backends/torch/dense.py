"""Dense evaluation of a fully convolutional classifier (Simonyan & Zisserman 2015, section 3.2)."""

from collections.abc import Callable, Iterable

import torch
import torch.nn.functional as F
from torch import Tensor


@torch.no_grad()
def dense_scores(
    model: Callable[[Tensor], Tensor],
    image: Tensor,
    sizes: Iterable[int],
    *,
    flip: bool = True,
    softmax: bool = False,
) -> Tensor:
    """Class scores of whole images, averaged over places, over the image and its mirror image, and over sizes.

    `image` is C x H x W, or N x C x H x W, normalized as the model was trained. For each of `sizes` (Q in the paper) it
    is scaled so that its smaller side is Q; the model gives a map of scores, N x classes x h x w, which is averaged
    over its places. With `softmax`, for a model that gives logits, each average is made a distribution before it is
    averaged further; a model that ends in a softmax has done so at every place. Gives classes, or N x classes.

    Call the model's `eval()` first: dropout is not for testing. In Table 4 of the paper a network trained at a fixed
    smaller side S is tested at (S - 32, S, S + 32), so 224, 256, 288 or 352, 384, 416; one trained at S in [256, 512]
    at (256, 384, 512). Raises ValueError when there are no sizes.
    """
    images = image if image.dim() == 4 else image[None]
    views = [view for size in sizes for view in mirrored(scaled(images, size), flip)]
    if not views:
        raise ValueError("dense_scores needs at least one size")
    scores = [averaged(model(view)) for view in views]
    mean = torch.stack([score.softmax(1) if softmax else score for score in scores]).mean(0)
    return mean if image.dim() == 4 else mean[0]


def scaled(images: Tensor, size: int) -> Tensor:
    """Images of N x C x H x W, scaled so that the smaller side is `size`."""
    height, width = images.shape[2:]
    if min(height, width) == size:
        return images
    factor = size / min(height, width)
    shape = [round(height * factor), round(width * factor)]
    return F.interpolate(images, shape, mode="bilinear", antialias=True, align_corners=False)


def mirrored(images: Tensor, flip: bool) -> list[Tensor]:
    """The images, and with `flip` their mirror images too."""
    return [images, images.flip(3)] if flip else [images]


def averaged(scores: Tensor) -> Tensor:
    """The mean of a map of scores over its places; scores without places stay as they are."""
    return scores.flatten(2).mean(2) if scores.dim() > 2 else scores
