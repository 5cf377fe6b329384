"""What is beyond its limits, on the screen: marked, told, acknowledged, put off."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from ekc_console.client.link.errors import Refused
from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.confirm import Confirm
from ekc_console.tui.supervisor.present import alarms
from ekc_console.tui.supervisor.screens.things import PersonScreen
from ekc_console.wire.centre.alarms import (
    AcknowledgeAlarm,
    GetAlarmLog,
    SnoozeAlarm,
)
from tests.support.desk import NOW
from tests.support.supervisor import ALARM_LOG, ALARMS, QUEUES, ROWS, ScriptedSupervisor
from tests.tui.steps import log_in, press, settle, shown
from tests.tui.supervisor.test_now import cells, keys

replace = msgspec.structs.replace


async def to_important(pilot: Pilot[Any]) -> None:
    await log_in(pilot)
    await press(pilot, "tab", "tab", "tab")


async def test_a_line_says_what_is_beyond_which_limit_and_who_sees_to_it(app: EkcApp) -> None:
    async with app.run_test(size=(200, 50)) as pilot:
        await log_in(pilot)
        late = cells(pilot, "important", "alarm:a1")
        assert late.startswith("▲ | ")
        assert "Вакцинация: ждут 12, дольше всех 2:40 ‹1:00›, готовых нет" in late
        seen = cells(pilot, "important", "alarm:a3")
        assert "Вера В.: перерыв 21:40 (Обед) ‹20:00›" in seen
        assert "принято" in seen
        assert seen.endswith("Соня Н.")
        assert keys(pilot, "important")[-1] == "alarm:a3"
        assert "Егор Л.: не отвечает" in cells(pilot, "important", "alarm:a4")


def test_a_wait_in_a_queue_on_a_pause_is_put_down_to_the_pause(desk: ScriptedSupervisor) -> None:
    desk.show(*ROWS, replace(QUEUES[0], paused=True))
    told = alarms.sentence(ALARMS[0], desk.watched, NOW)
    assert "очередь на паузе" in told
    assert "готовых нет" not in told


async def test_a_key_says_that_one_sees_to_it_and_again_takes_it_back(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await to_important(pilot)
        assert "Принял" in shown(pilot, "#keys")
        await press(pilot, "a")
        assert desk.commands[-1] == AcknowledgeAlarm(alarm="a1")
        desk.change(replace(ALARMS[0], seen_by="Соня Н.", seen_at=NOW))
        await settle(pilot)
        assert keys(pilot, "important").index("alarm:a1") > keys(pilot, "important").index(
            "alarm:a2"
        )
        await press(pilot, "home", *["down"] * keys(pilot, "important").index("alarm:a1"), "a")
        assert desk.commands[-1] == AcknowledgeAlarm(alarm="a1", withdraw=True)


async def test_on_a_queue_it_is_the_gravest_alarm_of_the_queue(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        desk.change(replace(ALARMS[1], id="a7", thing="vacc", figure="waiting", since=None))
        await settle(pilot)
        await press(pilot, "a")
        assert desk.commands[-1] == AcknowledgeAlarm(alarm="a1")
        desk.change(replace(ALARMS[0], seen_by="Соня Н.", seen_at=NOW))
        await settle(pilot)
        await press(pilot, "a")
        assert desk.commands[-1] == AcknowledgeAlarm(alarm="a7")


@pytest.mark.long
async def test_it_can_wait_for_some_minutes_and_be_woken(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await to_important(pilot)
        await press(pilot, "s", "2")
        assert desk.commands[-1] == SnoozeAlarm(alarm="a1", for_s=900.0)
        desk.change(replace(ALARMS[0], snoozed_until=NOW + 900, snoozed_by="Соня Н."))
        await settle(pilot)
        assert "отложено до" in cells(pilot, "important", "alarm:a1")
        await press(pilot, "home", *["down"] * keys(pilot, "important").index("alarm:a1"), "s")
        assert desk.commands[-1] == SnoozeAlarm(alarm="a1", for_s=0.0)


@pytest.mark.parametrize(
    ("key", "done", "said"),
    [
        ("a", {"seen_by": "Борис О.", "seen_at": NOW - 5}, "Борис О., с 10:23: Вакцинация."),
        pytest.param(
            "s",
            {"snoozed_by": "Борис О.", "snoozed_until": NOW + 900},
            "Борис О., до 10:39: Вакцинация.",
            marks=pytest.mark.long,
        ),
    ],
)
async def test_a_key_meant_for_what_another_was_faster_at_undoes_nothing_of_his(
    app: EkcApp, desk: ScriptedSupervisor, key: str, done: dict[str, Any], said: str
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        desk.change(replace(ALARMS[0], **done))
        await settle(pilot)
        await press(pilot, key)
        assert isinstance(app.screen, Confirm)
        assert said in str(app.screen.query_one("#confirm-consequence", Static).content)
        await press(pilot, "enter")
        assert not [c for c in desk.commands if isinstance(c, AcknowledgeAlarm | SnoozeAlarm)]
        await press(pilot, key, "right", "enter")
        assert [c for c in desk.commands if isinstance(c, AcknowledgeAlarm | SnoozeAlarm)]


async def test_that_another_was_faster_is_said(app: EkcApp, desk: ScriptedSupervisor) -> None:
    desk.refuse[AcknowledgeAlarm] = Refused("wrong_state", "Уже принято: Борис О.")
    async with app.run_test(size=(120, 40)) as pilot:
        await to_important(pilot)
        await press(pilot, "a")
        assert "Уже принято: Борис О." in app.messages.entries[-1].line


async def test_where_nothing_is_beyond_the_keys_are_not_offered(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "end")
        assert "Принял" not in shown(pilot, "#keys")
        await press(pilot, "a", "s")
        assert not [c for c in desk.commands if isinstance(c, AcknowledgeAlarm | SnoozeAlarm)]


async def test_what_is_new_is_heard_once_and_what_was_put_off_when_its_time_is_up(
    app: EkcApp, desk: ScriptedSupervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices: list[str] = []
    bells: list[int] = []
    monkeypatch.setattr(app, "notify_desktop", lambda title, text: notices.append(text))
    monkeypatch.setattr(app, "bell", lambda: bells.append(1))
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        assert (notices, bells) == ([], [])  # what stood before stands on the screen
        late = replace(ALARMS[1], id="a8", thing="doctor")
        desk.change(late)
        await settle(pilot)
        app._tick()
        await settle(pilot)
        assert len(notices) == len(bells) == 1
        assert notices[0].startswith("Запись к врачу: ждут 2")
        desk.change(replace(late, level=2, limit=60.0))
        await settle(pilot)
        assert len(notices) == 2
        desk.change(replace(late, level=2, snoozed_until=NOW + 60, snoozed_by="Соня Н."))
        await settle(pilot)
        assert len(notices) == 2
        desk.time += 61
        app._tick()
        await settle(pilot)
        assert len(notices) == 3
        app.set_prefs(bell=False, notice=False)
        desk.change(replace(late, id="a10"))
        await settle(pilot)
        assert (len(notices), len(bells)) == (3, 3)


async def test_the_log_says_what_was_is_narrowed_by_words_and_leads_to_the_thing(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    desk.results[GetAlarmLog] = ALARM_LOG
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        await press(pilot, "j")
        await settle(pilot)
        table = app.screen.query_one("#opened-log", LazyTable)
        rows = [" | ".join(row.cells) for row in table.rows]
        assert "0:20 ‹0:20› ждут дольше всех | отложил" in rows[0]
        assert rows[1].endswith("сказано: Борис О.")
        assert "▲ | Вакцинация | 1:00 ‹1:00› ждут дольше всех | за вторым пределом" in rows[2]
        assert "Вера В. | 45:00 ‹30:00› перерыв (Обед) | принял: Соня Н." in rows[3]
        await press(pilot, "/", *"вера", "enter")
        assert len(table.rows) == 1
        await press(pilot, "enter")
        assert isinstance(app.screen, PersonScreen)
        assert app.screen.thing == "vera"
        desk.change(replace(ALARMS[0], id="a11"))
        await press(pilot, "escape")
        await settle(pilot)
        assert sum(isinstance(each, GetAlarmLog) for each in desk.commands) == 1
        desk.time += 3
        app._tick()
        await settle(pilot)
        assert sum(isinstance(each, GetAlarmLog) for each in desk.commands) == 2
