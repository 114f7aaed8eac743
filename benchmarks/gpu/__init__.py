"""`python -m benchmarks.gpu`: what only a GPU shows of the networks in PyTorch, within eight minutes.

Every check is a program of its own: one that fails, hangs or breaks the device's state leaves the others as they are.
"""
