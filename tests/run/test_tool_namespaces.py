"""Tools in namespaces, and tools that need not be seen at once: served on any model."""

from __future__ import annotations

from typing import Any

import pytest

from agents import Agent, FunctionTool, ModelSettings, RunHooks, UserError, function_tool, tool_namespace
from agents.testing import function_call


@function_tool
def find(name: str) -> str:
    """Find somebody."""
    return f"{name} is here"


@function_tool(name_override="find", defer_loading=True)
def find_order(name: str) -> str:
    """Find an order."""
    return f"{name} is on its way"


def grouped() -> list[Any]:
    people = tool_namespace(name="crm", description="Customers.", tools=[find])
    return [*people, *tool_namespace(name="shop", description="Orders.", tools=[find_order])]


class OfSession(FunctionTool):
    """A tool that is made of what it works with."""

    def __init__(self, session: str) -> None:
        async def invoke(context: Any, arguments: str) -> str:
            return self.session

        schema = {"type": "object", "properties": {}}
        super().__init__("read", "Reads.", schema, invoke)
        self.session = session


async def test_a_tool_of_a_class_of_ones_own_can_be_in_a_namespace(run: Any, says: Any) -> None:
    """It cannot be made anew: nobody knows its arguments."""
    tool = OfSession("mine")
    grouped = tool_namespace(name="files", description="Files.", tools=[tool])

    result = await run(Agent("A", model=says(("files__read",), "Done."), tools=grouped))

    assert isinstance(grouped[0], OfSession)
    assert [item.output for item in result.new_items if item.type == "tool_call_output_item"] == ["mine"]
    assert tool.namespace is None


class Watch(RunHooks[Any]):
    def __init__(self) -> None:
        self.seen: list[Any] = []

    async def on_tool_start(self, context: Any, agent: Any, tool: Any) -> None:
        self.seen.append((context.tool_name, context.tool_namespace, context.qualified_tool_name))


async def test_a_call_may_say_its_namespace_apart(run: Any, says: Any) -> None:
    """The Responses format has a field for it, and scripts use that."""
    watch = Watch()
    model = says([function_call("find", {"name": "Ann"}, call_id="c", namespace="crm")], "Done.")
    result = await run(Agent("Clerk", model=model, tools=grouped()), hooks=watch)
    assert result.new_items[1].output == "Ann is here"
    assert watch.seen == [("find", "crm", "crm.find")]


@pytest.mark.parametrize(("choice", "sent"), [("crm.find", "crm__find"), ("find", "crm__find"), ("auto", "auto")])
async def test_a_tool_is_chosen_by_any_of_its_names(run: Any, says: Any, choice: str, sent: str) -> None:
    """Who writes the agent does not know under which name a model is offered the tool."""
    model = says("Done.")
    await run(Agent("Clerk", model=model, tools=grouped(), model_settings=ModelSettings(tool_choice=choice)))
    assert model.last_call.model_settings.tool_choice == sent


@pytest.mark.parametrize("stop_at", ["find", "shop.find"])
async def test_a_run_stops_at_a_tool_of_either_name(run: Any, says: Any, stop_at: str) -> None:
    """The bare name means the tools of all namespaces."""
    model = says(("shop__find", {"name": "Tea"}))
    behavior = {"stop_at_tool_names": [stop_at]}
    result = await run(Agent("Clerk", model=model, tools=grouped(), tool_use_behavior=behavior))
    assert result.final_output == "Tea is on its way"


async def test_traces_show_the_name_that_people_read(run: Any, says: Any, spans: Any) -> None:
    """Two spans of one name would be one tool to whoever reads them."""
    await run(Agent("Clerk", model=says(("crm__find", {"name": "Ann"}), "Done."), tools=grouped()))
    assert spans.named("function crm.find")


async def test_a_deferred_tool_is_offered_at_once_where_nobody_can_search(run: Any, says: Any) -> None:
    """It costs tokens, and loses nothing; the incumbent refuses it outside OpenAI."""
    model = says(("find", {"name": "Tea"}), "Done.")
    result = await run(Agent("Clerk", model=model, tools=[find_order]))
    assert result.new_items[1].output == "Tea is on its way"


def test_the_tool_itself_stays_as_it_was() -> None:
    """One tool may be in several namespaces, and outside of all."""
    (made,) = tool_namespace(name="crm 2", description="Customers.", tools=[find])
    assert (made.call_name, made.qualified_name) == ("crm_2__find", "crm 2.find")
    assert (find.call_name, find.qualified_name, find.namespace) == ("find", "find", None)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": " "}, "name must be a string that is not empty"),
        ({"description": None}, "description must be a string that is not empty"),
        ({"tools": [print]}, "only function tools can be in it, not builtin_function_or_method"),
        ({"name": "n" * 60}, "longer than the 64 characters"),
    ],
)
def test_what_cannot_be_a_namespace_is_named(options: dict[str, Any], said: str) -> None:
    """A service would refuse the request, run after run, and say less."""
    with pytest.raises(UserError, match=said):
        tool_namespace(**{"name": "crm", "description": "Customers.", "tools": [find], **options})
