"""A conversation that a service keeps: what it knows already, and how a call goes on from it.

OpenAI's Responses API stores responses and conversations, so that a call needs to bring only what is new. A run may
hand over to a model that knows nothing of them; that one reads the whole conversation, and what it says is new to the
service when the run comes back to it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class ServerConversation:
    """What of a run's conversation a service keeps."""

    conversation_id: str | None = None
    """A conversation that was created there."""
    previous_response_id: str | None = None
    """The response to go on from: the one that the run was given, then the latest."""
    auto: bool = False
    """Whether a run that was given neither goes on from its own responses."""
    began_before: bool = False
    """Whether the service knows what was said before this run."""
    keeper: str | None = None
    """Who keeps it: known with the first answer."""
    known: int = 0
    """How many items of the run's conversation are there."""

    @property
    def active(self) -> bool:
        """Whether a service keeps the conversation at all."""
        return self.auto or self.conversation_id is not None or self.previous_response_id is not None

    def serves(self, keeper: str | None) -> bool:
        """Whether a model whose conversations are kept by ``keeper`` can go on from this one."""
        return self.active and keeper is not None and self.keeper in (None, keeper)

    def answered(self, keeper: str | None, response_id: str | None, length: int) -> None:
        """A model has read the conversation and answered.

        Args:
            keeper: Who keeps conversations for the model.
            response_id: The id of its answer.
            length: How many items the conversation has, the answer included.
        """
        if not self.serves(keeper) or (self.conversation_id is None and response_id is None):
            return
        self.keeper, self.known = keeper, length
        if self.conversation_id is None:
            self.previous_response_id = response_id
