"""What an experiment was done with, so that it can be done again."""

import platform

import numpy
import torch

import archspec
from archspec.experiments import Settings
from archspec.experiments.images import Images
from archspec.experiments.subjects import subjects
from archspec.training.plan import OWN


def described(settings: Settings, images: Images) -> dict[str, str]:
    """The data, the recipe, the networks, the seeds and the versions."""
    count = f"{len(images.found.train):,} images for training, {len(images.found.test):,} for testing"
    return {
        "data": f"{settings.data}: {count}, SHA-256 {images.found.digest}",
        "recipe": settings.recipe or OWN[settings.data.partition(":")[0]],
        "networks": ", ".join(subject.spec for subject in subjects(settings.data)),
        "seeds": ", ".join(map(str, range(settings.seeds))),
        "versions": f"archspec {archspec.__version__}, PyTorch {torch.__version__}, NumPy {numpy.__version__}, "
        f"Python {platform.python_version()}",
    }
