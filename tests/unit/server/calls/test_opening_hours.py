"""Queues that follow their schedule, in virtual time."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from unittest import mock

import pytest

from ekc_console.config import parse
from ekc_console.domain.facts import QueueClosed, QueueOpened
from ekc_console.domain.state.limits import Door
from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.localtime import moment_of, said, zone_named
from ekc_console.domain.terms.settings import CentreSettings, OpeningHours, QueueSettings
from ekc_console.server.calls.opening_hours import ahead
from ekc_console.wire import way_in
from tests.support import simulated_centre
from tests.support.simulated_centre import Centre, run

pytestmark = pytest.mark.usefixtures("days_pass")

A, H = QueueId("appointments"), 3600.0
RULE = "overflow: [{when: closed, to: [{close: true}]}]"
TEXT = f"""
schedules: {{day: {{mon-fri: "08:00-20:00", sat: "09:00-15:00", holidays: closed,
  exceptions: {{2027-01-05: "10:00-12:00"}}}}}}
queues: [{{id: appointments, title: A, schedule: day, {RULE}}},
  {{id: home_visit, title: B}}, {{id: vaccination, title: C}}, {{id: med_info, title: D}},
  {{id: feedback, title: E}}, {{id: other, title: F}}, {{id: general, title: G}}]
"""


@pytest.fixture(autouse=True)
def _anywhere(host_zone: str) -> None:
    """Wherever the server stands."""


def play(tmp_path: Path, zone: str, at: datetime, story) -> None:  # type: ignore[no-untyped-def]
    """``at`` by the clocks of the centre."""
    parts = parse(TEXT, "test")
    with mock.patch.object(simulated_centre, "EPOCH", moment_of(at, zone_named(zone))):
        run(tmp_path, story, timezone=zone, queues=parts.queues, schedules=parts.schedules)


async def changes(centre: Centre, days: float) -> list[tuple[str, bool]]:
    """What the schedule does in so many days."""
    found: list[tuple[str, bool]] = []
    runtime, submit = centre.server.core.runtime, centre.server.core.runtime.submit

    def watch(fact):  # type: ignore[no-untyped-def]
        submit(fact)
        if isinstance(fact, QueueClosed | QueueOpened):
            assert (fact.by, fact.queue) == ("schedule", A)
            now, zone = centre.server.core.clock.now(), centre.server.config.zone
            found.append((said(now, zone, "%m-%d %H:%M"), isinstance(fact, QueueOpened)))

    with mock.patch.object(runtime, "submit", watch):
        await asyncio.sleep(days * 86_400)
    return found


def is_open(centre: Centre) -> bool:
    door = centre.server.core.router.doors.get(A)
    return door is None or door.open


def test_a_new_year_week(tmp_path: Path, centre_zone: str) -> None:
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

    play(tmp_path, centre_zone, datetime(2026, 12, 30, 12), story)


def test_a_working_saturday(tmp_path: Path, centre_zone: str) -> None:
    async def story(centre: Centre) -> None:
        assert not is_open(centre)
        assert await changes(centre, 4.2) == [
            ("02-20 08:00", True),
            ("02-20 20:00", False),
            ("02-24 08:00", True),
        ]

    play(tmp_path, centre_zone, datetime(2027, 2, 20, 6), story)


def test_a_hand_goes_before_the_schedule(tmp_path: Path, centre_zone: str) -> None:
    async def story(centre: Centre) -> None:
        chief = await centre.operator("chief", role="supervisor")
        await chief.done(way_in.CloseQueue(queue=A, why="ремонт"))
        await asyncio.sleep(2 * 86_400)
        assert not is_open(centre)
        await chief.done(way_in.OpenQueue(queue=A))
        assert is_open(centre)
        await asyncio.sleep(12 * 3600)
        assert not is_open(centre)  # 00:00: the schedule has its say again
        await chief.done(way_in.OpenQueue(queue=A))
        await asyncio.sleep(7 * 3600)
        assert is_open(centre)  # 07:00: until the schedule's next change
        await asyncio.sleep(14 * 3600)
        assert not is_open(centre)  # 21:00
        until = centre.server.core.clock.now() + 2 * 3600
        await chief.done(way_in.CloseQueue(queue=A, until=until))
        await asyncio.sleep(3 * 3600)
        assert not is_open(centre)  # its time is over, but it is night
        assert centre.server.core.router.doors[A].by == "schedule"
        (queue, *_rest) = (await chief.done(way_in.GetLine())).queues
        assert (queue.schedule, queue.open) == ("day", False)

    play(tmp_path, centre_zone, datetime(2026, 11, 23, 12), story)


def test_a_queue_follows_the_settings_and_their_undoing_at_once(
    tmp_path: Path, centre_zone: str
) -> None:
    """No schedule, one with an exception of this day, then all as it was."""
    always = TEXT.replace(" schedule: day,", "")
    today = TEXT.replace('2027-01-05: "10:00-12:00"', '2026-11-23: "01:00-04:00"')

    async def story(centre: Centre) -> None:
        root = await centre.operator("root", role="admin")
        assert not is_open(centre)
        for text, opened in ((always, True), (TEXT, False), (today, True)):
            await root.done(way_in.ApplySettings(name="f", text=f"timezone: {centre_zone}{text}"))
            await centre.until(lambda opened=opened: is_open(centre) == opened, "follows")  # type: ignore[misc]
        change = await root.done(way_in.UndoSettings())
        assert change.changes == (
            "schedules.day.exceptions.2026-11-23: 01:00-04:00 → —",
            "schedules.day.exceptions.2027-01-05: — → 10:00-12:00",
        )
        await centre.until(lambda: not is_open(centre), "closed again")
        await centre.start_again()
        assert not is_open(centre)

    play(tmp_path, centre_zone, datetime(2026, 11, 23, 2), story)


def test_a_queue_follows_another_zone_at_once(tmp_path: Path, centre_zone: str) -> None:
    async def story(centre: Centre) -> None:
        root = await centre.operator("root", role="admin")
        assert not is_open(centre)  # 06:00
        text = f"timezone: Asia/Vladivostok{TEXT}"
        change = await root.done(way_in.ApplySettings(name="f", text=text))
        assert change.changes == (f"timezone: {centre_zone} → Asia/Vladivostok",)
        assert "timezone" not in change.at_restart
        await centre.until(lambda: is_open(centre), "follows")
        await root.done(way_in.UndoSettings())
        await centre.until(lambda: not is_open(centre), "closed again")

    play(tmp_path, centre_zone, datetime(2026, 11, 23, 6), story)


# -- what schedules would do ------------------------------------------------------------

UTC = CentreSettings(timezone="UTC", schedules=(OpeningHours("day", (((8 * H, 20 * H),),) * 7),))
SINGLE = (QueueSettings(A, "A", schedule="day"),)
MONDAY = 1_789_948_800.0 - 1_789_948_800.0 % 86_400
"""Midnight."""


@pytest.mark.parametrize(
    ("door", "hour", "orders"),
    [
        (None, 10, ["20 closed"]),
        (None, 6, ["6 closed", "8 opened", "20 closed"]),
        (Door(A, False, "nina", "", 0.0), 6, ["6 closed"]),
        (
            Door(A, False, "nina", "", 0.0, MONDAY + 12 * H),
            10,
            ["10 closed", "12 opened", "20 closed"],
        ),
        (Door(A, False, "nina", "", 0.0, MONDAY + 21 * H), 10, ["10 closed"]),
        (Door(A, True, "nina", "", MONDAY + 5 * H), 6, ["20 closed"]),
        (Door(A, True, "nina", "", MONDAY - 5 * H), 6, ["6 closed", "8 opened", "20 closed"]),
        (Door(A, False, "schedule", "", MONDAY - 4 * H), 6, ["6 closed", "8 opened", "20 closed"]),
    ],
)
def test_what_a_schedule_would_do_in_the_next_hours(
    door: Door | None, hour: int, orders: list[str]
) -> None:
    now = MONDAY + hour * H
    found = ahead(SINGLE, UTC, {} if door is None else {A: door}, now, MONDAY + 23 * H)
    assert [
        f"{(at - MONDAY) / H:g} {'opened' if isinstance(fact, QueueOpened) else 'closed'}"
        for at, fact in found
    ] == orders


def test_a_queue_without_a_schedule_is_as_people_left_it() -> None:
    queues = (QueueSettings(A, "A"),)
    assert [*ahead(queues, UTC, {}, MONDAY, MONDAY + 9 * H)] == []
    shut = {A: Door(A, False, "nina", "", 0.0)}
    assert len([*ahead(queues, UTC, shut, MONDAY, MONDAY + 9 * H)]) == 1
