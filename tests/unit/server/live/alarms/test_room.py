"""Figures beyond their limits, on a whole server: raised, shown, seen to, kept."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from ekc_console.server.board.figures import figures
from ekc_console.server.live.alarms.book import Alarm
from ekc_console.server.store.calls import alarm_log
from ekc_console.wire import messages, watch, way_in
from ekc_console.wire.centre import alarms
from ekc_console.wire.day.queue_day import GetQueueDay
from tests.support.simulated_centre import QUEUES, Centre, Operator, run
from tests.unit.server.commands.day.test_queue import TEAMS
from tests.unit.server.commands.steering.test_duty import chief
from tests.unit.server.live.test_notifier import day_of
from tests.unit.server.live.test_watch import Screen, watching


def standing(centre: Centre) -> dict[str, Alarm]:
    return {alarm.figure: alarm for alarm in centre.server.live.alarms.book.standing}


def shown(screen: Screen) -> dict[str, watch.WatchAlarm]:
    return {alarm.figure: alarm for alarm in screen.read().alarms.values()}


async def events(boss: Operator) -> list[str]:
    await asyncio.sleep(1.0)
    log: alarms.AlarmLog = await boss.done(alarms.GetAlarmLog())
    return [entry.event for entry in reversed(log.entries)]


def test_a_wait_is_raised_twice_shown_acknowledged_and_over_with_the_wait(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        boss, screen = await watching(centre)
        other, second = await watching(centre, "chief")
        caller = await centre.in_queue()
        queue = centre.record(caller).queue
        await centre.until(lambda: "wait_s" in shown(screen), "raised")
        raised = shown(screen)["wait_s"]
        assert (raised.thing, raised.level, raised.limit) == (queue, 1, 20.0)
        assert raised.since == centre.record(caller).queued_at
        assert raised.at - raised.since < 22
        await boss.done(alarms.AcknowledgeAlarm(alarm=raised.id))
        await centre.until(lambda: bool(shown(second)["wait_s"].seen_by), "seen by the other")
        assert shown(second)["wait_s"].seen_by == "Оператор boss"
        late = await other.refused(alarms.AcknowledgeAlarm(alarm=raised.id))
        assert re.search(r"Оператор boss занимается этим с \d\d:\d\d", late.message)
        await centre.until(lambda: shown(screen)["wait_s"].level == 2, "very long")
        assert shown(screen)["wait_s"].seen_by == ""  # worse than what was acknowledged
        anna = await centre.ready()
        await anna.takes()
        await centre.until(lambda: shown(screen) == {}, "over")
        assert await events(boss) == ["raised", "acknowledged", "risen", "cleared"]
        gone = await boss.refused(alarms.AcknowledgeAlarm(alarm=raised.id))
        assert gone.code == "unknown"

    run(tmp_path, story)


@pytest.mark.long
def test_a_limit_that_is_changed_while_somebody_waits_holds_at_once(tmp_path: Path) -> None:
    queues = ", ".join(f"{{id: {q}, title: {q}}}" for q in QUEUES)

    def limits(waits: str) -> way_in.ApplySettings:
        text = f"queues: [{queues}]\nalarms: {{every_queue: {{wait_s: {waits}}}}}"
        return way_in.ApplySettings(name="a.yaml", text=text)

    async def story(centre: Centre) -> None:
        boss, screen = await watching(centre)
        root = await centre.operator("root", role="admin", queues=())
        await root.done(limits("{first: 600}"))
        await centre.in_queue()
        await asyncio.sleep(30)
        assert shown(screen) == {}
        await root.done(limits("{first: 10, second: 900}"))
        await asyncio.sleep(3)
        assert (shown(screen)["wait_s"].level, shown(screen)["wait_s"].limit) == (1, 10.0)
        refused = await root.refused(limits("{first: 10, second: 5}"))
        assert "второй предел (5) не хуже первого (10)" in refused.message
        assert shown(screen)["wait_s"].limit == 10.0
        await root.done(limits("{first: 700}"))
        await asyncio.sleep(3)
        assert shown(screen) == {}
        assert await events(boss) == ["raised", "cleared"]

    run(tmp_path, story)


def test_a_queues_own_limit_is_the_one_target_on_the_board_the_shift_the_day_and_for_operators(
    tmp_path: Path,
) -> None:
    queues = ", ".join(f"{{id: {q}, title: {q}}}" for q in QUEUES)
    text = (
        f"queues: [{queues}]\nalarms: {{every_queue: "
        "{wait_s: {first: 50, second: 90, target: 45}, level: {first: 0.5, target: 0.6}}}"
    )

    async def story(centre: Centre) -> None:
        boss, screen = await watching(centre)
        anna = await centre.ready("anna")
        await anna.done(messages.GoBreak(reason="rest"))
        root = await centre.operator("root", role="admin", queues=())
        await root.done(way_in.ApplySettings(name="a.yaml", text=text))
        await centre.in_queue()
        await asyncio.sleep(40)
        one = next(iter(screen.read().queues))
        day = await boss.done(GetQueueDay(queue=one))
        told = day_of(centre, anna, one)
        alarms, watched = centre.server.live.alarms, [screen.watched.queues[one]]
        board = figures(watched, alarms.level_of, frozenset(), screen.watched.at or 0.0).queues[0]
        assert screen.watched.queues[one].targets == {"wait_s": 45.0, "level": 0.6}
        assert (board.wait_target_s, board.level_target, board.wait_mark) == (45, 0.6, "")
        assert day.level_target == 0.6
        assert (told.wait_first_s, told.wait_second_s) == (50.0, 90.0)

    run(tmp_path, story)


def test_a_start_takes_up_what_was_acknowledged_and_snoozed(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        boss, _ = await watching(centre)
        await centre.in_queue()
        await centre.until(lambda: "wait_s" in standing(centre), "raised")
        alarm = standing(centre)["wait_s"]
        await boss.done(alarms.AcknowledgeAlarm(alarm=alarm.id))
        await boss.done(alarms.SnoozeAlarm(alarm=alarm.id, for_s=900))
        before = standing(centre)["wait_s"]
        await centre.start_again()
        await asyncio.sleep(3)
        assert standing(centre)["wait_s"] == before

    run(tmp_path, story)


def test_one_that_is_snoozed_stays_quiet_where_it_ends_and_begins_again(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        boss, screen = await watching(centre)
        await centre.in_queue()
        await centre.until(lambda: "wait_s" in shown(screen), "raised")
        first = shown(screen)["wait_s"]
        await boss.done(alarms.SnoozeAlarm(alarm=first.id, for_s=300))
        anna = await centre.ready()
        await anna.takes()
        await centre.until(lambda: shown(screen) == {}, "over")
        await centre.in_queue("+79000000102")
        await centre.until(lambda: "wait_s" in shown(screen), "again")
        again = shown(screen)["wait_s"]
        assert (again.id, again.snoozed_until) == (first.id, again.snoozed_until)
        await boss.done(alarms.SnoozeAlarm(alarm=first.id, for_s=0))
        await centre.until(lambda: shown(screen)["wait_s"].snoozed_until is None, "awake")

    run(tmp_path, story)


def test_a_clock_that_is_set_back_a_day_lets_a_snooze_last_no_longer(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        boss, _ = await watching(centre)
        await centre.in_queue()
        await centre.until(lambda: "wait_s" in standing(centre), "raised")
        await boss.done(alarms.SnoozeAlarm(alarm=standing(centre)["wait_s"].id, for_s=300))
        centre.server.core.clock.stepped_s -= 86_400.0  # type: ignore[attr-defined]
        await asyncio.sleep(5)
        alarm, now = standing(centre)["wait_s"], centre.server.core.clock.now()
        assert alarm.snoozed_until is not None
        assert alarm.at < now < alarm.snoozed_until < now + 300

    run(tmp_path, story)


def test_only_who_may_acknowledges_and_only_the_own_queues(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        trainer, screen = await watching(centre, "teacher", "trainer")
        await centre.in_queue()
        await centre.until(lambda: "wait_s" in shown(screen), "raised")
        alarm = shown(screen)["wait_s"]
        refused = await trainer.refused(alarms.AcknowledgeAlarm(alarm=alarm.id))
        assert refused.code == "not_allowed"
        assert (await trainer.do(alarms.SnoozeAlarm(alarm=alarm.id, for_s=60))).code == (
            "not_allowed"
        )

    run(tmp_path, story)


def test_people_a_break_that_is_too_long_a_talk_through_a_hold_and_silence(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        boss, screen = await watching(centre)
        anna = await centre.ready()
        await anna.done(messages.GoBreak(reason="rest"))
        await asyncio.sleep(602)
        assert shown(screen)["break_s"].reason == "Отдых"
        await anna.done(messages.GoReady())
        await centre.until(lambda: shown(screen) == {}, "back")
        caller = await centre.in_queue()
        await anna.takes()
        await asyncio.sleep(500)
        await anna.done(messages.HoldCall(call=caller))
        await asyncio.sleep(60)
        await anna.done(messages.ResumeCall(call=caller))
        await asyncio.sleep(42)
        talk = shown(screen)["talk_s"]
        assert (talk.thing, talk.level, talk.value) == ("anna", 1, talk.value)
        assert 600 <= talk.value < 603
        await anna.done(messages.HangUpCall(call=caller))
        await centre.until(lambda: "talk_s" not in shown(screen), "over")
        assert "raised" in await events(boss)

    run(tmp_path, story)


def test_a_break_that_an_own_call_interrupts_is_one_break(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        _, screen = await watching(centre)
        anna = await centre.ready()
        await anna.done(messages.GoBreak(reason="rest"))
        await asyncio.sleep(500)
        await anna.done(messages.Dial(number="+79000000202"))
        await centre.until(lambda: anna.me.state == "dialing", "dialling")
        call = centre.server.core.router.agents[anna.person.login].state.call  # type: ignore[union-attr]
        await anna.done(messages.HangUpCall(call=call))
        await centre.until(lambda: anna.me.state == "break", "the break goes on")
        await asyncio.sleep(110)
        assert shown(screen)["break_s"].value >= 600

    run(tmp_path, story)


def test_the_log_of_a_small_team_is_not_pushed_out_by_that_of_others(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        nina = await chief(centre, "nina")
        mine, others = (
            alarm_log.Line(
                1.0, "a1", "queue", queue, "wait_s", "", "raised", 1, 20.0, "", None, 20.0
            )
            for queue in ("appointments", "general")
        )
        await centre.server.database.write(
            lambda conn: alarm_log.add(conn, [mine, *[others] * 300], {})
        )
        log: alarms.AlarmLog = await nina.done(alarms.GetAlarmLog())
        assert [entry.thing for entry in log.entries] == ["appointments"]

    run(tmp_path, story, teams=TEAMS)
