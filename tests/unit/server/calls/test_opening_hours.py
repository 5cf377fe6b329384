"""Queues that follow their schedule, in virtual time."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from pathlib import Path
from unittest import mock

from ekc_console.config import Config, parse
from ekc_console.domain.facts import QueueClosed, QueueOpened
from ekc_console.domain.terms.ids import QueueId
from ekc_console.server.calls import missed
from ekc_console.wire import way_in as orders
from tests.support import simulated_centre
from tests.support.simulated_centre import Centre, run

MOSCOW = timezone(timedelta(hours=3))
A = QueueId("appointments")
RULE = "overflow: [{when: closed, to: [{close: true}]}]"
TEXT = f"""
schedules: {{day: {{mon-fri: "08:00-20:00", sat: "09:00-15:00", holidays: closed,
  exceptions: {{2027-01-05: "10:00-12:00"}}}}}}
queues: [{{id: appointments, title: A, schedule: day, {RULE}}},
  {{id: home_visit, title: B}}, {{id: vaccination, title: C}}, {{id: med_info, title: D}},
  {{id: feedback, title: E}}, {{id: other, title: F}}, {{id: general, title: G}}]
"""


def config() -> Config:
    return parse(TEXT, "test")


def play(tmp_path: Path, at: datetime, story) -> None:  # type: ignore[no-untyped-def]
    parts = config()
    with (
        mock.patch.object(simulated_centre, "EPOCH", at.timestamp()),
        mock.patch.object(missed, "LOOK_S", 3600.0),  # days pass here
    ):
        run(tmp_path, story, queues=parts.queues, schedules=parts.schedules)


async def changes(centre: Centre, days: float) -> list[tuple[str, bool]]:
    """What the schedule does in so many days."""
    found: list[tuple[str, bool]] = []
    runtime, submit = centre.server.runtime, centre.server.runtime.submit

    def watch(fact):  # type: ignore[no-untyped-def]
        submit(fact)
        if isinstance(fact, QueueClosed | QueueOpened):
            assert (fact.by, fact.queue) == ("schedule", A)
            local = datetime.fromtimestamp(centre.server.clock.now(), MOSCOW)
            found.append((local.strftime("%m-%d %H:%M"), isinstance(fact, QueueOpened)))

    with mock.patch.object(runtime, "submit", watch):
        await asyncio.sleep(days * 86_400)
    return found


def is_open(centre: Centre) -> bool:
    door = centre.server.router.doors.get(A)
    return door is None or door.open


def test_a_new_year_week(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        assert is_open(centre)
        assert await changes(centre, 13) == [
            ("12-30 20:00", False),  # 31 December is a day off that was moved there
            ("01-05 10:00", True),  # the exception
            ("01-05 12:00", False),
            ("01-09 09:00", True),
            ("01-09 15:00", False),
            ("01-11 08:00", True),
            ("01-11 20:00", False),
            ("01-12 08:00", True),
        ]

    play(tmp_path, datetime(2026, 12, 30, 12, tzinfo=MOSCOW), story)


def test_a_working_saturday(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        assert not is_open(centre)
        assert await changes(centre, 4.2) == [
            ("02-20 08:00", True),
            ("02-20 20:00", False),
            ("02-24 08:00", True),
        ]

    play(tmp_path, datetime(2027, 2, 20, 6, tzinfo=MOSCOW), story)


def test_a_hand_goes_before_the_schedule(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        chief = await centre.operator("chief", role="supervisor")
        await chief.done(orders.CloseQueue(queue=A, why="ремонт"))
        await asyncio.sleep(2 * 86_400)
        assert not is_open(centre)
        await chief.done(orders.OpenQueue(queue=A))
        assert is_open(centre)
        await asyncio.sleep(12 * 3600)
        assert not is_open(centre)  # 00:00: the schedule has its say again
        await chief.done(orders.OpenQueue(queue=A))
        await asyncio.sleep(7 * 3600)
        assert is_open(centre)  # 07:00: until the schedule's next change
        await asyncio.sleep(14 * 3600)
        assert not is_open(centre)  # 21:00
        until = centre.server.clock.now() + 2 * 3600
        await chief.done(orders.CloseQueue(queue=A, until=until))
        await asyncio.sleep(3 * 3600)
        assert not is_open(centre)  # its time is over, but it is night
        assert centre.server.router.doors[A].by == "schedule"
        (queue, *_rest) = (await chief.done(orders.GetLine())).queues
        assert (queue.schedule, queue.open) == ("day", False)

    play(tmp_path, datetime(2026, 11, 23, 12, tzinfo=MOSCOW), story)


def test_a_queue_follows_the_settings_and_their_undoing_at_once(tmp_path: Path) -> None:
    """No schedule, one with an exception of this day, then all as it was."""
    always = TEXT.replace(" schedule: day,", "")
    today = TEXT.replace('2027-01-05: "10:00-12:00"', '2026-11-23: "01:00-04:00"')

    async def story(centre: Centre) -> None:
        root = await centre.operator("root", role="admin")
        assert not is_open(centre)
        for text, opened in ((always, True), (TEXT, False), (today, True)):
            await root.done(orders.ApplySettings(name="f", text=text))
            await centre.until(lambda opened=opened: is_open(centre) == opened, "follows")  # type: ignore[misc]
        change = await root.done(orders.UndoSettings())
        assert change.changes == (
            "schedules.day.exceptions.2026-11-23: 01:00-04:00 → —",
            "schedules.day.exceptions.2027-01-05: — → 10:00-12:00",
        )
        await centre.until(lambda: not is_open(centre), "closed again")
        await centre.start_again()
        assert not is_open(centre)

    play(tmp_path, datetime(2026, 11, 23, 2, tzinfo=MOSCOW), story)
