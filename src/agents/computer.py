"""The words in which models speak of a computer that they use: its environments and the buttons of its mouse."""

from __future__ import annotations

from typing import Literal, TypeAlias

Environment: TypeAlias = Literal["mac", "windows", "ubuntu", "browser"]
"""What kind of computer it is."""
Button: TypeAlias = Literal["left", "right", "wheel", "back", "forward"]
"""A button of its mouse."""
