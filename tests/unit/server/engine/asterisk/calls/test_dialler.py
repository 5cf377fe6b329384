from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from ekc_console.server.engine.asterisk.calls.dialler import (
    AVOIDED_S,
    UNDO_AFTER_S,
    Dialler,
    TrunkOrder,
)
from ekc_console.server.engine.asterisk.calls.legs import LegTable
from ekc_console.server.engine.asterisk.control.ari import (
    AriError,
    Channel,
    EngineUnreachable,
    Event,
)
from ekc_console.server.engine.asterisk.setup.dialplan import DIALLED_VARIABLE
from ekc_console.server.engine.asterisk.setup.settings import CallerPlace, Trunk
from ekc_console.server.engine.protocol import (
    NO_ANSWER,
    EngineError,
    EngineEvent,
    LegAnswered,
    LegEnded,
    LegRinging,
    LegSpeaks,
    TrunkCalls,
)
from tests.support import virtual_time

FIRST = Trunk("first", outbound="10.0.0.1:5060", caller_id="122")
SECOND = Trunk("second", outbound="10.0.0.2:5060")
INBOUND = Trunk("inbound", addresses=("10.0.0.3",))


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

    def __init__(self, *trunks: Trunk) -> None:
        self.asked: list[str] = []
        self.endpoints: list[str] = []
        self.variables: list[dict[str, str]] = []
        self.deleted: list[str] = []
        self.refused: set[str] = set()
        self.comes = True
        """A channel that was made comes into our application."""
        self.dialled = 0
        self.lost_before_dialling = False
        self.address = "10.0.0.1:4000"
        self.silent = False
        """Orders are not answered."""
        self.there_at_look = 1
        """How many looks it takes to find a channel that was begun unanswered."""
        self.events: list[EngineEvent] = []
        self.orders = Orders(*(trunks or (FIRST, SECOND)))
        self.dialler = Dialler(lambda: self.legs, lambda: self, self.orders.trunks)  # type: ignore[arg-type, return-value]
        self.legs = LegTable(
            self.events.append, lambda leg: None, self.dialler, lambda bridge: None
        )

    async def post(self, path: str, body: Any = None, **fields: str) -> bytes:
        if path == "/channels/o/dial":
            self.dialled += 1
            if self.lost_before_dialling:
                raise AriError(404, "POST channels", "Channel not found")
            return b""
        self.endpoints.append(fields["endpoint"])
        self.variables.append(body["variables"])
        trunk = fields["endpoint"].rpartition("trunk-")[2]
        shown = body["variables"].get("CONNECTEDLINE(all,i)", "")
        self.asked.append(f"{trunk} as {shown}")
        if self.silent:
            raise EngineUnreachable("нет ответа 3 с")
        if trunk in self.refused:
            raise AriError(500, "POST channels", "Allocation failed")
        if self.comes:
            self.take("StasisStart", "Down")
        return b""

    async def variable(self, channel: str, name: str) -> str:
        return self.address

    def take(self, kind: str, state: str) -> None:
        self.legs.take(Event(kind, Channel("o", "PJSIP/o", state), args=["out", "7900"]))

    def speaks(self) -> None:
        self.legs.take(Event("Dial", peer=Channel("o", "PJSIP/o"), dialstatus="PROGRESS"))

    async def delete(self, path: str) -> bool:
        self.deleted.append(path)
        if self.silent:
            raise EngineUnreachable("нет ответа 3 с")
        return len(self.deleted) >= self.there_at_look

    async def dial(
        self,
        timeout_s: float = 30,
        number: str = "7900",
        shown: str = "",
        for_caller: str = "",
    ) -> None:
        await self.dialler.dial("o", number, shown, timeout_s, for_caller)

    def ends(self, sip: int, cause: int = 34) -> None:
        self.legs._ended("o", cause, sip)


def run(story: Callable[[Wire], Awaitable[None]], *trunks: Trunk) -> None:
    async def main() -> None:
        wire = Wire(*trunks)
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
        assert wire.events == [LegEnded("o", "no_way", "SIP 503")]

    run(story)


def test_each_trunk_gets_the_number_as_it_wants_it() -> None:
    async def story(wire: Wire) -> None:
        await wire.dial(number="+79161110050", shown="+78005550122")
        for _ in range(2):
            wire.ends(503)
            await turn()
        assert wire.endpoints == [
            "PJSIP/89161110050@trunk-first",
            "PJSIP/79161110050@trunk-second",
            "PJSIP/+79161110050@trunk-third",
        ]
        assert wire.asked == [
            'first as "88005550122" <88005550122>',
            'second as "78005550122" <78005550122>',
            'third as "+78005550122" <+78005550122>',
        ]

    run(
        story,
        Trunk("first", outbound="10.0.0.1:5060", number_format="ru8"),
        Trunk("second", outbound="10.0.0.2:5060", number_format="e164"),
        Trunk("third", outbound="10.0.0.3:5060"),
    )


@pytest.mark.parametrize("nobody", ["", '1>" <sip:1@evil', "anonymous", "+7916;x=y"])
@pytest.mark.parametrize("place", ["From", "Diversion", "P-Asserted-Identity"])
def test_an_emergency_service_is_told_of_no_caller_whose_number_is_none(
    place: CallerPlace, nobody: str
) -> None:
    async def story(wire: Wire) -> None:
        await wire.dial(number="103", for_caller=nobody)
        assert wire.variables == [{DIALLED_VARIABLE: "103", "CONNECTEDLINE(all,i)": '"122" <122>'}]

    run(story, replace(FIRST, caller_to_emergency=place))


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
        assert wire.events == [LegEnded("o", "no_way")]

    run(story)


def test_who_hung_up_is_not_called_again() -> None:
    async def story(wire: Wire) -> None:
        await wire.dial()
        wire.legs.all()[0].ending = True
        wire.ends(503)
        await turn()
        assert len(wire.asked) == 1
        assert wire.events == [LegEnded("o", "unrung")]

    run(story)


def test_a_hang_up_between_two_trunks() -> None:
    async def story(wire: Wire) -> None:
        await wire.dial()
        wire.ends(503)
        wire.legs.all()[0].ending = True
        await turn()
        assert len(wire.asked) == 1
        assert wire.events == [LegEnded("o", "unrung")]

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


@pytest.mark.parametrize("sip", [503, 407, 408, 403])
def test_a_call_that_the_network_spoke_of_is_not_made_again_and_blames_no_trunk(sip: int) -> None:
    async def story(wire: Wire) -> None:
        await wire.dial()
        wire.speaks()
        await turn()
        wire.ends(sip)
        await turn()
        assert len(wire.asked) == 1
        assert wire.events[0] == LegSpeaks("o")
        assert wire.orders.reports == []

    run(story)


@pytest.mark.parametrize("address", ["0.0.0.0:0", "(null)", ""])
def test_183_without_sound_is_nothing_to_hear(address: str) -> None:
    async def story(wire: Wire) -> None:
        wire.address = address
        await wire.dial()
        wire.speaks()
        await turn()
        assert wire.events == []
        wire.ends(503)
        await turn()
        assert len(wire.asked) == 1

    run(story)


@pytest.mark.parametrize("sip", [403, 407, 488])
def test_what_one_trunk_refuses_goes_through_the_next(sip: int) -> None:
    async def story(wire: Wire) -> None:
        await wire.dial()
        wire.ends(sip, cause=21)
        await turn()
        assert len(wire.asked) == 2
        wire.take("ChannelStateChange", "Up")
        assert wire.events == [LegAnswered("o")]

    run(story)


def test_403_for_one_number_says_nothing_of_the_trunk_and_for_two_it_does() -> None:
    orders = Orders(FIRST)
    orders.trunks.refused(FIRST, "7901", 0, "SIP 403")
    orders.trunks.refused(FIRST, "7901", 1, "SIP 403")
    assert orders.reports == []
    orders.trunks.works(FIRST)
    orders.trunks.refused(FIRST, "7902", 2, "SIP 403")
    assert orders.reports == []
    orders.trunks.refused(FIRST, "7903", 3, "SIP 403")
    assert orders.reports == [TrunkCalls("first", False, "SIP 403")]


@pytest.mark.parametrize("sip", [403, 407])
def test_a_refusal_does_not_say_that_the_trunk_works_again(sip: int) -> None:
    async def story(wire: Wire) -> None:
        wire.orders.trunks.failed(FIRST, 0, "SIP 503")
        wire.orders.trunks.failed(SECOND, 0, "SIP 503")
        reports = list(wire.orders.reports)
        await wire.dial()
        wire.ends(sip, cause=21)
        await turn()
        wire.ends(sip, cause=21)
        assert wire.events == [LegEnded("o", "no_way", f"SIP {sip}")]
        assert wire.orders.reports == reports

    run(story)


def test_a_trunk_that_says_nothing_but_100_until_the_time_is_over_rang_nobody() -> None:
    async def story(wire: Wire) -> None:
        await wire.dial(timeout_s=30)
        await asyncio.sleep(29.9)
        wire.ends(480, cause=19)
        assert wire.events == [LegEnded("o", "no_way", "timeout")]
        assert wire.orders.reports == []

    run(story)


def test_a_call_that_rang_until_the_time_is_over_was_not_answered() -> None:
    async def story(wire: Wire) -> None:
        await wire.dial(timeout_s=30)
        wire.take("ChannelStateChange", "Ringing")
        await asyncio.sleep(29.9)
        wire.ends(480, cause=19)
        assert wire.events == [LegRinging("o"), LegEnded("o", "no_answer")]

    run(story)


def test_a_channel_that_does_not_come_is_ended() -> None:
    async def story(wire: Wire) -> None:
        wire.comes = False
        await wire.dial()
        assert wire.dialled == 0
        assert wire.deleted == ["/channels/o"]
        wire.ends(603, cause=16)  # as Asterisk tells of a channel that was never dialled
        await turn()
        assert wire.orders.reports == []

    run(story)


def test_a_channel_that_cannot_be_dialled_counts_as_refused_by_nobody() -> None:
    async def story(wire: Wire) -> None:
        wire.lost_before_dialling = True
        await wire.dial()
        assert wire.deleted == ["/channels/o"]
        wire.ends(603, cause=16)
        await turn()
        wire.ends(603, cause=16)
        assert wire.events == [LegEnded("o", "no_way")]

    run(story)


def test_no_time_is_left_for_another_trunk() -> None:
    async def story(wire: Wire) -> None:
        await wire.dial(timeout_s=0.9)
        wire.ends(408, cause=18)
        await turn()
        assert wire.events == [LegEnded("o", "no_way", "SIP 408")]

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
        assert wire.events == [LegEnded("o", "no_way")]
        wire.silent = False
        await asyncio.sleep(sum(UNDO_AFTER_S))
        assert wire.deleted[-1] == "/channels/o"

    run(story)
