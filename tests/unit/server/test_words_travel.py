"""What consoles are sent while a centre works: keys and values, and no Russian but the centre's."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from ekc_console.server.core.commits import NO_ROOM
from ekc_console.server.live.sync import Lane, Outbox
from ekc_console.wire import codec, messages
from tests.support.commands import made_up
from tests.support.simulated_centre import Centre, Operator, run
from tests.support.wire_spy import russian


class _Spy(Outbox):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def put(self, data: bytes, *, lane: Lane = "") -> None:
        self.found += russian(codec.decode_server(data))


def spied(centre: Centre, who: Operator) -> _Spy:
    spy = _Spy()
    centre.server.live.hub.stream(who.person).attach(spy, None)
    return spy


def test_a_talk_its_card_and_alerts_send_no_russian_of_the_servers_own(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        boss = await (await centre.operator("boss", role="supervisor")).come()
        spies = spied(centre, anna), spied(centre, boss)
        await centre.in_queue()
        await anna.takes()
        await anna.save_card()
        server = centre.server
        server._on_trouble(NO_ROOM)
        server._on_trouble(None)
        server.live.alerts.fault("switch")
        server.live.alerts.stale()
        server.live.alerts.clock(7200.0)
        server.live.alerts.engine("out_of_sight", "engine.node_lost")
        await anna.done(messages.HangUpCall(call=anna.call.id if anna.call else ""))
        await anna.done(messages.GoBreak(reason="lunch"))
        assert [spy.found for spy in spies] == [[], []]

    run(tmp_path, story)


@pytest.mark.parametrize("role", get_args(messages.Role))
def test_whatever_is_asked_is_answered_without_russian(tmp_path: Path, role: messages.Role) -> None:
    async def story(centre: Centre) -> None:
        who = await (await centre.operator("nina", role=role)).come()
        for kind in get_args(messages.Command):
            if kind is not messages.LogOut:
                assert list(russian(await who.do(made_up(kind)))) == [], kind

    run(tmp_path, story)
