"""When a failed model call is tried again: settings, the facts of an error, a model's advice, and policies.

This is vocabulary: it decides nothing by itself. ``run_internal.model_retry`` gathers the facts, asks the
policy and waits; models add what only they know through ``Model.get_retry_advice``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypeVar, Union

from .awaiting import answer_of
from .util import lazy_pydantic as pydantic
from .util._checked import checked

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = [
    "ModelRetryAdvice",
    "ModelRetryAdviceRequest",
    "ModelRetryBackoffInput",
    "ModelRetryBackoffSettings",
    "ModelRetryNormalizedError",
    "ModelRetrySettings",
    "RetryDecision",
    "RetryPolicy",
    "RetryPolicyContext",
    "ask_policy",
    "overlay",
    "retry_policies",
    "retry_policy_retries_all_transient_errors",
    "retry_policy_retries_safe_transport_errors",
]

D = TypeVar("D", bound="DataclassInstance")


def overlay(base: D, over: D) -> D:
    """A copy of the dataclass ``base`` with every value of ``over`` that is not its field's default."""
    changes = {f.name: value for f in fields(over) if (value := getattr(over, f.name)) != f.default}
    return replace(base, **changes)


@checked
@dataclass
class ModelRetryBackoffSettings:
    """How the wait grows from one retry to the next. What is ``None`` has the default that is named here.

    Raises:
        pydantic.ValidationError: A value is not of its kind, or out of its range.
    """

    initial_delay: Annotated[float, pydantic.Field(strict=True, ge=0, allow_inf_nan=False)] | None = None
    """Seconds before the first retry; 0.25."""
    max_delay: Annotated[float, pydantic.Field(strict=True, ge=0, allow_inf_nan=False)] | None = None
    """The longest wait between two attempts, in seconds. Without it, a computed wait is at most 2, and
    one that the policy or the service asks for at most 120."""
    multiplier: Annotated[float, pydantic.Field(strict=True, ge=0, allow_inf_nan=False)] | None = None
    """By how much each wait is longer than the one before; 2."""
    jitter: pydantic.StrictBool | None = None
    """Whether to vary the wait at random, so that many clients do not come back at the same moment; yes."""

    def to_json_dict(self) -> dict[str, Any]:
        """The settings as plain JSON data."""
        return asdict(self)


ModelRetryBackoffInput: TypeAlias = Union[ModelRetryBackoffSettings, dict[str, Any]]
"""Backoff settings, or a dict of them."""


@checked
@dataclass
class ModelRetrySettings:
    """How a run retries a failed model call. It retries only with both ``max_retries`` and a ``policy``.

    Raises:
        pydantic.ValidationError: A value is not of its kind, or out of its range.

    Example:
        ```python
        ModelSettings(
            retry=ModelRetrySettings(
                max_retries=3,
                backoff={"initial_delay": 0.5, "max_delay": 8},
                policy=retry_policies.any(retry_policies.network_error(), retry_policies.http_status([429])),
            )
        )
        ```
    """

    max_retries: Annotated[pydantic.StrictInt, pydantic.Field(ge=0)] | None = None
    """How many times to try again after the first attempt."""
    backoff: ModelRetryBackoffSettings | None = None
    """How long to wait, where neither the policy nor the service says so. It may be given as a dict."""
    policy: Annotated[Callable[..., Any] | None, pydantic.Field(exclude=True)] = field(default=None, repr=False)
    """Which failures to retry: a ``RetryPolicy``. It is code, so it is not in ``to_json_dict``."""

    if TYPE_CHECKING:

        def __init__(
            self,
            max_retries: int | None = None,
            backoff: ModelRetryBackoffInput | None = None,
            policy: RetryPolicy | None = None,
        ) -> None: ...

    def overlaid(self, other: ModelRetrySettings) -> ModelRetrySettings:
        """These settings, with what ``other`` sets in their place; the backoff is merged field by field."""
        backoff = self.backoff
        if other.backoff is not None:
            backoff = overlay(backoff or ModelRetryBackoffSettings(), other.backoff)
        return ModelRetrySettings(
            max_retries=self.max_retries if other.max_retries is None else other.max_retries,
            backoff=backoff,
            policy=other.policy or self.policy,
        )

    def to_json_dict(self) -> dict[str, Any]:
        """The settings as plain JSON data, without the policy."""
        return {"max_retries": self.max_retries, "backoff": self.backoff and self.backoff.to_json_dict()}


@dataclass
class ModelRetryNormalizedError:
    """The facts of an error, whoever raised it: what policies judge by."""

    status_code: int | None = None
    """The HTTP status."""
    error_code: str | None = None
    """The vendor's own code for the error."""
    message: str | None = None
    """The error as text."""
    request_id: str | None = None
    """The vendor's id for the request."""
    retry_after: float | None = None
    """Seconds that the service asks to wait."""
    is_abort: bool = False
    """Whether the call was cancelled; this is never retried."""
    is_network_error: bool = False
    """Whether the service could not be reached, or hung up."""
    is_timeout: bool = False
    """Whether the answer did not come in time."""


@dataclass
class ModelRetryAdviceRequest:
    """What a model is told of a failed call when it is asked for advice."""

    error: Exception
    """What the call raised."""
    attempt: int
    """Which attempt failed, the first being 1."""
    stream: bool
    """Whether it was a streamed call."""
    previous_response_id: str | None = None
    """The stored response that the request continued."""
    conversation_id: str | None = None
    """The stored conversation that the request continued."""


@dataclass
class ModelRetryAdvice:
    """What a model knows about one of its own failures. What is ``None`` it does not know."""

    suggested: bool | None = None
    """Whether another try may help."""
    retry_after: float | None = None
    """Seconds to wait before it."""
    replay_safety: str | None = None
    """``"safe"``: sending the request again cannot do its work twice. ``"unsafe"``: it may."""
    reason: str | None = None
    """Why, for people."""
    normalized: ModelRetryNormalizedError | None = None
    """Facts of the error that the run cannot see by itself; what they set wins."""
    response_started: bool = False
    """Whether the service had begun to answer when it failed."""


@dataclass
class RetryDecision:
    """What a policy decides, in more words than yes or no."""

    retry: bool
    """Whether to try again."""
    delay: float | None = None
    """Seconds to wait before it, in place of what the service asks for and of the backoff."""
    reason: str | None = None
    """Why, for people."""
    approve_unsafe_replay: bool = False
    """Whether to send the request again although its work may be done twice: ``retry`` alone never does."""
    _vetoes: bool = field(default=False, init=False, repr=False, compare=False)


@dataclass
class RetryPolicyContext:
    """All that a policy may know of a failed call."""

    error: Exception
    """What the call raised."""
    attempt: int
    """Which attempt failed, the first being 1."""
    max_retries: int
    """How many retries the settings allow."""
    stream: bool
    """Whether it was a streamed call."""
    normalized: ModelRetryNormalizedError
    """The facts of the error."""
    provider_advice: ModelRetryAdvice | None = None
    """What the model itself says."""
    previous_response_id: str | None = None
    """The stored response that the request continued."""
    conversation_id: str | None = None
    """The stored conversation that the request continued."""

    @property
    def response_started(self) -> bool:
        """Whether the service had begun to answer when it failed."""
        return self.provider_advice is not None and self.provider_advice.response_started

    @property
    def replay_safety(self) -> str:
        """``"safe"``, ``"unsafe"``, or ``"unknown"`` where the model does not say."""
        said = self.provider_advice.replay_safety if self.provider_advice else None
        return said if said in ("safe", "unsafe") else "unknown"

    @property
    def stateful_request(self) -> bool:
        """Whether the request continued something that the service stores."""
        return bool(self.previous_response_id or self.conversation_id)


RetryPolicy: TypeAlias = Callable[
    [RetryPolicyContext], Union[bool, RetryDecision, Awaitable[Union[bool, RetryDecision]]]
]
"""A function, sync or async, that decides whether a failed call is tried again."""


_TRANSIENT = frozenset({"transport", 408, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class _Policy:
    """A ready-made policy, which can say what it is sure to retry: lost connections, and HTTP statuses."""

    decide: RetryPolicy
    covers: frozenset[str | int] = frozenset()

    def __call__(self, context: RetryPolicyContext) -> bool | RetryDecision | Awaitable[bool | RetryDecision]:
        return self.decide(context)


def _covered(policy: RetryPolicy | None) -> frozenset[str | int]:
    return policy.covers if isinstance(policy, _Policy) else frozenset()


def retry_policy_retries_safe_transport_errors(policy: RetryPolicy | None) -> bool:
    """Whether a policy retries lost connections, where that is safe, as far as it says so.

    A ready-made policy of ``retry_policies`` says what it retries, and so do ``any`` and ``all`` of them; a function of
    your own does not.
    """
    return "transport" in _covered(policy)


def retry_policy_retries_all_transient_errors(policy: RetryPolicy | None) -> bool:
    """Whether a policy retries lost connections and each HTTP status that may pass, as far as it says so."""
    return _covered(policy) >= _TRANSIENT


async def ask_policy(policy: RetryPolicy, context: RetryPolicyContext) -> RetryDecision:
    """What ``policy`` decides, whichever of its forms it answers in."""
    answer = await answer_of("retry policy", policy, context)
    return answer if isinstance(answer, RetryDecision) else RetryDecision(retry=bool(answer))


def _agreed(decisions: list[RetryDecision]) -> RetryDecision:
    """One decision for several that all say yes: the last delay and reason given, and every approval."""
    agreed = RetryDecision(retry=True)
    for decision in decisions:
        agreed = overlay(agreed, replace(decision, retry=True))
    return agreed


class RetryPolicies:
    """The ready-made policies, as ``retry_policies``; ``any`` and ``all`` join them and yours."""

    def never(self) -> RetryPolicy:
        """Retry nothing."""
        return lambda context: False

    def provider_suggested(self) -> RetryPolicy:
        """Retry what the model itself advises. What it advises against, nothing else in ``any`` retries."""

        def decide(context: RetryPolicyContext) -> RetryDecision:
            advice = context.provider_advice or ModelRetryAdvice()
            if advice.suggested:
                return RetryDecision(retry=True, delay=advice.retry_after, reason=advice.reason)
            decision = RetryDecision(retry=False, reason=advice.reason)
            # An unsafe replay is for the application to approve: the run holds back what nobody approved.
            decision._vetoes = advice.suggested is False and context.replay_safety != "unsafe"
            return decision

        return _Policy(decide, frozenset({"transport"}))

    def network_error(self) -> RetryPolicy:
        """Retry when the service could not be reached, hung up, or did not answer in time."""
        return _Policy(
            lambda context: context.normalized.is_network_error or context.normalized.is_timeout,
            frozenset({"transport"}),
        )

    def http_status(self, statuses: Iterable[int]) -> RetryPolicy:
        """Retry an answer with one of these HTTP statuses."""
        wanted = frozenset(statuses)
        return _Policy(lambda context: context.normalized.status_code in wanted, wanted)

    def retry_after(self) -> RetryPolicy:
        """Retry when the service says how long to wait, after that time."""

        def decide(context: RetryPolicyContext) -> RetryDecision:
            delay = context.normalized.retry_after
            if delay is None and context.provider_advice is not None:
                delay = context.provider_advice.retry_after
            return RetryDecision(retry=delay is not None, delay=delay)

        return decide

    def any(self, *policies: RetryPolicy) -> RetryPolicy:
        """Retry when one of the policies does. The last delay and reason that they give hold."""

        async def decide(context: RetryPolicyContext) -> RetryDecision:
            decisions = [await ask_policy(policy, context) for policy in policies]
            for decision in decisions:
                if decision._vetoes:
                    return decision
            if agreeing := [decision for decision in decisions if decision.retry]:
                return _agreed(agreeing)
            return decisions[-1] if decisions else RetryDecision(retry=False)

        return _Policy(decide, frozenset().union(*map(_covered, policies)))

    def all(self, *policies: RetryPolicy) -> RetryPolicy:
        """Retry when all of the policies do. The last delay and reason that they give hold."""

        async def decide(context: RetryPolicyContext) -> RetryDecision:
            agreeing = []
            for policy in policies:
                decision = await ask_policy(policy, context)
                if not decision.retry:
                    return decision
                agreeing.append(decision)
            return _agreed(agreeing) if agreeing else RetryDecision(retry=False)

        common = _covered(policies[0]).intersection(*map(_covered, policies)) if policies else frozenset[str | int]()
        return _Policy(decide, common)


retry_policies = RetryPolicies()
"""The ready-made policies."""
