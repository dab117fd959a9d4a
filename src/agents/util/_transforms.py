"""Names in the letters that tool names may have. Packages built on the public API import this module by its name."""

from __future__ import annotations

import re

from ..logger import logger


def transform_string_function_style(name: str, *, warn_on_whitespace: bool = True) -> str:
    """A name as that of a function: ASCII letters, digits and underscores, in lower case.

    What is lost by it is said in the log: of two names that differ only there, a model could mean either.

    Args:
        name: The name, as a person wrote it.
        warn_on_whitespace: Whether a space that became an underscore is worth the warning, too.
    """
    spaceless = re.sub(r"\s", "_", name)
    plain = re.sub(r"[^a-zA-Z0-9_]", "_", spaceless)
    if plain != (name if warn_on_whitespace else spaceless):
        logger.warning(
            "%r is offered to models as %r: tool names take ASCII letters, digits and underscores only. Where that is"
            " ambiguous, give the tool a name of its own.",
            name,
            plain.lower(),
        )
    return plain.lower()
