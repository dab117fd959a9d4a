"""What a call would say, without making it: the ground on which the converters of the public API stand.

Above: :mod:`.chatcmpl_converter` and :mod:`.openai_responses`, whose names other packages import. Below: the codecs.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING, Any

from ..exceptions import UserError
from ..function_tools import FunctionTool
from ..model_settings import ModelSettings
from ..native_calls import NATIVE_TOOLS
from ..protocols.base import Profile
from .catalog.profiles import OPENAI_HOSTS
from .interface import ModelTracing
from .question import Question
from .wire_model import WireModel

if TYPE_CHECKING:
    from ..agent_output import AgentOutputSchemaBase
    from ..handoffs import Handoff
    from ..protocols.base import Codec
    from ..tool_kinds import Tool
    from ..wire_call import WireCall, WireReply


class _Nowhere:
    """A transport that carries nothing."""

    async def send(self, call: WireCall) -> WireReply:
        raise UserError("This model is for looking at requests, not for sending them.")

    async def stream(self, call: WireCall) -> AsyncGenerator[Sequence[Any], None]:
        await self.send(call)
        yield ()

    async def close(self) -> None: ...


class PaperModel(WireModel):
    """A model whose calls are written, and not sent.

    Args:
        codec: The protocol that they are written in.
    """

    def __init__(self, codec: Codec) -> None:
        super().__init__(
            "model",
            codec=codec,
            transport=_Nowhere(),
            profile=Profile(provider="openai", hosts=OPENAI_HOSTS, native_tools=frozenset(NATIVE_TOOLS.values())),
        )

    def body(
        self,
        tools: Sequence[Tool] = (),
        handoffs: Sequence[Handoff[Any, Any]] = (),
        output_schema: AgentOutputSchemaBase | None = None,
        **settings: Any,
    ) -> dict[str, Any]:
        """The body of a request with these tools, handoffs, schema and model settings."""
        given = ModelSettings(**settings)
        question = Question(None, "", given, list(tools), output_schema, list(handoffs), ModelTracing.DISABLED)
        request = self._request(question, stream=False)
        return self.codec.encode(request, self._profile_for(request)).body

    def choice(self, choice: Any, tools: Sequence[Tool] = (), handoffs: Sequence[Handoff[Any, Any]] = ()) -> Any:
        """A tool choice as the protocol has it; ``None`` for none."""
        body = self.body(tools or ([] if handoffs else [_SOME_TOOL]), handoffs, tool_choice=choice)
        return body.get("tool_choice")


async def _never(context: object, arguments: str) -> str:
    raise UserError("This tool only stands for others.")


_SOME_TOOL = FunctionTool("some_tool", "", {"type": "object", "properties": {}}, _never, strict_json_schema=False)
"""Without a tool there is no choice."""
