"""Who is at work, and who only looks on or has gone, through a whole server."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ekc_console.config import Limits, Overflow, Place, Queue
from ekc_console.domain.state import call as cl
from ekc_console.domain.state.patience import GRACE_S
from ekc_console.domain.terms.ids import QueueId
from ekc_console.wire import messages
from tests.support import shown
from tests.support.simulated_centre import QUEUES, Centre, Operator, run

OUTSIDE = "+79000000404"
AWAY_MINUTES = 12.0


def _changes() -> dict[str, object]:
    rule = Overflow(when="no_agents", to=(Place(number=OUTSIDE),))
    queues = tuple(Queue(QueueId(name), name, overflow=(rule,)) for name in QUEUES)
    return {"queues": queues, "limits": Limits(away_minutes=AWAY_MINUTES)}


async def goes(anna: Operator) -> None:
    """The console is gone."""
    anna.centre.server.people.attendance.interrupt(anna.person.login)


def test_a_supervisor_who_looks_on_is_no_staff(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OUTSIDE, "answer", ring_s=5)
        chief = await (await centre.operator("chief", role="supervisor", queues=())).come()
        caller = await centre.in_queue()
        assert isinstance(centre.record(caller).state, cl.Forwarding)
        views = centre.server.live.views
        views.refresh()
        assert {queue.id for queue in shown.queues(views, chief.person)} == set(QUEUES)

    run(tmp_path, story, **_changes())


def test_whose_laptop_was_shut_keeps_nobody_waiting(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        centre.engine.outside_party(OUTSIDE, "answer", ring_s=5)
        anna = await centre.ready()
        centre.engine.caller_hangs_up(anna.leg)
        await goes(anna)
        await asyncio.sleep(GRACE_S + 1)
        caller = await centre.in_queue()
        assert isinstance(centre.record(caller).state, cl.Forwarding)
        await asyncio.sleep(AWAY_MINUTES * 60)
        assert anna.me.state == "offline"

    run(tmp_path, story, **_changes())


def test_the_shift_begins_anew_with_the_console(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await goes(anna)
        await asyncio.sleep(AWAY_MINUTES * 60 + 1)
        assert anna.leg not in centre.engine.legs
        await anna.work()
        await centre.in_queue()
        await anna.takes()

    run(tmp_path, story, **_changes())


def test_a_talk_outlives_the_console_and_the_shift_ends_after_it(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        await anna.takes()
        await goes(anna)
        await asyncio.sleep(2 * AWAY_MINUTES * 60)
        assert centre.engine.heard(caller).tones == {1100}
        centre.engine.caller_hangs_up(caller)
        await anna.until_me("offline")

    run(tmp_path, story, **_changes())


def test_a_server_that_restarts_sends_nobody_elsewhere(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await anna.done(messages.GoBreak(reason="lunch"))
        caller = await centre.in_queue()
        await centre.start_again()
        await asyncio.sleep(GRACE_S / 2)
        anna = await Operator(centre, "anna", "operator", QUEUES).come()
        await asyncio.sleep(GRACE_S)
        assert isinstance(centre.record(caller).state, cl.Waiting)
        await anna.open_line()
        await anna.done(messages.GoReady())
        await anna.takes()

    run(tmp_path, story, **_changes())
