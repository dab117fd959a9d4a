"""What a Messages conversation may do: pairs of calls and results, thinking that comes back, options that
exclude others.

Error texts follow those that users of the service report; each rule is one the service is known to answer
with 400.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.testing.simulator.json_schema import anthropic_size_problem, anthropic_strict_problem, schema_problem
from agents.testing.simulator.seals import Seals

from .binding import check_binding
from .hosted import check_hosted_pairs
from .images import check_images
from .models import (
    adapts,
    always_thinks,
    efforts,
    formats_output,
    modern,
    most_tokens,
    refuses_force,
    refuses_prefill,
    strains_by_thinking,
    system_turns,
    thinks,
)
from .shape import refuse
from .turns import Turn, texts, thinking_on

__all__ = ["check_options", "check_turns"]

_DOCS = "Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking"


# --- Options --------------------------------------------------------------------------------------


def check_options(body: Mapping[str, Any]) -> None:
    """Options that exclude or need one another."""
    _check_length(body)
    _check_tools(body)
    _check_thinking(body)
    _check_effort(body)
    if any(not stop.strip() for stop in body.get("stop_sequences", ())):
        raise refuse("stop_sequences: each stop sequence must contain non-whitespace")
    output = body.get("output_config", {}).get("format") or body.get("output_format")
    if output and not formats_output(body["model"]):
        raise refuse(f"'{body['model']}' does not support output format.")
    problem = schema_problem(output["schema"]) or anthropic_strict_problem(output["schema"]) if output else None
    if problem:
        raise refuse(f"output_config.format.schema: {problem}")
    strict = [tool["input_schema"] for tool in body.get("tools", ()) if tool.get("strict") and "input_schema" in tool]
    problem = anthropic_size_problem(strict, output["schema"] if output else None)
    if problem:
        raise refuse(problem)
    marks = sum(_cache_marks(body.get(key)) for key in ("system", "tools", "messages"))
    if marks > 4:
        raise refuse(f"A maximum of 4 blocks with cache_control may be provided. Found {marks}.")


def _check_length(body: Mapping[str, Any]) -> None:
    limit, wanted = most_tokens(body["model"]), body["max_tokens"]
    if limit is not None and wanted > limit:
        raise refuse(
            f"max_tokens: {wanted} > {limit}, which is the maximum allowed number of output tokens for {body['model']}"
        )


def _check_tools(body: Mapping[str, Any]) -> None:
    names = [tool["name"] for tool in body.get("tools", ()) if "name" in tool]
    if len(set(names)) < len(names):
        raise refuse("tools: Tool names must be unique.")
    choice = body.get("tool_choice")
    if choice and not names:
        raise refuse("tool_choice: tool_choice may only be specified while providing tools.")
    if choice and choice["type"] == "tool" and choice["name"] not in names:
        raise refuse(f"Tool '{choice['name']}' not found in provided tools")
    if choice and choice["type"] in ("any", "tool") and refuses_force(body["model"]):
        raise refuse("tool_choice: this model does not support forced tool use.")
    for index, tool in enumerate(body.get("tools", ())):
        if "input_schema" not in tool:
            continue
        # github.com/getkimchi/kimchi/pull/191
        if {"oneOf", "allOf", "anyOf"} & set(tool["input_schema"]):
            raise refuse(
                f"tools.{index}.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top "
                "level"
            )
        if schema_problem(tool["input_schema"]):
            raise refuse(
                f"tools.{index}.custom.input_schema: JSON schema is invalid. It must match JSON Schema "
                "draft 2020-12 "
                "(https://json-schema.org/draft/2020-12)."
            )
        problem = anthropic_strict_problem(tool["input_schema"]) if tool.get("strict") else None
        if problem:
            raise refuse(f"tools.{index}.custom.input_schema: {problem}")


def _check_thinking(body: Mapping[str, Any]) -> None:
    sampling = [name for name in ("temperature", "top_p", "top_k") if name in body]
    if sampling and modern(body["model"]):
        raise refuse(f"{sampling[0]}: this parameter is not supported by this model.")
    if body.get("thinking", {}).get("type") == "disabled" and always_thinks(body["model"]):
        raise refuse('"thinking.type.disabled" is not supported for this model.')
    if not thinking_on(body):
        return
    thinking = body["thinking"]
    if not thinks(body["model"]):  # github.com/anthropics/claude-code/issues/11388
        raise refuse(f"'{body['model']}' does not support thinking.")
    if thinking["type"] == "adaptive" and not adapts(body["model"]):  # github.com/pensarai/apex/pull/890
        raise refuse("adaptive thinking is not supported on this model")
    if thinking["type"] == "enabled":
        if modern(body["model"]):
            raise refuse(
                '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and '
                '"output_config.effort" to control thinking behavior.'
            )
        if thinking["budget_tokens"] >= body["max_tokens"]:
            raise refuse(f"`max_tokens` must be greater than `thinking.budget_tokens`. {_DOCS}")
    if body.get("tool_choice", {}).get("type") in ("any", "tool"):
        raise refuse("Thinking may not be enabled when tool_choice forces tool use.")
    if body.get("temperature", 1) != 1:
        raise refuse(f"`temperature` may only be set to 1 when thinking is enabled. {_DOCS}")
    if "top_k" in body:
        raise refuse(f"`top_k` must be unset when thinking is enabled. {_DOCS}")
    if body.get("top_p", 1) < 0.95:
        raise refuse(f"`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled. {_DOCS}")


def _check_effort(body: Mapping[str, Any]) -> None:
    effort, known = body.get("output_config", {}).get("effort"), efforts(body["model"])
    if effort is None:
        return
    if known == ():  # github.com/Oaklight/llm-rosetta/pull/289
        raise refuse("This model does not support the effort parameter.")
    if known is not None and effort not in known:
        raise refuse(f"This model does not support effort level '{effort}'. Supported levels: {', '.join(known)}.")
    off = body.get("thinking", {}).get("type") == "disabled"
    # platform.claude.com/docs/en/models/opus-5/migration-guide, github.com/anthropics/claude-code/issues/76689
    if off and effort in ("xhigh", "max") and strains_by_thinking(body["model"]):
        raise refuse(
            f"output_config.effort '{effort}' is not supported when thinking is disabled on this model. Use effort "
            "'high' or below, or enable thinking."
        )


def _cache_marks(value: Any) -> int:
    if isinstance(value, list):
        return sum(map(_cache_marks, value))
    if isinstance(value, dict):
        return bool(value.get("cache_control")) + _cache_marks(value.get("content"))
    return 0


# --- Turns ----------------------------------------------------------------------------------------


_ONLY_IN = {
    "tool_use": "assistant",
    "thinking": "assistant",
    "redacted_thinking": "assistant",
    "server_tool_use": "assistant",
    "tool_result": "user",
    "image": "user",
}


def check_turns(body: Mapping[str, Any], turns: list[Turn], version: str, seals: Seals) -> None:
    """The rules of a conversation, in the order in which the service checks them."""
    _check_texts(body)
    check_images(turns)
    if version == "2023-06-01" and turns[0].role == "assistant":
        raise refuse('messages: first message must use the "user" role')
    for turn in turns:
        if turn.role == "system" and not system_turns(body["model"]):
            raise refuse(
                'messages: Unexpected role "system". The Messages API accepts a top-level `system` '
                "parameter, not "
                '"system" as an input message role.'
            )
        _check_places(turn, version)
        _check_seals(turn, seals)
    _check_pairs(turns)
    check_hosted_pairs(turns)
    _check_prefill(body, turns)
    if thinking_on(body):
        _check_replayed_thinking(body, turns, seals)
    check_binding(body, turns, seals)


def _check_texts(body: Mapping[str, Any]) -> None:
    messages = body["messages"]
    for index, message in enumerate(messages):
        last = index == len(messages) - 1 and message["role"] == "assistant"
        if not message["content"] and not last:
            raise refuse(
                f"messages.{index}: all messages must have non-empty content except for the optional final "
                "assistant "
                "message"
            )
    blocks = [
        *texts(body.get("system")),
        *(text for message in messages for text in texts(message["content"])),
    ]
    for text in blocks:
        if not text:
            raise refuse("messages: text content blocks must be non-empty")
        if not text.strip():
            raise refuse("messages: text content blocks must contain non-whitespace text")


def _check_places(turn: Turn, version: str) -> None:
    for block in turn.blocks:
        wanted = _ONLY_IN.get(block["type"])
        if block["type"] == "document" and version != "2023-06-01":
            wanted = "user"
        if wanted and wanted != turn.role:
            raise refuse(f"messages.{turn.index}: `{block['type']}` blocks can only be in `{wanted}` messages")
        if block.get("citations") and turn.role == "user" and block["type"] == "text" and version != "2023-06-01":
            raise refuse(f"messages.{turn.index}: `citations` may not be set on user text blocks")


def _check_seals(turn: Turn, seals: Seals) -> None:
    """Thinking is signed and redacted thinking opaque: only what this server issued is accepted."""
    for position, block in enumerate(turn.blocks):
        if block["type"] == "thinking" and not seals.holds(block["signature"], block["thinking"], "thinking"):
            raise refuse(f"messages.{turn.index}.content.{position}: Invalid `signature` in `thinking` block")
        if block["type"] == "redacted_thinking" and not seals.recall("redacted", block["data"]):
            raise refuse(f"messages.{turn.index}.content.{position}: Invalid `data` in `redacted_thinking` block")
    if turn.blocks and turn.blocks[-1]["type"] in ("thinking", "redacted_thinking"):
        kind = turn.blocks[-1]["type"]
        raise refuse(f"messages.{turn.index}: The final block in an assistant message cannot be `{kind}`.")


def _check_pairs(turns: list[Turn]) -> None:
    seen: set[str] = set()
    for turn, after in zip(turns, [*turns[1:], None], strict=True):
        uses = [block["id"] for block in turn.of("tool_use")]
        if len(set(uses)) < len(uses) or seen & set(uses):
            raise refuse("messages: `tool_use` ids must be unique")
        seen.update(uses)
        answered = _leading_results(after) if after and after.role == "user" else []
        missing = [use for use in uses if use not in answered]
        if missing:
            raise refuse(
                f"messages.{turn.index}: `tool_use` ids were found without `tool_result` blocks immediately "
                "after: "
                f"{', '.join(missing)}. Each `tool_use` block must have a corresponding `tool_result` block "
                "in the next "
                "message."
            )
    for before, turn in zip([None, *turns[:-1]], turns, strict=True):
        asked = [block["id"] for block in before.of("tool_use")] if before else []
        for position, block in enumerate(turn.blocks):
            if block["type"] != "tool_result":
                continue
            if block["tool_use_id"] not in asked:
                raise refuse(
                    f"messages.{turn.index}.content.{position}: unexpected `tool_use_id` found in "
                    "`tool_result` blocks: "
                    f"{block['tool_use_id']}. Each `tool_result` block must have a corresponding `tool_use` "
                    "block in the "
                    "previous message."
                )
        given = [block["tool_use_id"] for block in turn.of("tool_result")]
        twice = next((each for each in given if given.count(each) > 1), None)
        if twice:
            raise refuse(
                f"messages.{turn.index}.content: each tool_use must have a single result. Found multiple "
                "`tool_result` "
                f"blocks with id: {twice}"
            )


def _leading_results(turn: Turn) -> list[str]:
    """The results at the head of a turn: one that comes after text is not "immediately after" its call."""
    found = []
    for block in turn.blocks:
        if block["type"] != "tool_result":
            break
        found.append(block["tool_use_id"])
    return found


def _check_prefill(body: Mapping[str, Any], turns: list[Turn]) -> None:
    last = turns[-1]
    if last.role != "assistant":
        return
    if refuses_prefill(body["model"]):
        raise refuse(
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )
    if last.blocks and last.blocks[-1]["type"] == "text" and last.blocks[-1]["text"][-1:].isspace():
        raise refuse("messages: final assistant content cannot end with trailing whitespace")


def _check_replayed_thinking(body: Mapping[str, Any], turns: list[Turn], seals: Seals) -> None:
    """Within a tool loop, a turn that called tools comes back with the thinking it was issued with,
    unmodified.
    """
    start = max((i for i, turn in enumerate(turns) if turn.role == "user" and not turn.of("tool_result")), default=-1)
    loop = [turn for turn in turns[start + 1 :] if turn.role == "assistant" and turn.of("tool_use")]
    for turn in loop:
        issued = [seals.recall("thought", block["id"]) for block in turn.of("tool_use")]
        known = [thoughts for thoughts in issued if thoughts is not None]
        wanted = list(dict.fromkeys(thought for thoughts in known for thought in thoughts))
        given = [_thought(block) for block in turn.of("thinking", "redacted_thinking")]
        if wanted and not given:
            raise _expected_thinking(turn)
        if wanted and given != wanted:
            raise refuse(
                f"messages.{turn.index}.content: `thinking` or `redacted_thinking` blocks in the latest "
                "assistant message "
                "cannot be modified. These blocks must remain as they were in the original response."
            )
        # A call that this server never issued has no thinking to lose; yet with a budget the loop
        # must begin with some.
        foreign = turn is loop[0] and not known and body["thinking"]["type"] == "enabled"
        if (foreign or wanted) and turn.blocks[0]["type"] not in ("thinking", "redacted_thinking"):
            raise _expected_thinking(turn)


def _thought(block: Mapping[str, Any]) -> tuple[str, str]:
    return (block["thinking"], block["signature"]) if block["type"] == "thinking" else ("", block["data"])


def _expected_thinking(turn: Turn) -> Exception:
    return refuse(
        f"messages.{turn.index}.content.0.type: Expected `thinking` or `redacted_thinking`, but found "
        f"`{turn.blocks[0]['type']}`. When `thinking` is enabled, a final `assistant` message must start "
        "with a thinking "
        "block (preceeding the lastmost set of `tool_use` and `tool_result` blocks). We recommend you "
        "include thinking "
        f"blocks from previous turns. To avoid this requirement, disable `thinking`. {_DOCS}"
    )
