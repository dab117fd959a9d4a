"""One row of the table of what services refuse, and how the vendors' own clients ask and what they say then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import anthropic
import openai
from google import genai
from google.genai import errors, types

from agents.testing.simulator import Reply, Simulator


@dataclass(frozen=True)
class Rule:
    """A rule, by a request that breaks it.

    Attributes:
        name: What is wrong with the request.
        patch: What differs from the good request; `...` drops a field. Where something was said before, a function
            of that answer.
        status: The HTTP status.
        code: OpenAI's code for it, where it has one and the row cares.
        says: What stands in the message.
        model: Another model than the good request's, where the address names it.
        after: What is asked first, and answered.
        headers: Headers that differ; an empty one is left out.
        content: Bytes instead of a body.
        path: Another address, as the client's other ones.
        verb: Another method of HTTP.
    """

    name: str
    patch: Mapping[str, Any] | Callable[[Any], Mapping[str, Any]]
    status: int
    code: str | None
    says: str
    model: str = ""
    after: tuple[Reply, Mapping[str, Any]] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    path: str = ""
    verb: str = "POST"

    def body(self, base: Mapping[str, Any], said: Any = None) -> dict[str, Any]:
        """The request that breaks the rule, once `said` was answered before."""
        return patched(base, self.patch(said) if callable(self.patch) else self.patch)


@dataclass(frozen=True)
class Told:
    """What a client's error says; only OpenAI's has a code beside its type."""

    error: str
    status: int
    code: str | None
    message: str
    type: str | None


def patched(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """A request with fields replaced, or dropped where the patch says `...`."""
    return {name: value for name, value in {**base, **patch}.items() if value is not ...}


Ask = Callable[[Mapping[str, Any]], Awaitable[Any]]


async def _refused(rule: Rule, base: Mapping[str, Any], sim: Simulator, ask: Ask) -> None:
    said = None
    if rule.after is not None:
        sim.script(rule.after[0])
        said = await ask(patched(base, rule.after[1]))
    await ask(rule.body(base, said))


async def through_openai(sim: Simulator, path: str, base: Mapping[str, Any], rule: Rule) -> Told:
    """The error of OpenAI's client."""
    options: Any = {"headers": {name: value or openai.omit for name, value in rule.headers.items()}}
    async with openai.AsyncOpenAI(base_url=sim.openai_base_url, api_key=sim.api_key, max_retries=0) as client:

        async def ask(body: Mapping[str, Any]) -> Any:
            if rule.verb == "GET":
                return await client.get(rule.path, cast_to=object)
            sent: dict[str, Any] = {"content": rule.content} if rule.content else {"body": body}
            return await client.post(rule.path or path, cast_to=object, options=options, **sent)

        try:
            await _refused(rule, base, sim, ask)
        except openai.APIStatusError as error:
            body: Any = error.body
            return Told(type(error).__name__, error.status_code, error.code, body["message"], body["type"])
    raise AssertionError("It was not refused.")


async def through_anthropic(sim: Simulator, path: str, base: Mapping[str, Any], rule: Rule) -> Told:
    """The error of Anthropic's client."""
    headers = {"anthropic-version": "2023-06-01", **rule.headers}
    options: Any = {"headers": {name: value or anthropic.omit for name, value in headers.items()}}
    async with anthropic.AsyncAnthropic(base_url=sim.anthropic_base_url, api_key=sim.api_key, max_retries=0) as client:

        async def ask(body: Mapping[str, Any]) -> Any:
            sent: dict[str, Any] = {"content": rule.content} if rule.content else {"body": body}
            return await client.post(rule.path or path, cast_to=object, options=options, **sent)

        try:
            await _refused(rule, base, sim, ask)
        except anthropic.APIStatusError as error:
            told: Any = error.body
            return Told(type(error).__name__, error.status_code, None, told["error"]["message"], told["error"]["type"])
    raise AssertionError("It was not refused.")


async def through_google(sim: Simulator, path: str, base: Mapping[str, Any], rule: Rule) -> Told:
    """The error of Google's client."""
    options = types.HttpOptions(base_url=sim.gemini_base_url, api_version="v1beta")
    client = genai.Client(api_key=sim.api_key, http_options=options)

    async def ask(body: Mapping[str, Any]) -> Any:
        # Its public methods build the body themselves, and would not build one that is wrong.
        address = rule.path or path.format(model=rule.model or "gemini-3-pro")
        own = types.HttpOptions(headers=dict(rule.headers))
        request = client._api_client._build_request("post", address, dict(body), own)
        if rule.content:
            request.data = rule.content
        return await client._api_client._async_request_once(request)

    try:
        await _refused(rule, base, sim, ask)
    except errors.APIError as error:
        return Told(type(error).__name__, error.code, None, str(error.message), error.status)
    finally:
        await client.aio.aclose()
    raise AssertionError("It was not refused.")
