"""Cropping to another map's size; a generated file that needs it holds a copy."""

from torch import Tensor


def crop_like(x: Tensor, like: Tensor, top: int, left: int) -> Tensor:
    """The part of a map that is as large as another, from this row and column on."""
    return x.narrow(2, top, like.shape[2]).narrow(3, left, like.shape[3])
