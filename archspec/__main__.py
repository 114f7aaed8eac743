"""`python -m archspec` is the command `archspec`."""

import sys

from archspec.cli import main

sys.exit(main())
