"""Random changes of training images, a whole batch at once, on the device; maps of labels move along."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from archspec.recipes import Preparation
from archspec.training.draws import COLORS, Draw, pick

SMALLEST = 2.0**-54
"""Half of the smallest uniform number that is not 0: a normal number is finite."""


class Moves:
    """Where each image of a batch is cut, from itself with `pad` zeros around, and whether it is mirrored."""

    def __init__(self, rows: NDArray[np.float64], preparation: Preparation, device: torch.device) -> None:
        self.pad = preparation.pad
        chosen = [pick(rows[:, column], 2 * self.pad + 1) for column in (Draw.TOP, Draw.LEFT)]
        chosen.append(pick(rows[:, Draw.FLIP], 2) * preparation.flip)
        self.tops, self.lefts, self.flipped = torch.from_numpy(np.stack(chosen)).to(device, non_blocking=True)
        self.flips = preparation.flip

    def move(self, maps: Tensor, outside: float = 0) -> Tensor:
        """N x C x H x W, each moved; what was outside has the value `outside`."""
        if self.flips:
            maps = torch.where(self.flipped.bool()[:, None, None, None], maps.flip(-1), maps)
        return self.cut(maps, outside) if self.pad else maps

    def cut(self, maps: Tensor, outside: float) -> Tensor:
        """A part of each, with the padding around it, of the size that it had."""
        padded = F.pad(maps, [self.pad] * 4, value=outside)
        down, across = (torch.arange(size, device=maps.device) for size in maps.shape[-2:])
        rows, columns = self.tops[:, None] + down, self.lefts[:, None] + across
        places = (rows[:, :, None] * padded.shape[-1] + columns[:, None, :]).flatten(1)[:, None]
        return padded.flatten(2).gather(2, places.expand(-1, maps.shape[1], -1)).view(maps.shape)


def recolor(images: Tensor, rows: NDArray[np.float64], colors: Tensor, deviation: float) -> Tensor:
    """Images with a colour added, the same to all pixels of one, drawn along the principal components of colours.

    This is Krizhevsky et al. 2012, section 4.1; `colors` are a normalizer's, and `deviation` that of its alphas.
    """
    channels = len(colors)
    uniform = torch.from_numpy(rows[:, COLORS][:, :channels]).clamp(min=SMALLEST)
    alphas = deviation * torch.special.ndtri(uniform).float()
    shifts = alphas.to(images.device, non_blocking=True) @ colors[:, -alphas.shape[1] :].T
    added: Tensor = images + shifts[:, :, None, None]
    return added


def blanked(images: Tensor, inside: Tensor) -> Tensor:
    """Images with zeros below and right of the rows and columns that are theirs: `inside` is N x 2."""
    down, across = (torch.arange(size, device=images.device) for size in images.shape[-2:])
    theirs = (down < inside[:, :1])[:, :, None] & (across < inside[:, 1:])[:, None, :]
    return images * theirs[:, None]
