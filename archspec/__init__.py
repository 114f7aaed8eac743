"""archspec: a compiler for declarative neural-network architecture specs."""

__version__ = "0.1.0"
