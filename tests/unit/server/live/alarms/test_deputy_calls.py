"""Who has no console is rung: the alarm is said in general words, key 1 takes it, else the next."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest

from ekc_console.config.alarms import Alarms, Deputies
from ekc_console.wire.centre import alarms
from tests.support.simulated_centre import Centre, run
from tests.unit.server.live.alarms.test_deputies import console, told
from tests.unit.server.live.alarms.test_room import events, shown, standing
from tests.unit.server.live.test_watch import watching

SONYA, BORIS = "+79000000301", "+79000000302"
NAMED = Alarms(
    deputies=Deputies(
        people=("sonya", "boris"), after_s=60.0, telephones={"sonya": SONYA, "boris": BORIS}
    )
)


def rung(centre: Centre, number: str) -> str:
    """The leg to this number; empty: it is not rung."""
    legs = centre.engine.legs.values()
    return next((leg.leg for leg in legs if leg.number == number), "")


async def is_rung(centre: Centre, number: str) -> str:
    await centre.until(lambda: bool(rung(centre, number)), f"{number} rings")
    return rung(centre, number)


async def people(centre: Centre) -> None:
    for login in ("sonya", "boris"):
        await centre.operator(login)
        centre.server.core.extras.names[login] = f"Оператор {login}"  # type: ignore[index]
    centre.engine.outside_party(SONYA, "ring")
    centre.engine.outside_party(BORIS, "ring")


def test_who_answers_hears_what_is_beyond_and_takes_it_by_key_1(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        await people(centre)
        await centre.in_queue()
        leg = await is_rung(centre, SONYA)
        alarm = standing(centre)["wait_s"]
        assert (alarm.level, alarm.calling) == (2, "sonya")  # nobody is rung about less
        centre.engine.outside_answers(leg)
        await centre.until(lambda: centre.engine.heard(leg).file is not None, "the words")
        centre.engine.caller_presses(leg, "51")
        await centre.until(lambda: bool(standing(centre)["wait_s"].seen_by), "taken")
        await centre.until(lambda: leg not in centre.engine.legs, "thanked and let go")
        await asyncio.sleep(200)
        alarm = standing(centre)["wait_s"]
        assert (alarm.seen_by, alarm.calling, alarm.called) == ("sonya", "", ())
        assert not rung(centre, BORIS)
        boss, _ = await watching(centre)
        assert (await events(boss))[-2:] == ["called", "acknowledged"]

    run(tmp_path, story, alarms=NAMED)


def test_an_engine_out_of_sight_for_a_moment_cuts_nobody_off(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        await people(centre)
        await centre.in_queue()
        leg = await is_rung(centre, SONYA)
        for _ in range(2):  # while it rings, and while it is spoken to
            centre.engine.out_of_sight()
            await asyncio.sleep(1)
            centre.engine.in_sight()
            await asyncio.sleep(1)
            assert leg in centre.engine.legs
            centre.engine.outside_answers(leg)
            await centre.until(lambda: centre.engine.heard(leg).file is not None, "the words")
        centre.engine.caller_presses(leg, "1")
        await centre.until(lambda: bool(standing(centre)["wait_s"].seen_by), "taken")

    run(tmp_path, story, alarms=NAMED)


def test_who_is_busy_or_presses_nothing_is_followed_by_the_next(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        await people(centre)
        await centre.in_queue()
        leg = await is_rung(centre, SONYA)
        centre.engine.caller_hangs_up(leg)
        leg = await is_rung(centre, BORIS)
        centre.engine.outside_answers(leg)
        await centre.until(lambda: leg not in centre.engine.legs, "no key: let go")
        assert standing(centre)["wait_s"].seen_by == ""
        await asyncio.sleep(200)
        assert not rung(centre, SONYA)
        boss, screen = await watching(centre)
        assert shown(screen)["wait_s"].called == ("Оператор sonya", "Оператор boris")
        log: alarms.AlarmLog = await boss.done(alarms.GetAlarmLog())
        calls = [(each.event, each.who) for each in reversed(log.entries) if each.who]
        assert calls == [
            ("called", "Оператор sonya"), ("unreached", "Оператор sonya"),
            ("called", "Оператор boris"), ("unreached", "Оператор boris"),
        ]  # fmt: skip

    run(tmp_path, story, alarms=NAMED)


def test_whose_console_is_there_is_told_by_message_and_not_rung(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        await people(centre)
        _, vera = await console(centre, "vera")
        await centre.in_queue()
        await centre.until(lambda: len(told(vera)) == 2, "told of both levels")
        assert not rung(centre, SONYA)
        await is_rung(centre, SONYA)

    first = Deputies(people=("vera", "sonya"), after_s=60.0, telephones={"sonya": SONYA})
    run(tmp_path, story, alarms=Alarms(deputies=first))


def test_where_no_way_leads_out_the_same_ones_are_tried_again(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        await people(centre)
        centre.engine.outside_party(SONYA, "congested")
        centre.engine.outside_party(SONYA, "congested", trunk="reserve")
        centre.engine.outside_party(BORIS, "busy")
        await centre.in_queue()
        await centre.until(
            lambda: (
                "wait_s" in standing(centre) and standing(centre)["wait_s"].called == ("boris",)
            ),
            "the next is rung",
        )
        centre.engine.outside_party(SONYA, "ring")
        await is_rung(centre, SONYA)

    run(tmp_path, story, alarms=NAMED)


@pytest.mark.long
def test_where_no_way_leads_out_tries_grow_rare_and_are_told_once(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        await people(centre)
        for trunk in ("", "reserve"):
            centre.engine.outside_party(SONYA, "congested", **({"trunk": trunk} if trunk else {}))
        telephone, tries = centre.server.live.alarm_telephone, []
        place = telephone._place

        async def placed(leg: str, number: str) -> None:
            tries.append(asyncio.get_running_loop().time())
            await place(leg, number)

        telephone._place = placed
        boss = await centre.operator("boss", role="supervisor")
        await centre.in_queue()
        await asyncio.sleep(3600)
        pauses = [b - a for a, b in pairwise(tries)]
        wanted = [60, 120, 240, 480, 900, 900]
        assert pauses == [pytest.approx(pause, abs=11) for pause in wanted]
        log: alarms.AlarmLog = await boss.done(alarms.GetAlarmLog())
        told = [each.event for each in reversed(log.entries) if each.who]
        assert told == ["called", "unreached"]
        centre.engine.outside_party(SONYA, "busy")
        await asyncio.sleep(1000)
        assert standing(centre)["wait_s"].called == ("sonya",)
        log = await boss.done(alarms.GetAlarmLog())
        told = [each.event for each in reversed(log.entries) if each.who]
        assert told == ["called", "unreached", "unreached"]

    one = Deputies(people=("sonya",), after_s=60.0, telephones={"sonya": SONYA})
    run(tmp_path, story, alarms=Alarms(deputies=one))


def test_somebody_sees_to_it_while_it_rings_and_the_telephone_falls_silent(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        await people(centre)
        await centre.in_queue()
        leg = await is_rung(centre, SONYA)
        boss, _ = await watching(centre)
        await boss.done(alarms.AcknowledgeAlarm(alarm=standing(centre)["wait_s"].id))
        await centre.until(lambda: leg not in centre.engine.legs, "let go")
        await asyncio.sleep(1)
        alarm = standing(centre)["wait_s"]
        assert (alarm.seen_by, alarm.calling, alarm.called) == ("boss", "", ())

    run(tmp_path, story, alarms=NAMED)


def test_the_engine_dies_while_it_rings_and_the_next_alarm_rings_again(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        await people(centre)
        await centre.in_queue()
        await is_rung(centre, SONYA)
        centre.engine.crash()
        await centre.until(lambda: not standing(centre), "nobody waits any more")
        centre.engine.recover()
        await centre.in_queue()
        await is_rung(centre, SONYA)

    run(tmp_path, story, alarms=NAMED)
