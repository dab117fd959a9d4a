"""Google's application default credentials as an ``api_key``: a token that is renewed before it expires.

``any_model`` takes them for providers whose record says so, where no token is given. ``google-auth`` finds them (a
service account's file, ``gcloud auth application-default login``, workload identity, the metadata server); it loads
with the first call, on a thread, as it reads files and asks Google.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import threading
from functools import cache
from typing import Any

from ..error_map import redact
from ..exceptions import AuthenticationError, ProviderConnectionError, UserError

INSTALL = 'pip install "polyglot-agents[vertex]"'
_SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)


class GoogleCredentials:
    """Access tokens of Google Cloud: ``AnyModel("vertex_ai/gemini-3-pro", api_key=GoogleCredentials(own))``.

    Args:
        credentials: An object of ``google.auth.credentials.Credentials``; by default what Google's libraries find.

    Raises:
        ImportError: ``google-auth`` is not installed.
    """

    def __init__(self, credentials: Any = None) -> None:
        if credentials is None and not installed():
            raise ImportError(f"Google's credentials need google-auth: {INSTALL}")
        self._credentials = credentials
        self._renewing = threading.Lock()  # models on several event loops may share these

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    async def __call__(self) -> str:
        """The token of now: a good one at once, else a new one.

        Raises:
            UserError: There are no credentials.
            AuthenticationError: Google does not renew them.
            ProviderConnectionError: Google could not be asked.
        """
        if self._credentials is None or not self._credentials.valid:  # as it calls a token that has a few minutes left
            await asyncio.to_thread(self._renew)
        return str(self._credentials.token)

    def _renew(self) -> None:
        auth = importlib.import_module("google.auth")
        failures = importlib.import_module("google.auth.exceptions")
        http = importlib.import_module("google.auth.transport.requests")
        with self._renewing:
            try:
                if self._credentials is None:
                    self._credentials, _ = auth.default(scopes=_SCOPES)
                if not self._credentials.valid:
                    self._credentials.refresh(http.Request())
            except failures.DefaultCredentialsError:
                raise UserError(
                    "Google Vertex AI needs credentials, and google-auth found none: run 'gcloud auth "
                    "application-default login', set GOOGLE_APPLICATION_CREDENTIALS to a service account's file, or "
                    "pass api_key."
                ) from None
            except failures.TransportError as error:
                message = f"Google could not be asked for a token: {redact(str(error))}"
                raise ProviderConnectionError(message, provider="google") from None
            except failures.GoogleAuthError as error:  # its text may quote what was sent, its cause holds it
                message = f"Google renews these credentials no more: {redact(str(error))}"
                raise AuthenticationError(message, provider="google") from None


def installed() -> bool:
    """Whether ``google-auth`` can be imported, with the client that it needs."""
    try:
        return all(map(importlib.util.find_spec, ("google.auth", "requests")))
    except ModuleNotFoundError:  # of the parent package
        return False


@cache
def default_credentials() -> GoogleCredentials:
    """The credentials of this process, which all its models share.

    Raises:
        ImportError: ``google-auth`` is not installed.
    """
    return GoogleCredentials()
