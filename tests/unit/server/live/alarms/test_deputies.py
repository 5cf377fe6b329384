"""While nobody watches, the next on the list is told, and it is known who was."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ekc_console.client.words.saying import said
from ekc_console.config.alarms import Alarms, Deputies
from ekc_console.server.live.sync import Outbox
from ekc_console.wire import codec, messages
from ekc_console.wire.centre import alarms
from tests.support.simulated_centre import Centre, Operator, run
from tests.unit.server.live.alarms.test_room import events, standing
from tests.unit.server.live.test_watch import watching

NAMED = Alarms(deputies=Deputies(people=("sonya", "boris", "vera"), after_s=60.0))


async def console(centre: Centre, login: str) -> tuple[Operator, Outbox]:
    somebody = await (await centre.operator(login)).come()
    outbox = Outbox()
    centre.server.live.hub.stream(somebody.person).attach(outbox, None)
    return somebody, outbox


def told(outbox: Outbox) -> list[str]:
    news = [codec.decode_server(data) for data, _ in outbox._queue]
    notices = [each.words for each in news if isinstance(each, messages.Notice)]
    return [said(each) for each in notices if each and each.key == "alarm.nobody_watches"]


def test_the_next_who_is_there_is_told_until_somebody_sees_to_it(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        _, boris = await console(centre, "boris")
        _, vera = await console(centre, "vera")
        await centre.in_queue()
        await centre.until(lambda: "wait_s" in standing(centre), "raised")
        assert told(boris) == []
        await centre.until(lambda: bool(told(boris)), "boris is told: sonya is not there")
        assert "Запись к врачу: ждут дольше всех за пределом" in told(boris)[0]
        assert told(vera) == []
        alarm = standing(centre)["wait_s"]
        assert alarm.told == ("boris",)
        await asyncio.sleep(30)
        assert told(vera) == []
        await centre.until(lambda: bool(told(vera)), "then vera")
        boss, _ = await watching(centre)
        assert (await events(boss)).count("told") >= 2
        await boss.done(alarms.AcknowledgeAlarm(alarm=alarm.id))
        before = len(told(boris)) + len(told(vera))
        await asyncio.sleep(200)
        assert len(told(boris)) + len(told(vera)) == before

    run(tmp_path, story, alarms=NAMED)


def test_a_clock_that_is_set_back_keeps_nobody_from_being_told(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        _, boris = await console(centre, "boris")
        await centre.in_queue()
        await centre.until(lambda: "wait_s" in standing(centre), "raised")
        centre.server.core.clock.stepped_s -= 86_400.0  # type: ignore[attr-defined]
        await asyncio.sleep(25)
        assert standing(centre)["wait_s"].level == 1
        assert len(told(boris)) == 1

    run(tmp_path, story, alarms=NAMED)


def test_while_a_supervisor_has_it_on_the_screen_nobody_else_is_told(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        _, boris = await console(centre, "boris")
        await watching(centre)
        await centre.in_queue()
        await asyncio.sleep(200)
        assert standing(centre)["wait_s"].level == 2
        assert told(boris) == []

    run(tmp_path, story, alarms=NAMED)


def test_who_may_not_see_to_it_does_not_watch_for_it(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        _, boris = await console(centre, "boris")
        await watching(centre, "teacher", "trainer")
        await centre.in_queue()
        await centre.until(lambda: bool(told(boris)), "told")

    run(tmp_path, story, alarms=NAMED)
