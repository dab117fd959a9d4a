"""The scripted model itself: what counts as a step, what it remembers, what it says when it is wrong."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from agents import Agent, ModelResponse, ModelRetryAdvice, ModelSettings, ModelTracing, ShellTool, Usage
from agents.testing import (
    InvalidModelStep,
    ModelCall,
    ModelScriptError,
    ModelStep,
    ScriptedModel,
    UnconsumedModelSteps,
    UnexpectedModelCall,
    assistant_message,
    function_call,
)

HELLO = [assistant_message("Hello.")]


async def respond(call: ModelCall) -> Any:
    return {"output": HELLO, "response_id": "r"}


FORMS: dict[str, Any] = {
    "a step": ModelStep(HELLO),
    "a dict": {"output": HELLO},
    "a response": ModelResponse(HELLO, Usage(requests=1), "resp"),
    "items": HELLO,
    "a tuple of items": tuple(HELLO),
    "items as dicts": [HELLO[0].model_dump()],
    "a function": ModelStep.respond(lambda call: HELLO),
    "an async function": ModelStep.respond(respond),
    "a function that returns a function": ModelStep.respond(lambda call: ModelStep.respond(respond)),
}


@pytest.mark.parametrize("form", list(FORMS))
async def test_a_step_has_many_forms(run: Any, form: str) -> None:
    """Most tests need a list of items, some need control."""
    model = ScriptedModel([FORMS[form]])

    result = await run(Agent("A", model=model))

    assert result.final_output == "Hello."
    assert result.context_wrapper.usage.requests == 1
    model.assert_complete()


async def test_a_dict_may_be_as_short_as_the_test_needs(run: Any) -> None:
    """A call of a shell has fields that no test is about."""
    asked: list[str] = []
    shell = ShellTool(lambda request: asked.extend(request.data.action.commands) or "ok")
    call = {"type": "shell_call", "id": "1", "call_id": "1", "status": "completed", "action": {"commands": ["ls"]}}

    await run(Agent("A", model=ScriptedModel([[call], HELLO]), tools=[shell]))

    assert asked == ["ls"]


async def test_plain_and_streamed_answers_are_the_same(run: Any) -> None:
    """Ids, usage and whatever else a step says arrive either way."""
    usage = Usage(requests=1, input_tokens=3, output_tokens=2, total_tokens=5)
    step = ModelStep(HELLO, usage, None, "req_1", {"prompt_tokens": 3})
    agent = Agent("A", model=ScriptedModel([step]), model_settings=ModelSettings(preserve_raw_usage=True))

    (response,) = (await run(agent)).raw_responses

    assert response.output == HELLO
    assert (response.response_id, response.request_id) == (None, "req_1")
    assert response.usage.total_tokens == 5
    assert response.raw_usage == {"prompt_tokens": 3}


async def test_steps_without_usage_have_the_default_one(run: Any) -> None:
    """A test of usage does not have to repeat it in each step."""
    default = Usage(requests=1, input_tokens=3, total_tokens=3)
    own = Usage(requests=1, input_tokens=9, total_tokens=9)
    model = ScriptedModel([ModelStep(HELLO, own)], default_usage=default)
    model.extend([HELLO])
    model.enqueue(HELLO)
    default.input_tokens = 100

    costs = [(await run(Agent("A", model=model))).context_wrapper.usage.input_tokens for _ in range(2)]
    model.set_default_usage(None)
    costs.append((await run(Agent("A", model=model))).context_wrapper.usage.input_tokens)

    assert costs == [9, 3, 0]


async def test_calls_are_kept_as_they_were_made(run: Any, says: Any, weather: Any) -> None:
    """The conversation goes on growing; what an earlier call read does not."""
    model = says(("get_weather", {"city": "Rome"}), "Sunny.")
    assert (model.first_call, model.last_call, model.remaining_steps) == (None, None, 2)

    await run(Agent("A", instructions="Help.", model=model, tools=[weather]), "Rome?")

    first, second = model.calls
    assert (model.first_call, model.last_call) == (first, second)
    assert first.input == [{"role": "user", "content": "Rome?"}]
    assert len(second.input) == 3
    assert (first.system_instructions, [tool.name for tool in first.tools]) == ("Help.", ["get_weather"])
    assert model.remaining_steps == 0


async def test_a_call_beyond_the_script_says_so(run: Any, says: Any) -> None:
    """It is the test's mistake or a run that did not end, never something to retry or to tell a model."""
    model = says()

    with pytest.raises(UnexpectedModelCall, match=r"Model call 1 .* one more than the script") as caught:
        await run(Agent("A", model=model), "Hi")

    assert caught.value.call_index == 0
    assert caught.value.call.input == [{"role": "user", "content": "Hi"}]
    assert isinstance(caught.value, ModelScriptError)


async def test_steps_that_are_left_over_can_be_asserted(run: Any, says: Any) -> None:
    """A run that ended too early would otherwise pass."""
    model = says("One.", "Two.", "Three.")
    await run(Agent("A", model=model))

    with pytest.raises(UnconsumedModelSteps, match=r"2 scripted model step\(s\) left after 1 call") as caught:
        model.assert_complete()

    assert caught.value.remaining_steps == 2


ADVICE = ModelRetryAdvice(suggested=True)
ERROR = ValueError("x")
INVALID: dict[str, tuple[Any, str]] = {
    "a text": ("Hello.", "invalid_input"),
    "an item without a list": (HELLO[0], "invalid_input"),
    "a dict that is no item": ([{"type": "message"}], "invalid_input"),
    "None": (None, "invalid_input"),
    "a number as usage": (ModelStep(HELLO, usage=3), "invalid_input"),
    "a number as an id": ({"output": HELLO, "response_id": 3}, "invalid_input"),
    "a field of another name": ({"items": HELLO}, "unsupported_field"),
    "a class as error": (ModelStep(error=ValueError), "invalid_error"),
    "a responder that is none": (ModelStep(responder="x"), "invalid_responder"),
    "events that are none": (ModelStep(stream_events=3), "invalid_stream_events"),
    "two outcomes": (ModelStep(error=ERROR, responder=respond), "conflicting_outcomes"),
    "advice without error": (ModelStep(HELLO, retry_advice=ADVICE), "invalid_retry_advice"),
}


@pytest.mark.parametrize("case", list(INVALID))
def test_a_step_that_is_none_is_refused_when_it_is_written(case: str) -> None:
    """Not in the middle of a run, where it would look like the run's fault; no half of a script is taken."""
    step, reason = INVALID[case]
    model = ScriptedModel()

    with pytest.raises(InvalidModelStep, match="Step 2 of the script") as caught:
        model.extend([HELLO, step])

    assert (caught.value.reason, caught.value.input_index) == (reason, 1)
    assert model.remaining_steps == 0


async def test_a_plain_call_of_a_step_with_exact_events_gets_its_output(says: Any) -> None:
    """The events are for streams; a plain call has the output beside them."""
    step = ModelStep.stream([], output=HELLO, usage=Usage(requests=1), response_id="r")
    model = ScriptedModel([step])
    state: Any = {"previous_response_id": None, "conversation_id": None, "prompt": None}

    answer = await model.get_response(None, "Hi", ModelSettings(), [], None, [], ModelTracing.ENABLED, **state)

    assert (answer.output, answer.response_id) == (HELLO, "r")


def test_calls_are_built_from_mappings_or_from_text_as_a_model_would_write_it() -> None:
    """Broken JSON is a case that tests need."""
    call: Any = function_call("look", {"city": "Zürich"}, call_id="c")
    broken: Any = function_call("look", "{", call_id="c", item_id="i", namespace="maps")

    assert (call.id, call.call_id, call.arguments) == ("c", "c", '{"city": "Zürich"}')
    assert (broken.id, broken.arguments, broken.namespace) == ("i", "{", "maps")


def test_a_script_loads_neither_the_simulator_nor_a_client() -> None:
    """Tests of scripts should start at once."""
    program = (
        "import sys; from agents.testing import ScriptedModel; import agents.testing;"
        "assert 'ScriptedModel' in dir(agents.testing);"
        "print([m for m in ('aiohttp', 'openai', 'litellm', 'agents.testing.simulator') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
