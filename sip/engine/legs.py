"""One call's state as the protocol shows it, without any I/O.

A :class:`Leg` is told what SIP did and what the user asked, with the time of each, and gives back
the events to send. It holds the promises of :mod:`sip.link.protocol`: states only move forward,
``ended`` comes exactly once and nothing comes after it, and an audio state is told once.
"""

from __future__ import annotations

from typing import Literal

from sip.link.protocol import Audio, AudioState, CallState, EndReason, Event

Direction = Literal["out", "in"]
Progress = Literal["calling", "ringing", "early", "connected"]
LegState = Literal["new", "calling", "ringing", "early", "connected", "ended"]

HANG_UP_GRACE_S = 1.0
"""How long after our hang-up the other side may take before the leg is ended without it: a peer
that is gone would keep the leg for 32 s (timers B and F, RFC 3261 section 17.1)."""

_FORWARD: dict[LegState, frozenset[LegState]] = {
    "new": frozenset({"calling", "ringing", "early", "connected", "ended"}),
    "calling": frozenset({"ringing", "early", "connected", "ended"}),
    "ringing": frozenset({"early", "connected", "ended"}),
    "early": frozenset({"connected", "ended"}),
    "connected": frozenset({"ended"}),
    "ended": frozenset(),
}

_REASONS: dict[int, EndReason] = {
    401: "unauthorized",
    403: "unauthorized",
    407: "unauthorized",
    404: "not_found",
    410: "not_found",
    484: "not_found",
    485: "not_found",
    604: "not_found",
    408: "no_answer",
    480: "no_answer",
    486: "busy",
    600: "busy",
    487: "cancelled",
    406: "not_acceptable",
    415: "not_acceptable",
    488: "not_acceptable",
    606: "not_acceptable",
    603: "rejected",
    607: "rejected",
    430: "unreachable",
    502: "unreachable",
    503: "unreachable",
    504: "unreachable",
}


def reason_of(code: int) -> EndReason:
    """The reason that a final SIP status stands for (RFC 3261 section 21; 607 is RFC 8197)."""
    if code < 300:
        return "normal"
    return _REASONS.get(code, "failed")


class Leg:
    """The state of one call. Every method takes ``now`` in seconds of CLOCK_MONOTONIC and returns
    the events that follow, oldest first."""

    def __init__(self, name: str, direction: Direction) -> None:
        self.name = name
        self.direction = direction
        self.state: LegState = "new"
        self.audio_state: AudioState = "none"
        self.deadline: float | None = None
        """When :meth:`expire` has to be called, if the other side stays silent."""
        self._hung_up = False

    @property
    def hanging_up(self) -> bool:
        return self._hung_up

    @property
    def answerable(self) -> bool:
        return self.direction == "in" and self.state in ("new", "ringing", "early")

    def calling(self, now: float) -> list[Event]:
        return self._move("calling", now)

    def ringing(self, now: float, code: int = 180) -> list[Event]:
        return self._move("ringing", now, code)

    def early(self, now: float, code: int = 183) -> list[Event]:
        return self._move("early", now, code)

    def connected(self, now: float) -> list[Event]:
        return self._move("connected", now, 200)

    def audio(self, state: AudioState, now: float) -> list[Event]:
        if self.state == "ended" or state == self.audio_state:
            return []
        self.audio_state = state
        return [Audio(call=self.name, state=state, t=now)]

    def hang_up(self, now: float) -> None:
        """We end the call; ``ended`` follows from :meth:`finished` or :meth:`expire`."""
        if self.state != "ended" and not self._hung_up:
            self._hung_up = True
            self.deadline = now + HANG_UP_GRACE_S

    def expire(self, now: float) -> list[Event]:
        """The deadline passed: the leg is over for us, whatever the other side does."""
        if self.deadline is None or now < self.deadline:
            return []
        return self.finished(0, now)

    def finished(self, code: int, now: float, *, untrusted: bool = False) -> list[Event]:
        """SIP says that the call is over with this final status (0: none was received);
        ``untrusted``: because the server's certificate did not pass."""
        if self.state == "ended":
            return []
        code, reason = self._outcome(code)
        if untrusted and reason == "unreachable":
            reason = "untrusted"
        self.state = "ended"
        self.deadline = None
        self.audio_state = "none"
        return [CallState(call=self.name, state="ended", code=code, reason=reason, t=now)]

    def _move(self, state: Progress, now: float, code: int = 0) -> list[Event]:
        if state not in _FORWARD[self.state]:
            return []  # SIP repeats and reorders provisional answers
        self.state = state
        return [CallState(call=self.name, state=state, code=code, t=now)]

    def _outcome(self, code: int) -> tuple[int, EndReason]:
        if self.state == "connected":
            if self._hung_up or code < 300:
                return 200, "normal"
            return code, reason_of(code)
        if self._hung_up and self.direction == "out":
            return (code if code >= 300 else 487), "cancelled"
        if self._hung_up:
            code = code if code >= 300 else 603
            return code, reason_of(code)
        if code == 408 and self.state == "calling":
            # Not even a provisional answer came: nobody is there, which is not "nobody answers".
            return 408, "unreachable"
        if code < 300:
            return code, "failed"
        return code, reason_of(code)
