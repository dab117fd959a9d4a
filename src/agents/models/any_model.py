"""Any model over its own wire protocol: the catalogue says how, or the caller does."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from ..api_keys import ApiKey, current_key
from ..exceptions import UserError
from ..protocols.anthropic_messages import AnthropicMessages
from ..protocols.base import Codec, Profile
from ..protocols.chat_completions import ChatCompletions
from ..protocols.gemini_generate import GeminiGenerate
from ..protocols.responses import Responses
from ..transport.http import HttpTransport, Timeouts, Verify
from .catalog import PROTOCOLS, Auth, Protocol, ProviderRecord, filled, find_provider, near_providers
from .catalog.profiles import checked, make_profile, profile_fields, provider_fields
from .google_credentials import default_credentials, installed
from .wire_model import WireModel

CODECS: Mapping[Protocol, type[Codec]] = {
    "openai-chat": ChatCompletions,
    "openai-responses": Responses,
    "anthropic": AnthropicMessages,
    "gemini": GeminiGenerate,
}
"""A protocol more is one codec and one line here."""

_AUTH: Mapping[Protocol, Auth] = {
    "openai-chat": "bearer",
    "openai-responses": "bearer",
    "anthropic": "x-api-key",
    "gemini": "x-goog-api-key",
}
"""In which header a server that the catalogue does not know takes the key."""


class AnyModel(WireModel):
    """A model over its provider's own wire protocol, with no adapter library in between.

    ``AnyModel("anthropic/claude-sonnet-4-5")`` takes all it needs from the catalogue and the environment. For a server
    that the catalogue does not know, say where it is and what it speaks::

        AnyModel("my-model", base_url="http://localhost:8000/v1", api="openai-chat")

    Args:
        model: The provider, a slash, and the provider's name for the model; with ``base_url`` and ``api`` given, a
            name whose first part is no known provider is passed on as it is.
        api_key: The key, or a function, sync or async, that is asked for the key of each request, as short-lived keys
            need it; by default that of the provider's environment variable (on Vertex, else Google's credentials).
        base_url: Another address for the provider, or that of a server of your own.
        api: The wire protocol: ``"openai-chat"``, ``"openai-responses"``, ``"anthropic"`` or ``"gemini"``.
        profile: Where the model differs from its protocol: names and values of profile fields.
        headers: More headers for every request.
        strict_feature_validation: Raise ``UserError`` for what the model cannot do, instead of a line in the log.
        timeouts: How long to wait for a connection, the first byte and the next one; ``ModelSettings.timeout`` bounds
            the whole call.
        verify: Whom to trust: ``True`` for the system's authorities (and those of ``SSL_CERT_FILE``), a path to a file
            or folder of CA certificates, an ``ssl.SSLContext``, or ``False`` for anybody.
        proxy: Address of an HTTP proxy; without it ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``
            decide.
        max_retries: How often a failed call is tried again before its first output, unless the run has a retry policy.

    Raises:
        UserError: The provider is unknown, has no key, or the profile has a field that does not exist.
    """

    def __init__(
        self,
        model: str,
        *,
        api_key: ApiKey | None = None,
        base_url: str | None = None,
        api: Protocol | None = None,
        profile: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        strict_feature_validation: bool = False,
        timeouts: Timeouts | None = None,
        verify: Verify = True,
        proxy: str | None = None,
        max_retries: int = 2,
    ) -> None:
        if api is not None and api not in PROTOCOLS:
            raise UserError(f"There is no wire protocol {api!r}: api is one of {', '.join(map(repr, PROTOCOLS))}.")
        record, name = _resolve(model, base_url, api)
        protocol = api or record.protocol
        key = api_key or _found_key(record, base_url)
        address = base_url or filled(record.find_base_url(protocol), record.name, ", or pass base_url")
        its_profile = _profile(record, protocol, name, profile)
        address = _without_path(record.instead.get(address, address), protocol, its_profile)
        self.provider = record.id
        self.base_url = address
        super().__init__(
            name,
            codec=CODECS[protocol](),
            transport=HttpTransport(
                address,
                provider=record.id,
                headers={**(_auth_header(record, protocol, key) if isinstance(key, str) else {}), **(headers or {})},
                key_hint=record.key_hint(api_key),
                sign=_signer(record, protocol, key) if callable(key) else None,
                secrets=[key] if isinstance(key, str) else [],
                timeouts=timeouts,
                verify=verify,
                proxy=proxy,
                max_retries=max_retries,
            ),
            profile=its_profile,
            strict_feature_validation=strict_feature_validation,
        )

    def _trace_config(self) -> Mapping[str, Any]:
        return {"provider": self.provider, "base_url": self.base_url}


def _resolve(model: str, base_url: str | None, api: Protocol | None) -> tuple[ProviderRecord, str]:
    """The provider of a model, and the provider's own name for it."""
    prefix, slash, rest = model.partition("/")
    record = find_provider(prefix) if slash else None
    if record is not None and rest:
        family = next((id for start, id in record.families.items() if rest.startswith(start)), record.id)
        return find_provider(family) or record, rest
    if base_url is not None and model:
        host = re.sub(r"^\w+://([^/@]*@)?|/.*$", "", base_url)
        protocol = api or "openai-chat"
        return ProviderRecord(host, host, protocol, base_url, auth=_AUTH[protocol], key_optional=True), model
    near = near_providers(prefix)
    hint = f" Did you mean {' or '.join(f'{name}/...' for name in near)}?" if near else ""
    raise UserError(
        f"No provider in the catalogue answers for {model!r}: write 'provider/model', such as "
        f"'anthropic/claude-sonnet-4-5', or pass base_url and api for a server of your own.{hint}"
    )


_PATHS: Mapping[Protocol, Sequence[str]] = {
    "openai-chat": ("/chat/completions",),
    "openai-responses": ("/responses",),
    "anthropic": ("/v1/messages", "/v1"),
    "gemini": ("/v1beta/models", "/v1beta"),
}
"""What the protocol adds to an address, and users have added themselves at times."""


def _without_path(address: str, protocol: Protocol, profile: Profile) -> str:
    """The address, without what the protocol adds to it anyhow: all that it could mean is the same place."""
    if profile.anthropic_vertex or profile.gemini_path != Profile(provider="").gemini_path:  # another path is added
        return address
    root, mark, query = address.partition("?")
    root = root.rstrip("/")
    tail = next((path for path in _PATHS[protocol] if root.endswith(path)), "")
    return f"{root.removesuffix(tail)}{mark}{query}" if tail else address


def _found_key(record: ProviderRecord, base_url: str | None) -> ApiKey | None:
    """The key that the environment has, or credentials in its place."""
    if record.credentials == "google" and record.find_key() is None and installed():
        return default_credentials()
    return record.require_key() if base_url is None else record.find_key()


def _signer(
    record: ProviderRecord, protocol: Protocol, key: Callable[[], str | Awaitable[str]]
) -> Callable[[], Awaitable[Mapping[str, str]]]:
    """What gives the header of each request, where the key may change."""

    async def sign() -> Mapping[str, str]:
        return _auth_header(record, protocol, await current_key(key, record.name))

    return sign


def _auth_header(record: ProviderRecord, protocol: Protocol, key: str) -> dict[str, str]:
    """The header that holds the key. A provider of one protocol that is asked in another takes it as a bearer."""
    if record.auth == "bearer" or record.protocol != protocol or (record.bearer_tokens and key.startswith("eyJ")):
        return {"Authorization": f"Bearer {key}"}
    return {record.auth: key}


def _profile(record: ProviderRecord, protocol: Protocol, model: str, own: Mapping[str, Any] | None) -> Profile:
    """The profile: of the protocol and the model, then the provider's differences, then the caller's own."""
    return make_profile(
        _maker(record, protocol),
        profile_fields(protocol, model),
        _own(record, protocol),
        provider_fields(record.like or record.id, protocol, model),
        checked(own) if own is not None else {},
    )


def _own(record: ProviderRecord, protocol: Protocol) -> Mapping[str, Any]:
    """What the record says of the profile; parts of it may depend on the user's environment."""
    if not {record.protocol, protocol} <= {"openai-chat", "openai-responses"} and record.protocol != protocol:
        # Reasoning goes back in the other protocol's own form.
        return {name: value for name, value in record.profile.items() if name != "reasoning_replay"}
    return {
        name: filled(value, record.name, f", or pass profile={{{name!r}: ...}}") if isinstance(value, str) else value
        for name, value in record.profile.items()
    }


def _maker(record: ProviderRecord, protocol: Protocol) -> str:
    """Whose items these are: what one protocol of a provider has sealed, another one cannot read."""
    own = find_provider(record.id)
    return record.id if own is not None and own.protocol == protocol else f"{record.id}/{protocol}"
