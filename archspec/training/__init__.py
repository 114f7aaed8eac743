"""Training: a checked network, a data set and a recipe, to weights. One process, or several that `torchrun` starts."""
