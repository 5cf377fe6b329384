"""Orders of supervisors and calls taken by hand, through a whole server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ekc_console.client.words.saying import said
from ekc_console.config import Break, Queue
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.ids import QueueId
from ekc_console.wire import messages, supervision
from tests.support import shown
from tests.support.simulated_centre import NUMBER, QUEUES, Centre, run

ORDERS: list[tuple[messages.Command, str, str]] = [
    (supervision.AssignCall(call="c9", agent="anna"), "unknown", "Такого вызова нет."),
    (supervision.MoveCall(call="c9", queue="none"), "unknown", "Нет очереди «none». Есть: appo"),
    (supervision.ReorderCall(call="c9", priority=101), "bad_value", "от -100 до 100"),
    (supervision.PauseQueue(queue="none"), "unknown", "Нет очереди «none»"),
    (supervision.GetCalls(queue="none"), "unknown", "Нет очереди «none»"),
    (supervision.ForceAgent(agent="nobody", state="ready"), "unknown", "Такого оператора"),
    (
        supervision.ForceAgent(agent="anna", state="break", reason="x"),
        "bad_value",
        "«x». Есть: rest",
    ),
]


def test_what_is_refused_and_to_whom(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        chief = await centre.operator("chief", role="supervisor")
        anna = await centre.ready()
        for body, code, words in ORDERS:
            refusal = await chief.refused(body)
            assert (refusal.code, words in refusal.message) == (code, True), refusal
            assert (await anna.refused(body)).code == "not_allowed"
        volunteer = await centre.ready("vera", role="volunteer")
        assert (await volunteer.refused(supervision.PickCall(call="c9"))).code == "not_allowed"
        assert (await anna.refused(supervision.PickCall(call="c9"))).code == "unknown"
        assert (await chief.refused(supervision.PickCall(call="c9"))).code == "wrong_state"

    run(tmp_path, story)


def test_a_supervisor_sees_and_sends_calls(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        chief = await centre.operator("chief", role="supervisor")
        first, call = await centre.in_queue("+79000000001"), await centre.in_queue(NUMBER)
        listed = (await chief.done(supervision.GetCalls())).calls
        assert [(c.id, c.position) for c in listed] == [(first, 1), (call, 2)]
        await chief.done(supervision.ReorderCall(call=call, priority=1, why="жалоба"))
        listed = (await chief.done(supervision.GetCalls(queue="appointments"))).calls
        assert [c.id for c in listed] == [call, first]
        await chief.done(supervision.MoveCall(call=call, queue="general"))
        anna = await centre.ready(queues=("other",))
        await chief.done(supervision.AssignCall(call=call, agent="anna"))
        assert (await anna.until_call("offered")).id == call
        assert (
            await chief.refused(supervision.AssignCall(call=call, agent="boris"))
        ).code == "unknown"
        queues = {q.id: q for q in (await chief.done(supervision.GetQueues())).queues}
        assert (queues["appointments"].waiting, queues["general"].waiting) == (1, 1)

    run(tmp_path, story)


def test_a_call_is_not_parked_for_somebody_on_a_break(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        chief = await centre.operator("chief", role="supervisor")
        anna = await centre.ready()
        await anna.done(messages.GoBreak(reason="rest"))
        call = await centre.in_queue()
        refusal = await chief.refused(supervision.AssignCall(call=call, agent="anna"))
        assert refusal.code == "wrong_state"
        assert "на перерыве" in refusal.message
        assert "Свободных сейчас нет." in refusal.message
        await centre.ready("boris", queues=("general",))
        refusal = await chief.refused(supervision.AssignCall(call=call, agent="anna"))
        assert "Свободны: Оператор boris (boris)." in refusal.message
        await chief.done(supervision.AssignCall(call=call, agent="boris"))

    run(tmp_path, story)


def test_two_who_assign_one_call_do_not_overrule_each_other_unseen(tmp_path: Path) -> None:
    """Both saw it with nobody: the second is told who has it, and may assign it knowing that."""

    async def story(centre: Centre) -> None:
        chief = await centre.operator("chief", role="supervisor")
        other = await centre.operator("other", role="supervisor")
        await chief.done(supervision.PauseQueue(queue="appointments", why=""))
        await centre.ready()
        await centre.ready("boris")
        call = await centre.in_queue()
        await chief.done(supervision.AssignCall(call=call, agent="anna", seen=""))
        late = supervision.AssignCall(call=call, agent="boris", seen="")
        refusal = await other.refused(late)
        assert refusal.code == "wrong_state"
        assert "Вызов уже назначен другим: его ждёт Оператор anna." in refusal.message
        await other.done(msgspec.structs.replace(late, seen="anna"))

    run(tmp_path, story)


def test_a_paused_queue_is_shown_and_makes_no_offers(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        chief = await centre.operator("chief", role="supervisor")
        await chief.done(supervision.PauseQueue(queue="appointments", why="учёба"))
        anna = await centre.ready()
        call = await centre.in_queue()
        views = centre.server.live.views
        views.refresh()
        assert [q.id for q in shown.queues(views, anna.person) if q.paused] == ["appointments"]
        assert anna.me.state == "ready"
        await centre.start_again()
        assert QueueId("appointments") in centre.server.core.router.paused
        await anna.work()
        await chief.done(supervision.ResumeQueue(queue="appointments"))
        assert (await anna.until_call("offered")).id == call

    run(tmp_path, story)


def test_an_operator_takes_a_call_by_hand(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        await anna.done(messages.GoBreak(reason="rest"))
        call = await centre.in_queue()
        await anna.done(supervision.PickCall(call=call))
        await anna.until_call("talking")
        assert "закончите текущий" in (await anna.refused(supervision.PickCall(call=call))).message
        await anna.done(messages.HangUpCall(call=call))
        await anna.until_me("wrap_up")
        other = await centre.in_queue("+79000000001")
        assert "не сохранена" in (await anna.refused(supervision.PickCall(call=other))).message
        await anna.save_card()
        await anna.done(supervision.PickCall(call=other))
        assert isinstance(centre.record(call).state, cl.Ended)
        await anna.until_call("talking")

    run(tmp_path, story)


def test_a_break_has_its_limit_and_everybody_sees_the_overrun(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        chief = await centre.operator("chief", role="supervisor")
        anna = await centre.ready()
        await anna.done(messages.GoBreak(reason="rest"))
        told = centre.server.live.hub.notice
        heard: list[tuple[str, Any]] = []

        def hear(notice: messages.Notice, to: Any = None) -> None:
            heard.append((said(notice.words), to))
            told(notice, to)

        centre.server.live.hub.notice = hear  # type: ignore[method-assign]
        began = anna.me.since
        assert anna.me.until == began + 60
        await centre.until(lambda: bool(heard), "a word about the break")
        assert heard[0] == ("Перерыв длится дольше положенного.", ["anna"])
        assert heard[1][0] == "Оператор anna: перерыв дольше положенного."
        (info,) = (await chief.done(supervision.GetAgents())).agents
        assert (info.id, info.state, info.reason, info.overrun) == ("anna", "break", "rest", True)

    run(tmp_path, story, breaks=(Break(code="rest", title="Отдых", limit_minutes=1),))


def test_a_forced_end_of_the_shift_ends_the_session(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        chief = await centre.operator("chief", role="supervisor")
        anna = await centre.ready()
        heard: list[tuple[str, Any]] = []
        told = centre.server.live.hub.notice

        def hear(notice: messages.Notice, to: Any = None) -> None:
            heard.append((said(notice.words), to))
            told(notice, to)

        centre.server.live.hub.notice = hear  # type: ignore[method-assign]
        order = supervision.ForceAgent(agent="anna", state="break", reason="lunch", why="устала")
        await chief.done(order)
        assert (anna.me.state, anna.me.reason) == ("break", "lunch")
        text = "Оператор chief отправляет вас на перерыв; идущий вызов закончите: устала."
        assert heard == [(text, ["anna"])]
        leg = anna.leg
        await chief.done(supervision.ForceAgent(agent="anna", state="offline", why="болеет"))
        await centre.until(lambda: leg not in centre.engine.legs, "the line is dropped")
        assert isinstance(centre.server.core.router.agents[anna.person.login].state, ag.Offline)
        assert (await chief.done(supervision.GetAgents())).agents == ()
        assert len((await chief.done(supervision.GetAgents(offline=True))).agents) == 1

    run(tmp_path, story)


@pytest.mark.parametrize("prefers", [True, False])
def test_a_caller_comes_to_who_talked_with_them_last(tmp_path: Path, prefers: bool) -> None:
    async def story(centre: Centre) -> None:
        boris = await centre.ready("boris")
        call = await centre.in_queue()
        await boris.takes()
        await boris.done(messages.HangUpCall(call=call))
        await boris.until_me("wrap_up")
        await centre.ended(call)
        await centre.ready("anna")
        await asyncio.sleep(1)  # anna idles longer
        await boris.save_card()
        await boris.done(messages.GoReady())
        again = await centre.in_queue()
        offered = centre.record(again).state.offers[0].agent
        assert (centre.record(again).preferred, offered) == (
            ("boris", "boris") if prefers else (None, "anna")
        )

    wait = 20.0 if prefers else 0.0
    queues = tuple(Queue(QueueId(q), q, preferred_agent_s=wait) for q in QUEUES)
    run(tmp_path, story, queues=queues)
