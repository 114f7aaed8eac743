"""Gaussian error linear unit."""

from typing import ClassVar, Literal

from archspec.op.pointwise import Activation


class Gelu(Activation):
    """x * Phi(x) with the exact Gaussian distribution function (Hendrycks & Gimpel 2016)."""

    form: ClassVar[str] = "gelu"
    kind: Literal["gelu"] = "gelu"
