"""What all tests share: one thread, and examples that are the same each time."""

import os

from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before PyTorch and NumPy are imported

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
