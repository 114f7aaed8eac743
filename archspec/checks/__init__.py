"""Checks of a whole network against what its spec claims."""
