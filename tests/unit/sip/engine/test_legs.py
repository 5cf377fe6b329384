from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sip.engine.legs import HANG_UP_GRACE_S, Leg, reason_of
from sip.link.protocol import Audio, CallState, Event

ORDER = ["new", "calling", "ringing", "early", "connected", "ended"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (200, "normal"),
        (401, "unauthorized"),
        (403, "unauthorized"),
        (404, "not_found"),
        (407, "unauthorized"),
        (408, "no_answer"),
        (410, "not_found"),
        (415, "not_acceptable"),
        (480, "no_answer"),
        (484, "not_found"),
        (486, "busy"),
        (487, "cancelled"),
        (488, "not_acceptable"),
        (500, "failed"),
        (502, "unreachable"),
        (503, "unreachable"),
        (504, "unreachable"),
        (600, "busy"),
        (603, "rejected"),
        (604, "not_found"),
        (606, "not_acceptable"),
        (400, "failed"),
        (302, "failed"),
    ],
)
def test_reasons(code: int, reason: str) -> None:
    assert reason_of(code) == reason


@given(st.integers(300, 699))
def test_every_refusal_has_a_reason_that_is_not_normal(code: int) -> None:
    assert reason_of(code) != "normal"


def outcome(events: list[Event]) -> tuple[int, str]:
    (event,) = events
    assert isinstance(event, CallState)
    assert event.state == "ended"
    return event.code, event.reason


@pytest.mark.parametrize(
    ("direction", "reached", "hung_up", "code", "expected"),
    [
        ("out", "calling", False, 486, (486, "busy")),
        ("out", "calling", False, 408, (408, "unreachable")),
        ("out", "ringing", False, 408, (408, "no_answer")),
        ("out", "calling", False, 0, (0, "failed")),
        ("out", "ringing", True, 487, (487, "cancelled")),
        ("out", "ringing", True, 486, (486, "cancelled")),
        ("out", "calling", True, 0, (487, "cancelled")),
        ("out", "connected", False, 200, (200, "normal")),
        ("out", "connected", True, 408, (200, "normal")),
        ("out", "connected", False, 408, (408, "no_answer")),
        ("out", "connected", False, 503, (503, "unreachable")),
        ("in", "ringing", False, 487, (487, "cancelled")),
        ("in", "ringing", True, 603, (603, "rejected")),
        ("in", "ringing", True, 0, (603, "rejected")),
        ("in", "ringing", False, 486, (486, "busy")),
        ("in", "connected", True, 0, (200, "normal")),
    ],
)
def test_how_a_call_ended(
    direction: str, reached: str, hung_up: bool, code: int, expected: tuple[int, str]
) -> None:
    leg = Leg("c", "out" if direction == "out" else "in")
    getattr(leg, reached)(1.0)
    if hung_up:
        leg.hang_up(2.0)
    assert outcome(leg.finished(code, 3.0)) == expected


def test_a_silent_peer_does_not_keep_the_leg() -> None:
    leg = Leg("c", "out")
    leg.calling(1.0)
    assert leg.deadline is None
    leg.hang_up(2.0)
    assert leg.deadline == 2.0 + HANG_UP_GRACE_S
    leg.hang_up(2.5)
    assert leg.deadline == 2.0 + HANG_UP_GRACE_S, "a second hang-up does not prolong it"
    assert leg.expire(2.5) == []
    assert outcome(leg.expire(2.0 + HANG_UP_GRACE_S)) == (487, "cancelled")
    assert leg.finished(200, 40.0) == []


class LegMachine(RuleBasedStateMachine):
    """Whatever SIP and the user do, the leg's story stays lawful."""

    @initialize(direction=st.sampled_from(["out", "in"]))
    def begin(self, direction: str) -> None:
        self.leg = Leg("c", "out" if direction == "out" else "in")
        self.now = 0.0
        self.told: list[Event] = []

    def tick(self) -> float:
        self.now += 0.25
        return self.now

    @rule(step=st.sampled_from(["calling", "ringing", "early", "connected"]))
    def progress(self, step: str) -> None:
        self.told += getattr(self.leg, step)(self.tick())

    @rule(state=st.sampled_from(["active", "local_hold", "remote_hold", "none"]))
    def audio(self, state: str) -> None:
        self.told += self.leg.audio(state, self.tick())  # type: ignore[arg-type]

    @rule()
    def hang_up(self) -> None:
        self.leg.hang_up(self.tick())

    @rule()
    def expire(self) -> None:
        self.told += self.leg.expire(self.tick())

    @precondition(lambda self: self.leg.state != "new")
    @rule(code=st.one_of(st.just(0), st.integers(200, 699)))
    def finished(self, code: int) -> None:
        self.told += self.leg.finished(code, self.tick())
        assert self.leg.state == "ended"

    @invariant()
    def states_only_move_forward(self) -> None:
        states = [
            event.state for event in getattr(self, "told", []) if isinstance(event, CallState)
        ]
        ranks = [ORDER.index(state) for state in states]
        assert ranks == sorted(set(ranks))

    @invariant()
    def nothing_comes_after_ended(self) -> None:
        ended = [
            index
            for index, event in enumerate(getattr(self, "told", []))
            if isinstance(event, CallState) and event.state == "ended"
        ]
        assert ended in ([], [len(getattr(self, "told", [])) - 1])

    @invariant()
    def an_audio_state_is_told_once(self) -> None:
        audio = [event.state for event in getattr(self, "told", []) if isinstance(event, Audio)]
        assert all(one != other for one, other in itertools.pairwise(audio))

    @invariant()
    def reasons_fit(self) -> None:
        for event in getattr(self, "told", []):
            if isinstance(event, CallState) and event.state != "ended":
                assert event.reason == "normal"

    @invariant()
    def a_leg_that_hangs_up_ends_in_time(self) -> None:
        leg = getattr(self, "leg", None)
        if leg is not None and leg.hanging_up and leg.state != "ended":
            assert leg.deadline is not None
            assert leg.deadline <= self.now + HANG_UP_GRACE_S


TestLegMachine = LegMachine.TestCase


@pytest.mark.parametrize(("code", "reason"), [(503, "untrusted"), (403, "unauthorized")])
def test_a_certificate_that_did_not_pass(code: int, reason: str) -> None:
    leg = Leg("c", "out")
    leg.calling(0.0)
    assert outcome(leg.finished(code, 1.0, untrusted=True)) == (code, reason)
