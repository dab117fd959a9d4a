"""What to tell a model that may hand over, so that it does so without a word about it."""

from __future__ import annotations

__all__ = ["RECOMMENDED_PROMPT_PREFIX", "prompt_with_handoff_instructions"]

RECOMMENDED_PROMPT_PREFIX = (
    "# System context\n"
    "You are one of several agents that work together. Each has instructions and tools of its own, and may hand the"
    " conversation over to another agent that is better suited for what is asked. You hand over by calling a function"
    " named `transfer_to_<agent_name>`; the other agent then goes on with the same conversation. The user sees one"
    " assistant: hand over silently, and never mention handoffs or other agents.\n"
)
"""Instructions for an agent with handoffs, to stand before its own."""


def prompt_with_handoff_instructions(prompt: str) -> str:
    """An agent's instructions with what it should know of handoffs before them."""
    return f"{RECOMMENDED_PROMPT_PREFIX}\n\n{prompt}"
