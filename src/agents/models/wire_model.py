"""A model as codec, transport and profile: how its bytes look, how they move, who it is.

Every model that this package brings is one of these. The request of the run loop is put in neutral terms here, once;
what a codec or a transport needs to know of agents, it learns here.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..error_map import conceal
from ..exceptions import (
    AgentsException,
    ModelBehaviorError,
    ModelTimeoutError,
    ProviderConnectionError,
    ProviderError,
    ProviderStatusError,
    ProviderTimeoutError,
    UserError,
)
from ..hosted_tool import HostedTool
from ..items import ItemHelpers
from ..logger import logger
from ..protocols.base import Codec, Decoder, HostedSpec, Maker, ModelRequest, OutputSpec, Profile, ToolSpec, ignore
from ..retry import ModelRetryAdvice
from ..tracing import GenerationSpanData, Span, generation_span
from ..tracing.spans import NoOpSpan
from ..transport.http_retry import passes
from ..usage import Usage, model_usage_to_span_usage
from .exchange import Exchange
from .hosted import hosted_specs, lost_options, tool_spec
from .interface import ModelTracing
from .question import Question, QuestionedModel
from .splice import Splice, without_end
from .structured_output import instructions_with

if TYPE_CHECKING:
    from ..agent_output import AgentOutputSchemaBase
    from ..handoffs import Handoff
    from ..items import ModelResponse, TResponseStreamEvent
    from ..model_settings import ModelSettings
    from ..retry import ModelRetryAdviceRequest
    from ..tool_kinds import Tool
    from ..transport.base import Transport
    from ..wire_call import WireCall


class WireModel(QuestionedModel):
    """A model reached over a wire protocol."""

    def __init__(
        self,
        model: str,
        *,
        codec: Codec,
        transport: Transport,
        profile: Profile,
        strict_feature_validation: bool = False,
    ) -> None:
        if not model:
            raise UserError("A model needs a name, such as 'anthropic/claude-sonnet-4-5'; this one is empty.")
        self.model = model
        self.codec = codec
        self.transport = transport
        self.profile = profile = replace(profile, strict=strict_feature_validation or profile.strict, told=set())
        self.strict_feature_validation = strict_feature_validation
        beside_tools = profile.structured_output_with_tools
        self._profile_with_tools = replace(profile, structured_output=beside_tools) if beside_tools else profile
        self._missed_usage = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}(model={self.model!r})"

    @property
    def conversation_keeper(self) -> str | None:
        """The provider, where its protocol keeps conversations; see :attr:`Model.conversation_keeper`."""
        return self.profile.provider if self.codec.keeps_state else None

    async def close(self) -> None:
        """Let go of the transport's connections."""
        await self.transport.close()

    def get_retry_advice(self, request: ModelRetryAdviceRequest) -> ModelRetryAdvice | None:
        """Whether another try may help; see :meth:`Model.get_retry_advice`.

        A call that was refused has left nothing on a server, so one that goes on from what is stored there is safe to
        repeat; of one that broke off nobody knows.
        """
        error = request.error
        if isinstance(error, ProviderStatusError) and error.status and passes(error, None):
            return ModelRetryAdvice(True, error.retry_after, "safe", str(error))
        if isinstance(error, (ProviderConnectionError, ProviderTimeoutError, ModelTimeoutError)):
            return ModelRetryAdvice(True, reason=str(error))
        return None

    async def answer(self, question: Question) -> ModelResponse:
        """The whole answer; see :meth:`Model.get_response`."""
        tracing = question.tracing
        request = self._request(question, stream=False)
        with self._span(question.model_settings, tracing) as span:
            exchange = Exchange(request, self._validator(request, question.output_schema))
            while True:
                call = self._encode(exchange.request, span, tracing)
                try:
                    response = await self._ask(call, exchange.request)
                except (ProviderError, ModelBehaviorError) as error:
                    conceal(error, call.receipt.secrets())
                    exchange.failed(error)
                    continue
                answer = exchange.answered(self._counted(response, request))
                if answer is not None:
                    self._finish(answer, span, tracing)
                    return answer

    async def answer_in_events(self, question: Question) -> AsyncIterator[TResponseStreamEvent]:
        """The answer as events; see :meth:`Model.stream_response`."""
        tracing = question.tracing
        request = self._request(question, stream=True)
        with self._span(question.model_settings, tracing) as span:
            exchange = Exchange(request, self._validator(request, question.output_schema))
            splice = Splice(holds_text=exchange.validates)
            while True:
                call = self._encode(exchange.request, span, tracing)
                decoder = self._decoder(exchange.request)
                try:
                    with _heard_out(decoder):
                        async with aclosing(self.transport.stream(call)) as batches:
                            async for frames in batches:
                                for frame in frames:
                                    for event in splice.take(decoder.feed(frame)):
                                        yield event
                    last = decoder.close()
                except (ProviderError, ModelBehaviorError) as error:
                    conceal(error, call.receipt.secrets())
                    for event in splice.take(self._broken_off(exchange, decoder, error)):
                        yield event
                    splice.go_on(len(exchange.kept))
                    continue
                except asyncio.CancelledError as stopped:  # whoever stopped it: what is known of its cost is told
                    known = ProviderError("stopped", partial_response=_worth_keeping(decoder.partial()))
                    self._sign(exchange.charge(known).partial_response)
                    stopped.partial_response = known.partial_response  # type: ignore[attr-defined]
                    raise
                own = self._counted(decoder.response, request)
                own.request_id = call.receipt.request_id
                answer = exchange.answered(own)
                if answer is not None:
                    self._finish(answer, span, tracing)
                    last = splice.end(last, own, answer)
                    final: Any = last[-1]
                    final.response._request_id = own.request_id  # where openai's client keeps it
                    for event in last:
                        yield event
                    return
                for event in splice.take(without_end(last)):
                    yield event
                splice.go_on(len(exchange.kept))

    async def _ask(self, call: WireCall, request: ModelRequest) -> ModelResponse:
        """The whole answer to one call; some are streamed all the same, as their service wants it."""
        if not call.stream:
            reply = await self.transport.send(call)
            keep = bool(request.settings.preserve_raw_usage)
            response = self.codec.decode(
                reply.payload, self._maker(request), self._profile_for(request), keep_usage=keep
            )
            response.request_id = reply.request_id
            return response
        decoder = self._decoder(request)
        try:
            with _heard_out(decoder):
                async with aclosing(self.transport.stream(call)) as batches:
                    async for frames in batches:
                        for frame in frames:
                            decoder.feed(frame)
            decoder.close()
        except ProviderError as error:
            error.partial_response = error.partial_response or _worth_keeping(decoder.partial())
            raise
        decoder.response.request_id = call.receipt.request_id
        return decoder.response

    def _decoder(self, request: ModelRequest) -> Decoder:
        keep = bool(request.settings.preserve_raw_usage)
        return self.codec.decoder(self._maker(request), self._profile_for(request), keep_usage=keep)

    def _broken_off(
        self, exchange: Exchange, decoder: Decoder, error: ProviderError | ModelBehaviorError
    ) -> list[TResponseStreamEvent]:
        """The events that end what a failed call has said, if another call may go on from there.

        Raises:
            AgentsException: None may.
        """
        ended = decoder.break_off() if exchange.may_mend(error) else None
        if isinstance(error, ProviderError):
            error.partial_response = error.partial_response or _worth_keeping(decoder.partial())
        if ended is None:
            raise exchange.charge(error)
        exchange.failed(error)
        return ended

    def _request(self, question: Question, *, stream: bool) -> ModelRequest:
        state = self._server_state(question)
        instructions, items, tools = question.system_instructions, question.input, question.tools
        output = self._output(question.output_schema)
        functions = [tool_spec(each, self.profile, self.model) for each in tools if not isinstance(each, HostedTool)]
        hosted = self._hosted(tools)
        if (
            output is not None
            and self._profile_beside(functions or question.handoffs, hosted).structured_output == "prompt"
        ):
            instructions = instructions_with(instructions, output)
        return ModelRequest(
            model=self._name_beside(state.get("prompt")),
            instructions=instructions,
            items=ItemHelpers.input_to_new_input_list(items) if isinstance(items, str) else items,
            tools=[*functions, *map(_handoff, question.handoffs)],
            output=output,
            settings=question.model_settings,
            stream=stream or self.profile.always_stream,
            hosted=hosted,
            **state,
        )

    def _name_beside(self, prompt: object) -> str:
        """The model's name in a request, which may hold a stored prompt that names a model as well."""
        return self.model

    def _profile_for(self, request: ModelRequest) -> Profile:
        """The profile; some services cannot hold an answer to a schema while there are tools."""
        return self._profile_beside(request.tools, request.hosted)

    def _profile_beside(self, tools: Sequence[object], hosted: Sequence[object] = ()) -> Profile:
        beside_hosted = self.profile.structured_output_with_hosted
        if hosted and beside_hosted:
            return replace(self.profile, structured_output=beside_hosted, json_mode="never")
        return self._profile_with_tools if tools else self.profile

    def _hosted(self, tools: Sequence[Tool]) -> Sequence[HostedSpec]:
        """The tools that the provider runs; of what it has no words for, the user is told once."""
        if not any(isinstance(tool, HostedTool) for tool in tools):
            return ()
        specs = hosted_specs(tools, self.codec, self.profile, self.model)
        for lost in lost_options(specs, self.codec, self.profile):
            ignore(self.profile, lost)
        return specs

    def _validator(self, request: ModelRequest, schema: AgentOutputSchemaBase | None) -> Callable[[str], object] | None:
        """What checks an answer that nobody else holds to its schema."""
        if schema is None or self.codec.holds_output(request, self._profile_for(request)):
            return None
        return schema.validate_json

    def _output(self, schema: AgentOutputSchemaBase | None) -> OutputSpec | None:
        if schema is None or schema.is_plain_text():
            return None
        if self.profile.structured_output == "none":
            raise UserError(f"Model {self.model!r} takes no JSON schema: the agent's output_type must be str.")
        return OutputSpec("final_output", schema.json_schema(), schema.is_strict_json_schema())

    def _server_state(self, question: Question) -> dict[str, Any]:
        """What the service should go on from, where its protocol has such a thing."""
        state = {name: value for name, value in question.state.items() if value is not None}
        if not state or self.codec.keeps_state:
            return state
        what = " and ".join(state)
        ignore(self.profile, f"{what} need OpenAI's Responses API; {self!r} keeps no conversation on a server.")
        return {}

    def _maker(self, request: ModelRequest) -> Maker:
        names = self.codec.names.own_names(tool.name for tool in request.tools)
        return Maker(self.profile.provider, self.model, os.urandom(16).hex(), time.time(), names)

    @contextmanager
    def _span(self, settings: ModelSettings, tracing: ModelTracing) -> Iterator[Span[GenerationSpanData]]:
        span = generation_span(model=self.model, disabled=tracing.is_disabled())
        if not isinstance(span, NoOpSpan):  # nobody reads the others
            span.span_data.model_config = {**settings.to_traceable_dict(), **self._trace_config()}
        with span:
            try:
                yield span
            except AgentsException as error:
                self._sign(getattr(error, "partial_response", None))
                data = {"type": type(error).__name__}
                span.set_error(
                    {
                        "message": str(error) if tracing.include_data() else "The model call failed.",
                        "data": data,
                    }
                )
                raise

    def _sign(self, partial: ModelResponse | None) -> None:
        """Note whose the usage of a failed call is: where it has no output, nothing else tells, and it has a price."""
        if partial is not None and partial.usage.requests:
            made = (getattr(item, "provider_data", None) or {} for item in partial.output)
            model = next((data["model"] for data in made if "model" in data), self.model)
            usage, partial.usage = partial.usage, Usage()
            partial.usage.add(usage, provider=self.profile.provider, model=model)

    def _trace_config(self) -> Mapping[str, Any]:
        """What a trace should know of the model beside its settings."""
        return {"provider": self.profile.provider}

    def _encode(self, request: ModelRequest, span: Span[GenerationSpanData], tracing: ModelTracing) -> WireCall:
        call = self.codec.encode(request, self._profile_for(request))
        if tracing.include_data():
            span.span_data.input = call.body.get("messages", list(request.items))
        logger.debug("Calling %r with %d input items, %d tools", self, len(request.items), len(request.tools))
        return call

    def _finish(self, response: ModelResponse, span: Span[GenerationSpanData], tracing: ModelTracing) -> None:
        if isinstance(span, NoOpSpan):
            return
        if tracing.include_data():
            span.span_data.output = [item.model_dump(exclude_unset=True) for item in response.output]
        span.span_data.usage = model_usage_to_span_usage(response.usage)

    def _counted(self, response: ModelResponse, request: ModelRequest) -> ModelResponse:
        """The response of one call, which counts as a request whether or not its usage is known."""
        if not response.usage.total_tokens:  # LiteLLM fills in zeros where the service says nothing
            response.usage.requests = 1
            self._miss_usage(request)
        return response

    def _miss_usage(self, request: ModelRequest) -> None:
        """Say once that the usage is unknown, unless a stream was not asked for it."""
        wanted = request.settings.include_usage
        if request.stream and not (self.profile.stream_usage_default if wanted is None else wanted):
            return
        if not self._missed_usage:
            self._missed_usage = True
            logger.warning("%r reported no usage: its tokens are counted as 0.", self)


@contextmanager
def _heard_out(decoder: Decoder) -> Iterator[None]:
    """A connection that breaks behind the end of an answer does not take it back."""
    try:
        yield
    except (ProviderConnectionError, ProviderTimeoutError) as error:
        if not decoder.finished:
            raise
        logger.info("Behind the end of the answer: %s", error.message)


def _worth_keeping(partial: ModelResponse) -> ModelResponse | None:
    return partial if partial.output or partial.usage.requests else None


def _handoff(handoff: Handoff) -> ToolSpec:
    return ToolSpec(handoff.tool_name, handoff.tool_description, handoff.input_json_schema, handoff.strict_json_schema)
