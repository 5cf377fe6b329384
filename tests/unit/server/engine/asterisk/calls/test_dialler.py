from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ekc_console.server.engine.asterisk.calls.dialler import (
    AVOIDED_S,
    UNDO_AFTER_S,
    Dialler,
    TrunkOrder,
    trunk_failed,
)
from ekc_console.server.engine.asterisk.calls.legs import LegTable
from ekc_console.server.engine.asterisk.control.ari import AriError, EngineUnreachable
from ekc_console.server.engine.asterisk.setup.settings import Trunk
from ekc_console.server.engine.protocol import (
    NO_ANSWER,
    EngineError,
    EngineEvent,
    LegEnded,
    TrunkCalls,
)
from tests.support import virtual_time

FIRST = Trunk("first", outbound="10.0.0.1:5060", caller_id="122")
SECOND = Trunk("second", outbound="10.0.0.2:5060")
INBOUND = Trunk("inbound", addresses=("10.0.0.3",))


@pytest.mark.parametrize(
    ("cause", "sip", "failed"),
    [
        (34, 503, True),
        (27, 502, True),
        (38, 500, True),
        (102, 504, True),
        (18, 408, True),
        (21, 401, True),
        (21, 407, True),
        (21, 403, False),
        (1, 404, False),
        (19, 480, False),
        (17, 486, False),
        (21, 603, False),
        (34, 486, False),
        (34, 0, True),
        (17, 0, False),
        (0, 0, False),
    ],
)
def test_what_is_the_fault_of_a_trunk(cause: int, sip: int, failed: bool) -> None:
    assert trunk_failed(cause, sip) == failed


class Orders:
    def __init__(self, *trunks: Trunk) -> None:
        self.reports: list[TrunkCalls] = []
        self.unregistered: set[str] = set()
        self.trunks = TrunkOrder(
            trunks, lambda name: name not in self.unregistered, self.reports.append
        )

    def names(self, now: float) -> list[str]:
        return [trunk.name for trunk in self.trunks.order(now)]


def test_a_failed_trunk_is_tried_last_for_a_while() -> None:
    orders = Orders(INBOUND, FIRST, SECOND)
    assert orders.names(0) == ["first", "second"]
    orders.trunks.failed(FIRST, 0, "SIP 503")
    orders.trunks.failed(FIRST, 10, "SIP 503")
    assert orders.names(10 + AVOIDED_S - 1) == ["second", "first"]
    assert orders.names(10 + AVOIDED_S) == ["first", "second"]
    orders.trunks.works(FIRST)
    orders.trunks.works(FIRST)
    assert orders.names(11) == ["first", "second"]
    assert orders.reports == [TrunkCalls("first", False, "SIP 503"), TrunkCalls("first", True, "")]


def test_an_unregistered_trunk_is_tried_last() -> None:
    orders = Orders(FIRST, SECOND)
    orders.unregistered = {"first"}
    assert orders.names(0) == ["second", "first"]


def test_a_silent_trunk_is_tried_last_until_it_answers() -> None:
    orders = Orders(FIRST, SECOND)
    orders.trunks.failed(FIRST, 0, "SIP 408")
    orders.trunks.probed("first", answers=False)
    assert orders.names(AVOIDED_S + 1) == ["second", "first"]
    orders.trunks.probed("first", answers=True)
    assert orders.names(1) == ["first", "second"]
    assert orders.reports == [TrunkCalls("first", False, "SIP 408"), TrunkCalls("first", True, "")]


def test_an_answered_probe_does_not_excuse_refused_calls() -> None:
    orders = Orders(FIRST, SECOND)
    orders.trunks.failed(FIRST, 0, "SIP 503")
    orders.trunks.probed("first", answers=True)
    assert orders.names(1) == ["second", "first"]


def test_a_call_that_goes_through_says_more_than_an_unanswered_probe() -> None:
    orders = Orders(FIRST, SECOND)
    orders.trunks.probed("first", answers=False)
    orders.trunks.works(FIRST)
    assert orders.names(0) == ["first", "second"]
    assert orders.reports == [TrunkCalls("first", False, NO_ANSWER), TrunkCalls("first", True, "")]


class Wire:
    """Asterisk as far as dialling goes: which trunk was asked, and what it refuses at once."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.deleted: list[str] = []
        self.refused: set[str] = set()
        self.silent = False
        """Orders are not answered."""
        self.there_at_look = 1
        """How many looks it takes to find a channel that was begun unanswered."""
        self.events: list[EngineEvent] = []
        self.orders = Orders(FIRST, SECOND)
        self.dialler = Dialler(lambda: self.legs, lambda: self, self.orders.trunks)  # type: ignore[arg-type, return-value]
        self.legs = LegTable(
            self.events.append, lambda leg: None, self.dialler, lambda bridge: None
        )

    async def post(self, path: str, body: object, *, endpoint: str, **fields: str) -> bytes:
        trunk = endpoint.rpartition("trunk-")[2]
        self.asked.append(f"{trunk} as {fields['callerId']}")
        if self.silent:
            raise EngineUnreachable("нет ответа 3 с")
        if trunk in self.refused:
            raise AriError(500, "POST channels", "Allocation failed")
        return b""

    async def delete(self, path: str) -> bool:
        self.deleted.append(path)
        if self.silent:
            raise EngineUnreachable("нет ответа 3 с")
        return len(self.deleted) >= self.there_at_look

    async def dial(self, timeout_s: float = 30) -> None:
        await self.dialler.dial("o", "7900", "", timeout_s)

    def ends(self, sip: int, cause: int = 34) -> None:
        self.legs._ended("o", cause, sip)


def run(story: Callable[[Wire], Awaitable[None]]) -> None:
    async def main() -> None:
        wire = Wire()
        await story(wire)
        await wire.dialler.close()

    virtual_time.run(main)


async def turn() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


def test_the_next_trunk_is_tried_with_its_own_number() -> None:
    async def story(wire: Wire) -> None:
        await wire.dial()
        wire.ends(503)
        await turn()
        assert wire.asked == ['first as "122" <122>', "second as "]
        assert wire.events == []
        wire.ends(503)
        assert wire.events == [LegEnded("o", "unreachable")]

    run(story)


def test_a_trunk_that_cannot_be_asked_is_passed_over_at_once() -> None:
    async def story(wire: Wire) -> None:
        wire.refused = {"first"}
        await wire.dial()
        assert len(wire.asked) == 2
        wire.ends(486, cause=17)
        assert wire.events == [LegEnded("o", "busy")]

    run(story)


def test_no_trunk_can_be_asked() -> None:
    async def story(wire: Wire) -> None:
        wire.refused = {"first", "second"}
        with pytest.raises(EngineError):
            await wire.dial()
        assert wire.legs.all() == ()
        assert wire.events == []

    run(story)


def test_the_second_trunk_cannot_be_asked() -> None:
    async def story(wire: Wire) -> None:
        wire.refused = {"second"}
        await wire.dial()
        wire.ends(503)
        await turn()
        assert wire.events == [LegEnded("o", "unreachable")]

    run(story)


def test_who_hung_up_is_not_called_again() -> None:
    async def story(wire: Wire) -> None:
        await wire.dial()
        wire.legs.all()[0].ending = True
        wire.ends(503)
        await turn()
        assert len(wire.asked) == 1
        assert wire.events == [LegEnded("o", "normal")]

    run(story)


def test_a_hang_up_between_two_trunks() -> None:
    async def story(wire: Wire) -> None:
        await wire.dial()
        wire.ends(503)
        wire.legs.all()[0].ending = True
        await turn()
        assert len(wire.asked) == 1
        assert wire.events == [LegEnded("o", "normal")]

    run(story)


def test_a_party_that_rang_is_not_rung_again() -> None:
    async def story(wire: Wire) -> None:
        await wire.dial()
        wire.legs.all()[0].rang = True
        wire.ends(408, cause=18)
        await turn()
        assert len(wire.asked) == 1
        assert wire.events == [LegEnded("o", "no_answer")]
        assert wire.orders.reports == []

    run(story)


def test_no_time_is_left_for_another_trunk() -> None:
    async def story(wire: Wire) -> None:
        await wire.dial(timeout_s=0.5)
        wire.ends(408, cause=18)
        await turn()
        assert wire.events == [LegEnded("o", "unreachable")]

    run(story)


@pytest.mark.parametrize("there_at_look", [1, 3])
def test_an_order_that_is_not_answered_rings_nobody(there_at_look: int) -> None:
    """Nobody knows whether the call was begun: it is ended, however late it appears."""

    async def story(wire: Wire) -> None:
        wire.silent, wire.there_at_look = True, there_at_look
        with pytest.raises(EngineError):
            await wire.dial()
        wire.silent = False
        await asyncio.sleep(sum(UNDO_AFTER_S))
        assert wire.deleted == ["/channels/o"] * there_at_look
        assert len(wire.asked) == 1
        assert wire.orders.reports == []  # it is not the trunk's fault
        assert wire.events == []

    run(story)


def test_the_second_trunks_order_is_not_answered() -> None:
    async def story(wire: Wire) -> None:
        await wire.dial()
        wire.silent = True
        wire.ends(503)
        await turn()
        assert wire.events == [LegEnded("o", "unreachable")]
        wire.silent = False
        await asyncio.sleep(sum(UNDO_AFTER_S))
        assert wire.deleted[-1] == "/channels/o"

    run(story)
