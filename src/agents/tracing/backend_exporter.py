"""The exporter to OpenAI's trace service: opt-in, the only code of the package that sends traces anywhere.

Above `ingest_format` and `ingest_http`, which know the shape and the wire; used on the thread of
`BatchTraceProcessor`.
"""

from __future__ import annotations

import os
import threading
from typing import Any

from ..exceptions import UserError
from ..logger import logger
from . import ingest_format, ingest_http
from .failures import loggable
from .processor_interface import TracingExporter
from .spans import Span
from .traces import Trace

OPENAI_ENDPOINT = "https://api.openai.com/v1/traces/ingest"


class BackendSpanExporter(TracingExporter):
    """Posts traces and spans to OpenAI's trace service, or to an endpoint that takes the same.

    Args:
        api_key: The key, a secret; `OPENAI_API_KEY` when None. A trace with a key of its own goes under that.
        organization: `OPENAI_ORG_ID` when None.
        project: `OPENAI_PROJECT_ID` when None.
        endpoint: Where to post.
        max_retries: The most attempts for a batch.
        base_delay: The seconds before the second attempt; each further wait is twice as long.
        max_delay: The longest wait between attempts.
    """

    def __init__(
        self,
        api_key: str | None = None,
        organization: str | None = None,
        project: str | None = None,
        endpoint: str = OPENAI_ENDPOINT,
        max_retries: int = 3,
        base_delay: float = 1.0,
        max_delay: float = 30.0,
    ) -> None:
        if not endpoint.startswith(("https://", "http://")):
            raise UserError(f"A trace endpoint must be an http(s) address, not {endpoint!r}.")
        self.api_key = api_key
        self._organization = organization
        self._project = project
        self.endpoint = endpoint
        self.max_retries = max_retries
        self.base_delay = base_delay
        self.max_delay = max_delay
        self._closed = threading.Event()

    @property
    def api_key(self) -> str | None:
        """The key, or what `OPENAI_API_KEY` holds now."""
        return self._api_key or os.environ.get("OPENAI_API_KEY")

    @api_key.setter
    def api_key(self, api_key: str | None) -> None:
        self._api_key = api_key

    def set_api_key(self, api_key: str) -> None:
        """Set the key, a secret."""
        self._api_key = api_key

    @property
    def organization(self) -> str | None:
        """The organization, or what `OPENAI_ORG_ID` holds."""
        return self._organization or os.environ.get("OPENAI_ORG_ID")

    @property
    def project(self) -> str | None:
        """The project, or what `OPENAI_PROJECT_ID` holds."""
        return self._project or os.environ.get("OPENAI_PROJECT_ID")

    def close(self) -> None:
        """Stop waiting between attempts: from now on every batch is tried once."""
        self._closed.set()

    def export(self, items: list[Trace | Span[Any]]) -> None:
        """Post a batch, a request per key; one that fails is logged, without the content, and lost."""
        by_key: dict[str | None, list[dict[str, Any]]] = {}
        for item in items:
            if exported := self._exported(item):
                by_key.setdefault(item.tracing_api_key or self.api_key, []).append(exported)
        for key, group in by_key.items():
            if key:
                self._send(group, ingest_http.headers(key, self.organization, self.project))
            else:
                logger.warning("OPENAI_API_KEY is not set: %d traces and spans were not sent.", len(group))

    def _exported(self, item: Trace | Span[Any]) -> dict[str, Any] | None:
        try:
            exported = item.export()
        except Exception as error:  # noqa: BLE001 - one odd span must not cost the others
            logger.error("A trace or span could not be exported: %s", loggable(error))
            return None
        is_openai = self.endpoint.rstrip("/") == OPENAI_ENDPOINT
        return ingest_format.fit(exported) if exported and is_openai else exported

    def _send(self, group: list[dict[str, Any]], headers: dict[str, str]) -> None:
        body = ingest_format.encode(group)
        delay = self.base_delay
        for attempt in range(1, self.max_retries + 1):
            answer = ingest_http.post(self.endpoint, body, headers)
            if answer.ok:
                return
            jitter = 1 + os.urandom(1)[0] / 2550  # up to a tenth more, so that clients do not come in step
            pause = min(max(delay * jitter, answer.retry_after), self.max_delay)
            if attempt == self.max_retries or not answer.may_retry or self._closed.wait(pause):
                reason = f"HTTP {answer.status}" if answer.status else "no answer"
                logger.error("%d traces and spans were not sent: %s.", len(group), reason)
                return
            delay = min(delay * 2, self.max_delay)
