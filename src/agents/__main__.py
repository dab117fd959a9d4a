"""``python -m agents`` is the command ``agents``."""

import sys

from .cli import main

sys.exit(main())
