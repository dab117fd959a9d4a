"""The vocabulary of retries: settings, their merging, and the ready-made policies."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.retry import (
    ModelRetryAdvice,
    ModelRetryBackoffSettings,
    ModelRetryNormalizedError,
    ModelRetrySettings,
    RetryDecision,
    RetryPolicy,
    RetryPolicyContext,
    ask_policy,
    retry_policies,
    retry_policy_retries_all_transient_errors,
    retry_policy_retries_safe_transport_errors,
)

YES = retry_policies.http_status([500])
"""Says yes to the context below."""
NO = retry_policies.never()


def context(advice: ModelRetryAdvice | None = None, **facts: Any) -> RetryPolicyContext:
    """A failed call with status 500, unless ``facts`` say otherwise."""
    return RetryPolicyContext(
        error=RuntimeError("broken"),
        attempt=1,
        max_retries=2,
        stream=False,
        normalized=ModelRetryNormalizedError(**{"status_code": 500, **facts}),
        provider_advice=advice,
    )


def decide(policy: RetryPolicy, of: RetryPolicyContext) -> RetryDecision:
    return asyncio.run(ask_policy(policy, of))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (lambda: ModelRetrySettings(max_retries=-1), "max_retries"),
        (lambda: ModelRetrySettings(max_retries=1.5), "max_retries"),  # type: ignore[arg-type]
        (lambda: ModelRetrySettings(max_retries=True), "max_retries"),
        (lambda: ModelRetrySettings(policy="always"), "policy"),  # type: ignore[arg-type]
        (lambda: ModelRetrySettings(backoff=3), "backoff"),  # type: ignore[arg-type]
        (lambda: ModelRetrySettings(backoff={"initial": 1}), "initial"),
        (lambda: ModelRetrySettings(backoff={"max_delay": -1}), "max_delay"),
        (lambda: ModelRetryBackoffSettings(multiplier=float("nan")), "multiplier"),
        (lambda: ModelRetryBackoffSettings(initial_delay="soon"), "initial_delay"),  # type: ignore[arg-type]
        (lambda: ModelRetryBackoffSettings(jitter=0.5), "jitter"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_setting_is_refused_by_name(settings: Any, words: str) -> None:
    """A typing error must show when it is written, not as a run that quietly never retries."""
    with pytest.raises(ValidationError, match=words):
        settings()


def test_backoff_may_be_written_as_a_dict() -> None:
    """Settings often come from a configuration file, where everything is a dict."""
    settings = ModelRetrySettings(max_retries=2, backoff={"initial_delay": 1, "jitter": False})

    assert settings.backoff == ModelRetryBackoffSettings(initial_delay=1, jitter=False)


def test_settings_become_json_without_their_policy() -> None:
    """Settings go into traces and stored runs, and code can go into neither."""
    settings = ModelRetrySettings(max_retries=2, backoff={"jitter": False}, policy=YES)

    assert settings.to_json_dict() == {
        "max_retries": 2,
        "backoff": {"initial_delay": None, "max_delay": None, "multiplier": None, "jitter": False},
    }
    assert ModelRetrySettings().to_json_dict() == {"max_retries": None, "backoff": None}


@pytest.mark.parametrize(
    ("base", "over", "merged"),
    [
        ({"max_retries": 2}, {}, {"max_retries": 2}),
        ({"max_retries": 2}, {"max_retries": 0}, {"max_retries": 0}),
        ({"policy": NO}, {"policy": YES}, {"policy": YES}),
        ({"policy": YES}, {"max_retries": 1}, {"policy": YES, "max_retries": 1}),
        ({}, {"backoff": {"jitter": False}}, {"backoff": {"jitter": False}}),
        (
            {"backoff": {"max_delay": 5, "multiplier": 3}},
            {"backoff": {"max_delay": 0, "jitter": False}},
            {"backoff": {"max_delay": 0, "multiplier": 3, "jitter": False}},
        ),
    ],
)
def test_overlaid_settings_keep_what_the_others_leave_open(
    base: dict[str, Any], over: dict[str, Any], merged: dict[str, Any]
) -> None:
    """A run may shorten the waits of an agent without repeating its policy; a zero counts as said."""
    first = ModelRetrySettings(**base)

    assert first.overlaid(ModelRetrySettings(**over)) == ModelRetrySettings(**merged)
    assert first == ModelRetrySettings(**base)


MAYBE_DELAY = st.one_of(st.none(), st.floats(0, 100))
BACKOFFS = st.builds(
    ModelRetryBackoffSettings, MAYBE_DELAY, MAYBE_DELAY, MAYBE_DELAY, st.sampled_from([None, True, False])
)
SETTINGS = st.builds(
    ModelRetrySettings,
    st.sampled_from([None, 0, 1, 5]),
    st.none() | BACKOFFS,
    st.sampled_from([None, YES, NO]),
)


@given(SETTINGS, SETTINGS, SETTINGS)
def test_overlaying_does_not_depend_on_grouping(
    a: ModelRetrySettings, b: ModelRetrySettings, c: ModelRetrySettings
) -> None:
    """Settings meet in several places (agent, run, call), and must come to the same in whichever order."""
    assert a.overlaid(b).overlaid(c) == a.overlaid(b.overlaid(c))
    assert a.overlaid(ModelRetrySettings()) == a


@pytest.mark.parametrize(
    ("policy", "facts", "expected"),
    [
        (retry_policies.never(), {"is_network_error": True}, False),
        (retry_policies.network_error(), {"is_network_error": True}, True),
        (retry_policies.network_error(), {"is_timeout": True}, True),
        (retry_policies.network_error(), {}, False),
        (retry_policies.http_status([429, 503]), {"status_code": 503}, True),
        (retry_policies.http_status(iter((429, 503))), {"status_code": 500}, False),
        (retry_policies.http_status([429]), {"status_code": None}, False),
        (retry_policies.retry_after(), {"retry_after": 7.0}, True),
        (retry_policies.retry_after(), {"retry_after": 0.0}, True),
        (retry_policies.retry_after(), {}, False),
        (retry_policies.provider_suggested(), {}, False),
        (retry_policies.any(), {}, False),
        (retry_policies.all(), {}, False),
        (retry_policies.any(NO, YES), {}, True),
        (retry_policies.any(NO, NO), {}, False),
        (retry_policies.all(YES, NO), {}, False),
        (retry_policies.all(YES, YES), {}, True),
        (retry_policies.all(YES, retry_policies.any(NO, YES)), {}, True),
    ],
)
def test_policies_judge_by_the_facts(policy: RetryPolicy, facts: dict[str, Any], expected: bool) -> None:
    """Each ready-made policy answers for exactly the failures that its name says."""
    assert decide(policy, context(**facts)).retry is expected


LOST, BUSY = retry_policies.network_error(), retry_policies.http_status([408, 429, *range(500, 505)])


@pytest.mark.parametrize(
    ("policy", "transport", "transient"),
    [
        (LOST, True, False),
        (retry_policies.provider_suggested(), True, False),
        (BUSY, False, False),
        (retry_policies.never(), False, False),
        (retry_policies.any(LOST, NO, BUSY), True, True),
        (retry_policies.all(LOST, retry_policies.any(LOST, BUSY)), True, False),
        (retry_policies.all(LOST, NO), False, False),
        (retry_policies.all(), False, False),
        (lambda context: True, False, False),
        (None, False, False),
    ],
)
def test_policies_say_what_they_are_sure_to_retry(policy: Any, transport: bool, transient: bool) -> None:
    """A model with retries of its own leaves to the run what the run is sure to retry, and nothing else."""
    assert retry_policy_retries_safe_transport_errors(policy) is transport
    assert retry_policy_retries_all_transient_errors(policy) is transient


def test_retry_after_takes_the_wait_from_the_error_or_the_advice() -> None:
    """A model that reads the wait from a body is as good a source as a header."""
    assert decide(retry_policies.retry_after(), context(retry_after=7.0)).delay == 7.0
    assert decide(retry_policies.retry_after(), context(ModelRetryAdvice(retry_after=3.0))).delay == 3.0


def test_the_providers_suggestion_carries_its_wait_and_reason() -> None:
    """The advice of a model is passed on whole, as the decision is what the run goes by."""
    advice = ModelRetryAdvice(suggested=True, retry_after=3.0, reason="overloaded")

    assert decide(retry_policies.provider_suggested(), context(advice)) == RetryDecision(
        retry=True, delay=3.0, reason="overloaded"
    )


@pytest.mark.parametrize(
    ("advice", "expected"),
    [
        (ModelRetryAdvice(suggested=False), False),
        (ModelRetryAdvice(suggested=False, replay_safety="unsafe"), True),
        (ModelRetryAdvice(suggested=None), True),
        (None, True),
    ],
)
def test_advice_against_a_retry_overrules_the_other_policies(advice: ModelRetryAdvice | None, expected: bool) -> None:
    """A model that knows that waiting is useless (an empty account) is not overruled by a list of statuses.

    An unsafe replay is another matter: the run itself holds it back until a policy approves it.
    """
    for order in (1, -1):
        policies = [YES, retry_policies.provider_suggested()][::order]
        assert decide(retry_policies.any(*policies), context(advice)).retry is expected


def test_joined_policies_give_the_last_delay_and_every_approval() -> None:
    """What one part of a joined policy says must not be lost because another part also agrees."""

    async def patient(context: RetryPolicyContext) -> RetryDecision:
        return RetryDecision(retry=True, delay=5.0, reason="patient")

    def brave(context: RetryPolicyContext) -> RetryDecision:
        return RetryDecision(retry=True, delay=1.0, approve_unsafe_replay=True)

    expected = RetryDecision(retry=True, delay=1.0, reason="patient", approve_unsafe_replay=True)
    for join in (retry_policies.any, retry_policies.all):
        assert decide(join(patient, YES, brave, YES), context()) == expected


@pytest.mark.parametrize(
    ("said", "expected"), [("safe", "safe"), ("unsafe", "unsafe"), (None, "unknown"), ("perhaps", "unknown")]
)
def test_the_context_names_the_safety_of_a_replay(said: str | None, expected: str) -> None:
    """A policy compares with three words, whatever a model wrote."""
    assert context(ModelRetryAdvice(replay_safety=said)).replay_safety == expected
    assert context().replay_safety == "unknown"


def test_the_context_tells_whether_the_request_continued_stored_state() -> None:
    """Sending such a request twice may do its work twice, so policies ask about it."""
    plain = context(ModelRetryAdvice(response_started=True))

    assert plain.response_started
    assert not context().response_started
    assert not plain.stateful_request
    plain.conversation_id = "conv_1"
    assert plain.stateful_request
