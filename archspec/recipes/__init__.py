"""How a network is trained, as data: TOML files, of which those of the papers ship with archspec."""

from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, PositiveFloat

from archspec.op import LARGEST

Count = Annotated[int, Ge(1), Le(LARGEST)]
Amount = Annotated[int, Ge(0), Le(LARGEST)]


class Part(BaseModel):
    """A table of a recipe: nothing in it is unknown, and nothing changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Optimizer(Part):
    """Stochastic gradient descent, or AdamW."""

    kind: Literal["sgd", "adamw"] = "sgd"
    rate: PositiveFloat
    """The learning rate, before the schedule."""
    momentum: float = Field(default=0.9, ge=0, lt=1)
    """For AdamW the first of its two decay rates; the second is 0.999."""
    nesterov: bool = False
    weight_decay: NonNegativeFloat = 0.0
    decay_norm: bool = True
    """Whether weight decay applies to the scales and shifts of batch normalization."""
    decay_bias: bool = True
    bias_rate: PositiveFloat = 1.0
    """What the learning rate of biases is multiplied by."""
    clip: PositiveFloat | None = None
    """The largest norm of all gradients together; larger ones are scaled down to it."""


class Schedule(Part):
    """What the learning rate is multiplied by, step by step."""

    kind: Literal["constant", "step", "cosine"] = "constant"
    at: tuple[Count, ...] = ()
    """The steps (or epochs) at which the rate is multiplied by `factor`."""
    factor: PositiveFloat = 0.1
    unit: Literal["steps", "epochs"] = "steps"
    """Of `at` and `warmup`."""
    warmup: Amount = 0
    """How long the rate is lower at the beginning."""
    warmup_kind: Literal["linear", "constant"] = "linear"
    """Whether it rises evenly from 0, or is `warmup_factor` of the rate until the end of the warm-up."""
    warmup_factor: float = Field(default=0.1, gt=0, le=1)


class Loss(Part):
    """Cross-entropy of an image's class, or of every pixel's."""

    label_smoothing: float = Field(default=0.0, ge=0, lt=1)
    ignore: Amount = 255
    """The class of pixels that do not count."""
    reduction: Literal["mean", "sum"] = "mean"
    """Over examples (or pixels that count), or their sum."""
    balance: bool = False
    """Whether each class weighs as much as the others, by its share of the training pixels."""
    border: NonNegativeFloat = 0.0
    """How much more a pixel between two objects weighs: w0 of Ronneberger et al. 2015, equation 2."""
    border_sigma: PositiveFloat = 5.0


class Preparation(Part):
    """What is done to images before the network sees them."""

    center: Literal["none", "pixel", "channel"] | tuple[float, ...] = "channel"
    """What is subtracted: the training images' mean at each pixel, or of each channel, or these numbers."""
    scale: Literal["none", "unit", "deviation"] = "unit"
    """Whether 0 to 255 becomes 0 to 1, or is divided by the training images' standard deviation."""
    hold_out: Amount = 0
    """Training images that are kept apart, to be tested on in place of the test images."""
    pad: Amount = 0
    """Zeros around a training image (after `center`), of which a part of the image's size is cut at random."""
    flip: bool = False
    """Whether half of the training images, chosen at random, are mirrored left to right."""
    color: NonNegativeFloat = 0.0
    """The deviation of a random shift along colours' principal components (Krizhevsky et al. 2012, section 4.1)."""
    resize: Count | tuple[Count, Count] | None = None
    """What an image's smaller side is scaled to; two numbers, between which it is drawn for training."""
    fit: Literal["exact", "crop", "mirror", "ignore"] = "exact"
    """How an image of another size is made to fit: not at all; by cutting it at random (in the middle for testing); by
    cutting where the network's map lies, with the image mirrored around it, or padded with what does not count."""
    elastic: NonNegativeFloat = 0.0
    """The deviation, in pixels, of random displacements on a 3 x 3 grid (Ronneberger et al. 2015, section 3.1)."""


class Recipe(Part):
    """How a network is trained."""

    about: str = ""
    epochs: Count | None = None
    steps: Count | None = None
    """How long: one of the two."""
    batch: Count
    """Examples of a step, over all processes together."""
    accumulate: Count = 1
    """Parts in which a batch goes through the network, where the memory does not hold it whole."""
    optimizer: Optimizer
    schedule: Schedule = Schedule()
    loss: Loss = Loss()
    data: Preparation = Preparation()
    train_error: Literal["running", "whole"] = "running"
    """Whether the training error is taken along the way, or after each epoch over the whole set, as tests are."""
    synchronized: bool = True
    """Whether batch normalization takes its statistics over all processes; then their number changes nothing."""
