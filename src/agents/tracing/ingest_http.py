"""One POST to a trace service, told as an `Answer`: never an exception, never a word of what was sent.

Below `backend_exporter`. `urllib` is loaded with the first request: most programs never make one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

_SECONDS = 30.0
_PASSING = (408, 409, 429)  # time-out, conflict, too many requests


class Answer(NamedTuple):
    """How a request went."""

    status: int
    """The HTTP status; 0 when there was no answer."""

    may_retry: bool
    """Whether the same request may succeed later."""

    retry_after: float
    """The seconds to wait that the service asked for; 0 when it did not."""

    @property
    def ok(self) -> bool:
        """Whether the service took it."""
        return 200 <= self.status < 300


def headers(api_key: str, organization: str | None, project: str | None) -> dict[str, str]:
    """Return the headers that the service asks for."""
    named = {
        "Authorization": f"Bearer {api_key}",
        "Content-Type": "application/json",
        "OpenAI-Beta": "traces=v1",
        "OpenAI-Organization": organization,
        "OpenAI-Project": project,
    }
    return {name: value for name, value in named.items() if value}


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Post once and wait for the answer.

    Args:
        url: An http(s) address.
        body: What to send.
        headers: Sent to this address only: a redirect is not followed, it would carry the key to a stranger.
    """
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class NoRedirect(HTTPRedirectHandler):
        def redirect_request(self, *args: Any) -> None:
            return None

    try:
        request = Request(url, body, headers, method="POST")  # noqa: S310 - the exporter checks the scheme
        with build_opener(NoRedirect).open(request, timeout=_SECONDS) as response:
            return Answer(response.status, False, 0.0)
    except HTTPError as error:
        with error:
            may_retry = error.code in _PASSING or error.code >= 500
            told_not_to = error.headers.get("x-should-retry", "").strip().lower() == "false"
            return Answer(error.code, may_retry and not told_not_to, _seconds(error.headers.get("retry-after")))
    except ValueError:
        return Answer(0, False, 0.0)  # a key that cannot stand in a header; the exception's text would show it
    except (OSError, HTTPException):
        return Answer(0, True, 0.0)


def _seconds(retry_after: str | None) -> float:
    try:
        return max(0.0, float(retry_after or 0))
    except ValueError:
        return 0.0  # a date: the exporter's own waits will do
