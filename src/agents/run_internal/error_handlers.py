"""How a run ends that would raise: by its error handler's output, if it has one that gives an output.

Above: the loop. Below: the handlers that the caller wrote, whose answers are checked here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from .. import openai_types as oai
from ..agent_output import AgentOutputSchema, AgentOutputSchemaBase, output_schema_of
from ..awaiting import answer_of
from ..exceptions import (
    AgentsException,
    MaxTurnsExceeded,
    ModelBehaviorError,
    ModelRefusalError,
    UsageLimitExceeded,
    UserError,
)
from ..items import MessageOutputItem, to_input_items
from ..run_error_handlers import RunErrorData, RunErrorHandlerInput, RunErrorHandlerResult
from .run_steps import NextStep, NextStepFinalOutput, NextStepRunAgain, PreparedTurn, ProcessedResponse, RunScope
from .turn_resolution import resolve_final_output

KINDS: Mapping[type[AgentsException], str] = {
    MaxTurnsExceeded: "max_turns",
    ModelRefusalError: "model_refusal",
    ModelBehaviorError: "invalid_final_output",
    UsageLimitExceeded: "usage_limit",
}
"""Which handler is asked about which error."""


def check_handlers(handlers: object) -> None:
    """See at the start of a run that its handlers can be called.

    Raises:
        UserError: They are no mapping, one is of an unknown kind, or is no function.
    """
    if handlers is None:
        return
    if not isinstance(handlers, Mapping):
        raise UserError(f"error_handlers must be a dict of functions, not {type(handlers).__name__}.")
    for kind, handler in handlers.items():
        if kind not in KINDS.values():
            raise UserError(f"error_handlers has no kind {kind!r}. It has: {', '.join(KINDS.values())}.")
        if not callable(handler):
            raise UserError(f"error_handlers[{kind!r}] must be a function, not {type(handler).__name__}.")


async def resolve_answer(run: RunScope, turn: PreparedTurn, processed: ProcessedResponse) -> NextStep:
    """What follows a response that asks for no action; a refusal or a wrong answer goes to the error handlers.

    Raises:
        ModelRefusalError: The model refused, and no handler made an output of that.
        ModelBehaviorError: The answer is not of the agent's output type, and no handler made one of it.
    """
    try:
        step = resolve_final_output(turn, processed)
    except (ModelRefusalError, ModelBehaviorError) as error:
        return await handled(run, error)
    if isinstance(step, NextStepRunAgain):
        missing = ModelBehaviorError(f"The model of agent {turn.agent.name!r} gave no final output.")
        return await _asked(run, missing) or step
    return step


async def handled(run: RunScope, error: AgentsException) -> NextStepFinalOutput:
    """The final output that the run's handler gives in place of an error.

    Raises:
        AgentsException: The error itself, where there is no handler for it or the handler lets it pass.
        UserError: The handler's answer is no output of the agent.
    """
    step = await _asked(run, error)
    if step is None:
        raise error
    return step


async def _asked(run: RunScope, error: AgentsException) -> NextStepFinalOutput | None:
    kind = next(kind for cls, kind in KINDS.items() if isinstance(error, cls))
    handler: Any = (run.error_handlers or {}).get(kind)
    if handler is None:
        return None
    given: Any = RunErrorHandlerInput(error, run.context, _data(run))  # type: ignore[arg-type]
    answer = await answer_of(f"error_handlers[{kind!r}]", handler, given)
    if answer is None:
        return None
    result = _result(kind, answer)
    schema = output_schema_of(run.agent.output_type)
    output = _checked(kind, schema, result.final_output)
    item = _message(run, _text(schema, output)) if result.include_in_history else None
    return NextStepFinalOutput(output, item)


def _data(run: RunScope) -> RunErrorData:
    result = run.result
    return RunErrorData(
        input=result.input,
        new_items=list(result.new_items),
        history=result.to_input_list(),
        output=to_input_items(result.new_items),
        raw_responses=list(result.raw_responses),
        last_agent=result.last_agent,
    )


def _result(kind: str, answer: Any) -> RunErrorHandlerResult:
    """The answer in its full form; a dict is one if it has a ``final_output``, and else an output itself."""
    if isinstance(answer, RunErrorHandlerResult):
        return answer
    if not isinstance(answer, dict) or "final_output" not in answer:
        return RunErrorHandlerResult(answer)
    known = {each.name for each in fields(RunErrorHandlerResult)}
    if unknown := sorted(map(str, answer.keys() - known)):
        raise UserError(f"The result of error_handlers[{kind!r}] has no {', '.join(unknown)}; it has {sorted(known)}.")
    return RunErrorHandlerResult(**answer)


def _checked(kind: str, schema: AgentOutputSchemaBase | None, output: Any) -> Any:
    """The output as the agent's type. A schema of the caller's own knows JSON alone: its value is not touched."""
    if not isinstance(schema, AgentOutputSchema):
        return output
    try:
        return schema.validate_python(output)
    except ModelBehaviorError as error:
        raise UserError(f"The final output of error_handlers[{kind!r}] is wrong. {error.message}") from error


def _text(schema: AgentOutputSchemaBase | None, output: Any) -> str:
    """The output as a model would have written it."""
    if schema is None or schema.is_plain_text():
        return str(output)
    if isinstance(schema, AgentOutputSchema):
        return schema.dump_json(output)
    return json.dumps(output, ensure_ascii=False, default=str)


def _message(run: RunScope, text: str) -> MessageOutputItem:
    part = oai.ResponseOutputText(text=text, type="output_text", annotations=[], logprobs=[])
    message = oai.ResponseOutputMessage(
        id=f"msg_{os.urandom(16).hex()}", content=[part], role="assistant", status="completed", type="message"
    )
    return MessageOutputItem(run.agent, message)
