"""The one logger of the package, under the name that users of the public API already configure."""

from __future__ import annotations

import logging
import sys

logger = logging.getLogger("openai.agents")


def enable_verbose_stdout_logging() -> None:
    """Print every log record of the package to standard output, for a look at what a run does."""
    logger.setLevel(logging.DEBUG)
    logger.addHandler(logging.StreamHandler(sys.stdout))
