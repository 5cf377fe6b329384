"""People into queues and out of them, and skills, on the supervisor's screen."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from textual import events
from textual.pilot import Pilot

from ekc_console.client.link.errors import Refused
from ekc_console.tui.shared.widgets.choices import Choices
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.confirm import Confirm
from ekc_console.wire import steering, supervision
from tests.support.desk import NOW
from tests.support.supervisor import PEOPLE, ScriptedSupervisor
from tests.tui.steps import commands, log_in, press, settle, shown

replace = msgspec.structs.replace
ANNA = supervision.AgentInfo(
    id="anna", name="Анна П.", state="talking", since=NOW, line_up=True, console=True,
    queues=("vacc=2", "info"), skills=("tatar=3",),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _known(desk: ScriptedSupervisor) -> None:
    other = replace(ANNA, id="boris", skills=("english",))
    desk.results[supervision.GetAgents] = supervision.Agents(agents=(ANNA, other))


async def begin(pilot: Pilot[Any], *keys: str) -> None:
    await log_in(pilot)
    await press(pilot, "tab", *keys)


def orders(pilot: Pilot[Any]) -> list[steering.ChangeDuty]:
    return commands(pilot, steering.ChangeDuty)


async def test_a_person_is_put_into_a_queue_with_the_load_of_each_in_sight(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "i")
        offered = [f"{c.label} {c.note}" for c in app.screen.query_one(Choices)._choices]
        assert offered[0].startswith("● Вакцинация ждут 12, дольше всех 2:41")
        assert "○ Запись к врачу" in offered[2]
        await press(pilot, "запись", "enter")
        assert orders(pilot) == [steering.ChangeDuty(agent="anna", add=("doctor",))]
        desk.change(replace(PEOPLE[0], queues=("vacc", "info", "doctor")))
        await settle(pilot)
        await press(pilot, "ctrl+z")
        assert orders(pilot)[-1] == steering.ChangeDuty(agent="anna", drop=("doctor",))


async def test_who_is_taken_out_comes_back_with_the_tier_there_was(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "i", "enter")
        assert orders(pilot) == [steering.ChangeDuty(agent="anna", drop=("vacc",))]
        desk.change(replace(PEOPLE[0], queues=("info",)))
        await settle(pilot)
        await press(pilot, "ctrl+z")
        assert orders(pilot)[-1] == steering.ChangeDuty(agent="anna", add=("vacc=2",))


@pytest.mark.long
async def test_what_would_leave_a_queue_with_nobody_is_asked_in_words(
    app: EkcApp, desk: ScriptedSupervisor
) -> None:
    nobody = Refused("conflict", "В очереди «Вакцинация» ждут 12, людей не останется.")
    desk.refuse[steering.ChangeDuty] = nobody
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "i", "enter")
        assert isinstance(app.screen, Confirm)
        del desk.refuse[steering.ChangeDuty]
        await press(pilot, "enter")
        assert not [order for order in orders(pilot) if order.sure]
        desk.refuse[steering.ChangeDuty] = nobody
        await press(pilot, "i", "enter")
        del desk.refuse[steering.ChangeDuty]
        await press(pilot, "right", "enter")
        assert orders(pilot)[-1] == steering.ChangeDuty(agent="anna", drop=("vacc",), sure=True)


async def test_skills_are_given_and_taken_and_come_back_with_their_level(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "v")
        assert "Сейчас: tatar=3. Есть: english, tatar." in shown(pilot, "#prompt-note")
        assert pilot.app.focused is not None
        pilot.app.focused.post_message(events.Paste("+english=2 -tatar"))
        await settle(pilot)
        await press(pilot, "enter")
        (order,) = orders(pilot)
        assert (order.add_skills, order.drop_skills) == (("english=2",), ("tatar",))
        await press(pilot, "ctrl+z")
        back = orders(pilot)[-1]
        assert (back.add_skills, back.drop_skills) == (("tatar=3",), ("english",))


async def test_a_skill_that_is_neither_given_nor_taken_is_asked_for_again(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "v", "tatar", "enter")
        assert not orders(pilot)
        assert "+tatar=2 -english" in shown(pilot, "#prompt-note")


async def test_the_accounts_own_queues_come_back(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, "i", "учётной", "enter")
        assert commands(pilot, steering.RestoreDuty) == [steering.RestoreDuty(agent="anna")]
        assert "как в учётной записи" in shown(pilot, "#message")
