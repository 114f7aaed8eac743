"""Examples that stay on the device, all of them: batches are taken there."""

import numpy as np
import torch
from numpy.typing import NDArray

from archspec.data import Arrays, Examples, Sample, Subset
from archspec.recipes import Loss, Preparation
from archspec.training.batch import Batch
from archspec.training.borders import border_weights
from archspec.training.fitting import check, place
from archspec.training.frame import Frame
from archspec.training.windows import window


class Resident:
    """Images of the network's size, as they are stored, with labels and weights for the network's map."""

    def __init__(self, arrays: Arrays, frame: Frame, loss: Loss, device: torch.device) -> None:
        check("the set", Sample(arrays.images, arrays.labels, arrays.weights), frame, loss.ignore)
        labels, weights = arrays.labels.astype(np.int64), arrays.weights
        if frame.map:
            if loss.border:
                weights = np.stack([border_weights(arrays[index], loss) for index in range(len(arrays))])
            start = place("the set", labels, frame.size, frame)
            labels = window(labels, start, frame.map, loss.ignore)
            weights = None if weights is None else window(weights.astype(np.float32), start, frame.map)
        self.images, self.labels = there(arrays.images, device), there(labels, device)
        self.weights = None if weights is None else there(weights, device)

    def take(self, indices: NDArray[np.int64]) -> Batch:
        """The examples of these indices, with images as they are stored."""
        index = torch.from_numpy(indices).to(self.images.device, non_blocking=True)
        weights = None if self.weights is None else self.weights[index]
        return Batch(self.images[index], self.labels[index], weights)


def there(array: NDArray[np.generic], device: torch.device) -> torch.Tensor:
    """An array on a device; PyTorch takes none that it may not write to."""
    return torch.from_numpy(np.require(array, requirements=["C", "W"])).to(device)


def in_memory(examples: Examples) -> Arrays | None:
    """Examples as arrays, where they are; None where they are read one at a time."""
    if isinstance(examples, Subset) and isinstance(whole := in_memory(examples.examples), Arrays):
        return whole.part(np.asarray(examples.indices))
    return examples if isinstance(examples, Arrays) else None


def stays(arrays: Arrays, frame: Frame, preparation: Preparation) -> bool:
    """Whether images in memory need nothing that is done to one at a time."""
    fits = arrays.images.shape[-2:] == frame.size and preparation.fit != "mirror"
    return fits and preparation.resize is None and not preparation.elastic
