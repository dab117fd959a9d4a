"""Who serves models, and how each is spoken to: data, in ``providers.toml``, one record a provider.

A model string such as ``"groq/llama-3.3-70b-versatile"`` names a provider before the slash. Only the record that is
asked for is parsed: all of them would take more time than a model call.
"""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from ...exceptions import UserError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Protocol = Literal["openai-chat", "openai-responses", "anthropic", "gemini"]
Auth = Literal["bearer", "x-api-key", "x-goog-api-key", "api-key"]
PROTOCOLS: tuple[Protocol, ...] = ("openai-chat", "openai-responses", "anthropic", "gemini")

_BRACES = re.compile(r"\{([A-Z][A-Z0-9_|]+)\}")
_HEADER = re.compile(r"^\[\"?([\w.-]+?)\"?\]$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ProviderRecord:
    """One provider: its address, its keys, and where it differs from its protocol."""

    id: str
    """The part of a model string before the slash."""
    name: str
    """The provider's own name for itself."""
    protocol: Protocol
    base_url: str
    """The address, to which the protocol adds its path; ``{NAMES}`` are variables of the user's, see :func:`filled`."""
    base_url_env: tuple[str, ...] = ()
    """Variables that replace the address."""
    api_key_env: tuple[str, ...] = ()
    """Variables that hold the key; the first that is set counts."""
    auth: Auth = "bearer"
    """The header in which the key goes."""
    bearer_tokens: bool = False
    """Whether a JSON web token goes as a bearer instead: Entra ID's, where a key has a header of its own."""
    credentials: Literal["google"] | None = None
    """Whose credentials stand in for a key, where the user has them."""
    local: bool = False
    """Whether it runs on the user's own machine, and needs no key."""
    key_optional: bool = False
    """Whether it answers without a key."""
    also: dict[Protocol, str] = field(default_factory=dict)
    """The addresses of other protocols that it speaks."""
    instead: dict[str, str] = field(default_factory=dict)
    """Addresses, once filled, that stand for others: regions whose hosts are named in another way."""
    families: dict[str, str] = field(default_factory=dict)
    """The records that serve the models whose names begin so."""
    like: str | None = None
    """The record whose profile it shares: the same service at another address, or for another plan."""
    docs: str | None = None
    profile: dict[str, Any] = field(default_factory=dict)
    """Fields of the profile in which it differs from its protocol."""

    def find_key(self) -> str | None:
        """The key in the environment, if there is one."""
        return next((value for name in self.api_key_env if (value := os.environ.get(name))), None)

    def key_hint(self, given: object) -> str:
        """What to tell a user whose key is refused.

        Args:
            given: The key that the user has passed, if any.
        """
        found = next((name for name in self.api_key_env if os.environ.get(name)), None)
        if given:
            return "The key is the one given as api_key."
        if found is not None:
            return f"The key is that of {found}."
        names = f"set {' or '.join(self.api_key_env)}, or " if self.api_key_env else ""
        return "" if self.credentials else f"No key was sent: {names}pass api_key."

    def has_credentials(self) -> bool:
        """Whether credentials that stand in for a key lie where Google's tools put them, as far as files tell."""
        if self.credentials is None:
            return False
        folder = os.environ.get("CLOUDSDK_CONFIG") or Path.home() / ".config" / "gcloud"
        named = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS")
        return bool(named) or Path(folder, "application_default_credentials.json").is_file()

    def is_ready(self) -> bool:
        """Whether it could be asked now: there is a key, where one is needed, and all that its address depends on."""
        keyed = self.local or self.key_optional or self.find_key() is not None or self.has_credentials()
        texts = [self.find_base_url(self.protocol), *(text for text in self.profile.values() if isinstance(text, str))]
        names = [match.split("|") for text in texts for match in _BRACES.findall(text)]
        return keyed and all(any(map(os.environ.get, each)) for each in names)

    def find_base_url(self, protocol: Protocol) -> str:
        """The address for a protocol, as the environment may have it; ``{NAMES}`` are still to be filled."""
        if protocol in self.also:
            return self.also[protocol]
        return next((value for name in self.base_url_env if (value := os.environ.get(name))), self.base_url)

    def require_key(self) -> str | None:
        """The key in the environment; ``None`` where none is needed.

        Raises:
            UserError: There is none, and the provider asks for one.
        """
        key = self.find_key()
        if key is None and not (self.local or self.key_optional):
            names = " or ".join(self.api_key_env) or "its key"
            other = ""
            if self.credentials == "google":
                other = ' For Google\'s own credentials, which renew themselves: pip install "polyglot-agents[vertex]".'
            raise UserError(
                f"{self.name} needs a key: set {names}, or pass api_key to AnyModel('{self.id}/...').{other}"
            )
        return key


def filled(text: str, whose: str, more: str = "") -> str:
    """A text with its ``{NAMES}`` filled from the environment; of ``{ONE|OTHER}`` the first that is set counts.

    Args:
        text: The text.
        whose: The provider's name, for the error.
        more: What else the user could do.

    Raises:
        UserError: A variable is not set.
    """

    def value(match: re.Match[str]) -> str:
        names = match[1].split("|")
        found = next((value for name in names if (value := os.environ.get(name))), None)
        if found is None:
            raise UserError(f"{whose} needs to know your {' or '.join(names)}: set it in the environment{more}.")
        return re.sub(r"^https?://|/+$", "", found) if match.start() else found.rstrip("/")

    return _BRACES.sub(value, text)


@lru_cache(maxsize=1)
def _text() -> str:
    return Path(__file__).with_name("providers.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _sections() -> dict[str, tuple[int, int]]:
    """Where each provider's record stands in the text, without parsing it."""
    starts = [(match.group(1), match.start()) for match in _HEADER.finditer(_text())]
    main = [(name, start) for name, start in starts if not name.endswith(".profile")]
    ends = [start for _, start in main[1:]] + [len(_text())]
    return {name: (start, end) for (name, start), end in zip(main, ends, strict=True)}


OTHER_NAMES = {
    **dict.fromkeys(("google", "google-gla", "google_genai", "google-ai", "googleai", "palm"), "gemini"),
    **dict.fromkeys(("vertex", "vertexai", "google-vertex", "google_vertexai"), "vertex_ai"),
    **dict.fromkeys(("claude", "anthropic-ai"), "anthropic"),
    **dict.fromkeys(("gpt", "chatgpt", "openai-chat", "openai-responses"), "openai"),
    **dict.fromkeys(("azure_openai", "azure-openai", "azureopenai"), "azure"),
    **dict.fromkeys(("mistralai", "magistral"), "mistral"),
    **dict.fromkeys(("kimi", "moonshotai", "moonshot-ai"), "moonshot"),
    **dict.fromkeys(("grok", "x-ai", "x_ai"), "xai"),
    **dict.fromkeys(("qwen", "alibaba", "aliyun", "tongyi"), "dashscope"),
    **dict.fromkeys(("glm", "zhipu", "z-ai", "zai-org"), "zai"),
    **dict.fromkeys(("hf", "hugging_face"), "huggingface"),
    **dict.fromkeys(("aws", "amazon", "amazon_bedrock", "aws_bedrock", "bedrock"), "bedrock_mantle"),
    "deepseek-ai": "deepseek",
    "together": "together_ai",
    "fireworks": "fireworks_ai",
    "nvidia": "nvidia_nim",
    "lmstudio": "lm_studio",
    "vllm": "hosted_vllm",
    "llama.cpp": "llamacpp",
    "llama_cpp": "llamacpp",
    "command": "cohere",
    "sonar": "perplexity",
}
"""How other libraries and hubs call a provider, or its models: for hints in errors, never to ask one by."""


def near_providers(name: str, more: Sequence[str] = ()) -> list[str]:
    """The providers that somebody may mean by a name that is none, the likeliest first.

    Args:
        name: The name, in any case.
        more: Further names that there are.
    """
    lower = name.lower()
    found = [OTHER_NAMES[lower]] if lower in OTHER_NAMES else []
    found += difflib.get_close_matches(lower, [*more, *provider_ids()], n=3)
    return list(dict.fromkeys(found))[:3]


def maker_of_model(name: str) -> str | None:
    """The provider that makes the models of this name, as far as the name tells."""
    first = re.split(r"[-:/.\d]", name.lower(), maxsplit=1)[0]
    return first if first in _sections() else OTHER_NAMES.get(first)


def provider_ids() -> list[str]:
    """All providers that are spoken to natively, in alphabetical order."""
    return sorted(_sections())


@cache
def find_provider(provider_id: str) -> ProviderRecord | None:
    """The record of a provider; ``None`` where the catalogue has none."""
    place = _sections().get(provider_id)
    if place is None:
        return None
    parsed = tomllib.loads(_text()[slice(*place)])[provider_id]
    if (other := find_provider(parsed.get("like", ""))) is not None:
        parsed["profile"] = {**other.profile, **parsed.get("profile", {})}
    return msgspec.convert({"id": provider_id, **parsed}, ProviderRecord)
