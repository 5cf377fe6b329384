"""A rehearsal as it is asked for: who may, what is refused, one at a time, what it starts from."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ekc_console.client.words.saying import said
from ekc_console.domain.facts import QueuesConfigured
from ekc_console.domain.router import Router
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.server.commands.steering import rehearsal as steering
from ekc_console.server.core.clock import Clock
from ekc_console.server.day.load import ANSWER_S, PATIENCE_S, TALK_S, load_of
from ekc_console.server.store.calls.lately import Lately, QueuedCall, lately
from ekc_console.simulation.plan import Behaviour
from ekc_console.wire import messages
from ekc_console.wire.centre.rehearsal import GetRehearsal, Rehearsal, StartRehearsal, StopRehearsal
from tests.support.simulated_centre import QUEUES, Centre, Operator, run


def file(**other: Any) -> str:
    """With one more queue; ``other``: settings of the queue of that name."""
    queues = (f"{{id: {q}, title: {q}{other.get(q, '')}}}" for q in (*QUEUES, "night"))
    return f"queues: [{', '.join(queues)}]"


async def admin(centre: Centre, login: str = "root") -> Operator:
    return await centre.operator(login, role="admin", queues=())


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (StartRehearsal(name="a.yaml", text="queues: [{id: x}]"), "title"),
        (StartRehearsal(name="a.yaml", text="nonsense"), "a.yaml"),
        (StartRehearsal(name="a", text="", minutes=4), "Минут — от 5 до 240, а не 4."),
        (StartRehearsal(name="a", text="", seeds=201), "Прогонов — от 5 до 200, а не 201."),
        (StartRehearsal(name="a", text="", people=-1), "Людей — от 0 до 2000, а не -1."),
    ],
)
def test_what_cannot_be_rehearsed_is_refused_with_its_reason(
    tmp_path: Path, body: StartRehearsal, why: str
) -> None:
    async def story(centre: Centre) -> None:
        root = await admin(centre)
        refusal = await root.refused(body)
        assert refusal.code == "bad_value"
        assert why in refusal.message
        assert (await root.done(GetRehearsal())).state == "none"

    run(tmp_path, story)


def test_it_is_for_those_who_may_change_the_settings(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        nina = await centre.operator("nina", role="supervisor", queues=())
        for body in (StartRehearsal(name="a", text=file()), GetRehearsal(), StopRehearsal()):
            assert (await nina.refused(body)).code == "not_allowed"

    run(tmp_path, story)


async def test_one_runs_at_a_time_and_whoever_may_ends_it(tmp_path: Path) -> None:
    centre = Centre(tmp_path)
    centre.clock = Clock
    await centre.open()
    try:
        root, other = await admin(centre), await admin(centre, "boss")
        text = file(feedback=", wrap_up_s: 20")
        start = StartRehearsal(name="b.yaml", text=text, minutes=240, seeds=200)
        begun: Rehearsal = await root.done(start)
        assert (begun.state, begun.done, begun.seeds, begun.queues) == ("running", 0, 200, ())
        assert "queues.feedback.wrap_up_s: 60 → 20" in begun.changes
        notes = "\n".join(map(said, begun.notes))
        assert "Очередь «night» новая" in notes
        assert "На смене сейчас никого нет" in notes
        refusal = await other.refused(start)
        assert (refusal.code, "уже идёт" in refusal.message) == ("wrong_state", True)
        ended: Rehearsal = await other.done(StopRehearsal())
        assert (ended.state, ended.name) == ("stopped", "b.yaml")
        assert (await root.done(GetRehearsal())).state == "stopped"
        assert (await root.done(start)).state == "running"
        running = centre.server.door.rehearsing
    finally:
        await centre.close()
    assert not running.running


async def test_how_little_it_stands_on_is_said_and_it_is_worked_out_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out: list[str] = []
    real = steering.differences

    def counted(pairs: Any, queue: QueueId) -> Any:
        worked_out.append(queue)
        return real(pairs, queue)

    monkeypatch.setattr(steering, "differences", counted)
    centre = Centre(tmp_path)
    centre.clock = Clock
    await centre.open()
    try:
        root = await admin(centre)
        await centre.ready("anna", queues=("appointments",))
        await centre.in_queue()
        await centre.server.core.runtime.settled()
        text = file(
            feedback=", wrap_up_s: 20", appointments=", wrap_up_s: 20, callback_auto: false"
        )
        start = StartRehearsal(name="b.yaml", text=text, minutes=5, seeds=5, people=3)
        told: Rehearsal = await root.done(start)
        while told.state == "running":
            await asyncio.sleep(0.05)
            told = await root.done(GetRehearsal())
        assert told.state == "done"
        notes = "\n".join(map(said, told.notes))
        assert "Наблюдение короткое: звонков 1 за " in notes
        assert "точностью ±196 %" in notes
        assert "Этого репетиция не считает, и разницы от этого не покажет: " in notes
        assert "queues.appointments.callback_auto" in notes
        assert "queues.appointments.wrap_up_s" not in notes
        assert "Людей на смене: сейчас 1, с новыми настройками 3." in notes
        assert "Ни одного звонка в изменённых очередях: feedback." in notes
        assert await root.done(GetRehearsal()) == told
        assert len(worked_out) == len(told.queues) == 1
    finally:
        await centre.close()


def test_it_starts_from_who_is_there_and_who_waits(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        await centre.operator("dina")  # never came
        await (await centre.operator("egor")).come()  # has not begun
        vera = await centre.ready("vera")
        await vera.done(messages.GoBreak(reason="lunch"))
        anna = await centre.ready("anna", queues=("appointments", "general"))
        await centre.in_queue()
        await anna.takes()
        await centre.in_queue("+79000000102")
        await asyncio.sleep(40.0)
        router, now = centre.server.core.router, centre.server.core.clock.now()
        load = load_of(router, NOTHING, now)
        people = {who.agent: who for who in load.people}
        assert {name: who.doing for name, who in people.items()} == {
            "vera": "away", "anna": "talk",
        }  # fmt: skip
        assert people[AgentId("anna")].queues == ("appointments", "general")
        assert now - people[AgentId("anna")].since >= 40.0
        assert people[AgentId("vera")].until is not None
        (waiting,) = load.waiting
        assert (waiting.queue, waiting.number) == ("appointments", None)
        assert waiting.waited_s == now - waiting.at >= 40.0
        await centre.server.core.runtime.settled()
        seen = await centre.server.database.read(lambda conn: lately(conn, now))
        assert [call.queue for call in seen.half_hour] == ["appointments"] * 2
        assert load_of(router, seen, now).calls_per_hour == 4.0

    run(tmp_path, story)


NOTHING = Lately((), (), 0, (), (), (), 0)
CALL, GONE = QueuedCall("general", ("tatar",), 2), QueuedCall("gone", (), 0)
MANY = Lately(
    (), (CALL, GONE), 96, (100.0,) * 20, (5.0,) * 20, (30.0,) * 40, 10,
    answers=(4.0,) * 15, missed=4, rejected=1,
)  # fmt: skip
NOW = 1_790_000_000.0


def _router() -> Router:
    router = Router()
    queues = tuple(QueueSettings(QueueId(q), q) for q in ("main", "general"))
    router.handle(QueuesConfigured(queues), NOW)
    return router


@pytest.mark.parametrize(
    ("seen", "assumed", "per_hour", "talk", "patience"),
    [
        (
            NOTHING,
            ("calls", "talk", "wrap_up", "patience", "answers"),
            20.0,
            TALK_S,
            PATIENCE_S,
        ),
        (MANY, ("calls_of_day",), 2.0, 100.0, 120.0),
        (replace(MANY, half_hour=(CALL,)), (), 2.0, 100.0, 120.0),
        (replace(MANY, abandoned=9), ("calls_of_day", "patience"), 2.0, 100.0, PATIENCE_S),
        (replace(MANY, missed=3), ("calls_of_day", "answers"), 2.0, 100.0, 120.0),
        (replace(MANY, talks=(1.0,)), ("calls_of_day", "talk", "wrap_up"), 2.0, TALK_S, 120.0),
    ],
)
def test_what_was_seen_too_seldom_is_assumed_and_said(
    seen: Lately, assumed: tuple[str, ...], per_hour: float, talk: float, patience: float
) -> None:
    """Calls of a queue that is no more count for nothing."""
    load = load_of(_router(), seen, NOW)
    assert (load.assumed, load.calls_per_hour) == (assumed, per_hour)
    assert (load.talk.mean_s, load.patience.mean_s) == (talk, patience)
    if "answers" in assumed:
        assert load.behaviour == Behaviour(answer_delay_s=ANSWER_S)
    else:
        assert load.behaviour == Behaviour(answer_delay_s=4.0, missed=0.2, rejected=0.05)
    if seen is not NOTHING:
        assert {(call.queue, call.skills, call.priority) for call in load.recent} == {
            ("general", ("tatar",), 2)
        }


def test_keys_that_no_difference_can_come_from_are_named() -> None:
    changes = (
        "queues.main.callback_auto: true → false",
        "queues.main.wrap_up_s: 60 → 20",
        "queues.new: добавлена",
        "queues: другой порядок",
        "schedules.day.monday: 8-20 → 8-21",
        "scenarios.main_menu: изменён",
        "alarms.hook.url: x → y",
        "alarms.hook.timeout_s: 1 → 2",
        "limits.calls_per_number: 0 → 2",
    )
    assert list(steering.uncounted(changes)) == [
        "queues.main.callback_auto", "alarms", "limits",
    ]  # fmt: skip


def test_how_offers_of_the_last_day_were_answered_is_counted(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna", queues=("appointments",))
        await centre.in_queue()
        await anna.until_call("offered")
        await asyncio.sleep(5.0)
        await anna.takes()
        await centre.ready("vera", queues=("appointments",))
        await centre.in_queue("+79000000102")
        await asyncio.sleep(20.0)
        await centre.server.core.runtime.settled()
        now = centre.server.core.clock.now()
        seen = await centre.server.database.read(lambda conn: lately(conn, now))
        assert seen.answers == (pytest.approx(5.0, abs=0.1),)
        assert (seen.missed, seen.rejected) == (1, 0)

    run(tmp_path, story)
