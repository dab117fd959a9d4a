"""What stands around the core: adapters and helpers that are imported by name."""

from .tool_output_trimmer import ToolOutputTrimmer

__all__ = ["ToolOutputTrimmer"]
