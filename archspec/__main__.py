"""`python -m archspec` is the command `archspec`."""

from archspec.cli import run

run()
