"""A supervisor's desk for tests of the screens, and the centre that it shows."""

from __future__ import annotations

from typing import Any

import msgspec

from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.domain.terms.alarm_limits import Figure
from ekc_console.wire import messages, side_work, watch
from ekc_console.wire.centre.alarms import AlarmEntry, AlarmLog
from tests.support.desk import ME, NOW, ScriptedDesk

BOSS = msgspec.structs.replace(
    ME, id="sonya", name="Соня Н.", role="supervisor", state="offline", since=0.0, reason=""
)
AIMS = {"wait_s": 20.0, "level": 0.8}
QUEUES = (
    watch.WatchQueue(
        id="vacc", title="Вакцинация", waiting=12, longest_since=NOW - 161, expected_s=240.0,
        expected_error_s=61.0, offered=140, answered=119, abandoned=9, level_s=20.0, targets=AIMS,
        level_now=0.41, level_half=0.54, level_day=0.71, halves=(0.3, 0.4, 0.5, 0.4, 0.54),
        ready=0, busy=3, wrapping_up=1, away=1,
    ),
    watch.WatchQueue(
        id="info", title="Справочная", waiting=4, longest_since=NOW - 31, expected_s=58.0,
        offered=98, answered=91, abandoned=3, level_s=20.0, targets=AIMS,
        level_now=0.8, level_half=0.82,
        level_day=0.86, halves=(0.6, 0.8, 0.8, 0.7, 0.82), ready=1, busy=5,
    ),
    watch.WatchQueue(
        id="doctor", title="Запись к врачу", waiting=2, longest_since=NOW - 12, expected_s=20.0,
        offered=210, answered=208, abandoned=1, level_s=20.0, targets=AIMS,
        level_now=1.0, level_half=0.93,
        level_day=0.91, halves=(0.9, 0.95, 0.94, 0.93, 0.93), ready=4, busy=9,
    ),
    watch.WatchQueue(
        id="home", title="Врач на дом", level_s=20.0, targets=AIMS,
        halves=(None, None, None, None, None),
        ready=2, busy=4, paused=True,
    ),
)  # fmt: skip


def person(login: str, name: str, state: watch.PersonState, s: float, **more: Any) -> Any:
    fields: dict[str, Any] = {"queues": ("vacc", "info"), "line_up": True, "calls": 7}
    return watch.WatchPerson(id=login, name=name, state=state, since=NOW - s, **(fields | more))


PEOPLE = (
    person(
        "anna", "Анна П.", "talking", 252, target_s=210.0, queue_title="Вакцинация",
        topic_title="Вакцинация",
        call="c-7", handling_s=211.0, occupancy=0.82,
    ),
    person("boris", "Борис О.", "ready", 32, handling_s=180.0, occupancy=0.64),
    person("vera", "Вера В.", "break", 1300, reason="Обед", until=NOW - 100, target_s=1200.0),
    person("galya", "Галя К.", "holding", 14, queue_title="Справочная", call="c-9"),
    person("dina", "Дина Р.", "wrap_up", 40, until=NOW + 20, topic_title="Справка"),
    person("egor", "Егор Л.", "not_responding", 75, reason="no_answer"),
    person("zhanna", "Жанна И.", "talking", 20, console=False, queue_title="Справочная"),
)  # fmt: skip
CALLS = (
    watch.WatchCall(
        id="c-1", state="waiting", since=NOW - 41, direction="in", number="+79000000001",
        arrived_at=NOW - 60, queued_at=NOW - 41, order=NOW - 41, queue="vacc",
        queue_title="Вакцинация", topic_title="Вакцинация", path=("Медицина", "Прививки"),
    ),
    watch.WatchCall(
        id="c-2", state="waiting", since=NOW - 161, direction="in", number="+79000000004",
        arrived_at=NOW - 190, queued_at=NOW - 161, order=NOW - 161, queue="vacc",
        queue_title="Вакцинация", topic_title="Вакцинация", priority=1,
    ),
    watch.WatchCall(
        id="c-3", state="menu", since=NOW - 12, direction="in", number="+79120001022",
        arrived_at=NOW - 12,
    ),
    watch.WatchCall(
        id="c-4", state="offered", since=NOW - 20, direction="in", number="+79000000009",
        arrived_at=NOW - 30, queued_at=NOW - 20, order=NOW - 20, queue="info",
        queue_title="Справочная", topic_title="Справка", offered_to=("Борис О.",),
    ),
    watch.WatchCall(
        id="c-7", state="talking", since=NOW - 252, direction="in", number="+79000000007",
        arrived_at=NOW - 400, queued_at=NOW - 380, queue="vacc", queue_title="Вакцинация",
        topic_title="Вакцинация", person="anna", person_name="Анна П.", path=("Прививки",),
    ),
    watch.WatchCall(
        id="c-9", state="held", since=NOW - 14, direction="in", number="",
        arrived_at=NOW - 300, queued_at=NOW - 290, queue="info", queue_title="Справочная",
        topic_title="Справка", person="galya", person_name="Галя К.",
    ),
)  # fmt: skip
CENTRE = watch.WatchCentre(
    callbacks=5, callback_since=NOW - 3600, trunks={"town": "up", "reserve": "down"}
)


def alarm(number: int, thing: str, figure: Figure, level: int, s: float, **more: Any) -> Any:
    """``s``: how long ago it began."""
    fields: dict[str, Any] = {
        "about": "queue", "value": 20.0, "limit": 20.0 if level == 1 else 60.0, "at": NOW - s
    }  # fmt: skip
    return watch.WatchAlarm(
        id=f"a{number}", thing=thing, figure=figure, level=level, **(fields | more)
    )


ALARMS = (
    alarm(1, "vacc", "wait_s", 2, 100, since=NOW - 161),
    alarm(2, "info", "wait_s", 1, 11, since=NOW - 31),
    alarm(
        3, "vera", "break_s", 1, 100, about="person", since=NOW - 1300, reason="Обед",
        limit=1200.0, value=1200.0, seen_by="Соня Н.", seen_at=NOW - 60,
    ),
    alarm(4, "egor", "not_responding_s", 2, 75, about="person", since=NOW - 75, limit=0.0),
)  # fmt: skip
EVENING = 1_773_327_600.0
"""18:00 of that day."""
CALLBACKS = (
    watch.WatchCallback(
        id="cb-1", number="+79000000031", people=("Сидорова Елена Павловна",),
        since=NOW - 3600, queue="vacc",
        queue_title="Вакцинация", topic_title="Вакцинация", calls=2, attempts=1,
        not_before=NOW + 600, evening=EVENING,
    ),
    watch.WatchCallback(
        id="cb-2", number="+79000000032", since=NOW - 400, kind="urgent", queue="doctor",
        queue_title="Запись к врачу", queued=True,
    ),
    watch.WatchCallback(
        id="cb-3", number="+4930123456", since=NOW - 900, queue="info",
        queue_title="Справочная", topic_title="Справка", held="foreign",
    ),
    watch.WatchCallback(
        id="cb-4", number="+79000000034", since=NOW - 500, kind="kept", queue="info",
        queue_title="Справочная", assigned="boris", assigned_name="Борис О.", queued=True,
    ),
)  # fmt: skip


def _entry(number: int, **fields: Any) -> AlarmEntry:
    usual: dict[str, Any] = {
        "at": NOW - number, "alarm": f"a{number}", "about": "queue", "thing": "vacc",
        "title": "Вакцинация", "figure": "wait_s", "event": "raised", "level": 1,
        "value": 20.0, "limit": 20.0,
    }  # fmt: skip
    return AlarmEntry(**(usual | fields))


ALARM_LOG = AlarmLog(
    entries=(
        _entry(5, event="snoozed", who="Соня Н.", until=NOW + 900),
        _entry(9, event="told", who="Борис О."),
        _entry(60, level=2, event="risen", value=60.0, limit=60.0),
        _entry(
            90000, about="person", thing="vera", title="Вера В.", figure="break_s", reason="Обед",
            event="acknowledged", who="Соня Н.", value=2700.0, limit=1800.0,
        ),
    )
)  # fmt: skip
HELP = side_work.HelpRequest(
    id="1", at=NOW - 130, login="anna", name="Анна П.", topic_title="Вакцинация",
    text="абонент кричит", call="c-7",
)  # fmt: skip
ROWS: tuple[watch.WatchRow, ...] = (*QUEUES, *PEOPLE, *CALLS, *CALLBACKS, CENTRE, *ALARMS)


class ScriptedSupervisor(ScriptedDesk, SupervisorDesk):
    """``rows`` is what the centre shows after the login."""

    person = BOSS

    def __init__(self, state_dir: Any, rows: tuple[watch.WatchRow, ...] = ROWS) -> None:
        super().__init__(state_dir)
        self.rows = rows
        self._numbers = 0

    async def log_in(self, login: str, password: str, new_password: str = "") -> None:
        await super().log_in(login, password, new_password)
        self.view.apply(messages.Snapshot(seq=1, entities=(BOSS,)))
        self.on_view()
        self.show(*self.rows)

    def show(self, *rows: watch.WatchRow) -> None:
        """The whole of it, from now on."""
        self._numbers = 0
        self.on_watch(watch.WatchSnapshot(seq=0, at=self.now(), rows=rows))

    def change(self, *rows: watch.WatchRow, gone: tuple[tuple[str, str], ...] = ()) -> None:
        self._numbers += 1
        self.on_watch(watch.WatchDelta(seq=self._numbers, at=self.now(), put=rows, gone=gone))
