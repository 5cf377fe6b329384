"""Orders of a supervisor over callers who wait and people who talk, on real calls: after each the
caller hears whom the order gave, and stays connected until then."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from ekc_console.client.desk import Desk
from ekc_console.client.link.errors import Offline, Refused
from ekc_console.client.voice.line_state import Voice
from ekc_console.config import Config
from ekc_console.domain.facts import (
    CallAssigned,
    CallMoved,
    CallReordered,
    QueuePaused,
    QueueResumed,
)
from ekc_console.domain.state import agent as agent_states
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.store.journal import journal
from sip.link.client import Softphone
from sip.link.protocol import Answer, CallState, HangUp, Incoming, Listen
from tests.support.centre import (
    OPERATOR_HZ,
    WAIT_S,
    Centre,
    hears,
    in_state,
    into_queue,
    me_in_state,
    save_card,
    until,
    waits_in_queue,
)
from tests.support.orders import ordered, refused

FIRST, SECOND = "+79000000311", "+79000000322"


async def chief(centre: Centre, login: str = "chief") -> None:
    await centre.add_person(login, role="supervisor", queues=())


async def waiting(centre: Centre, number: str = FIRST) -> tuple[Softphone, str]:
    """A caller in the queue of appointments, and the centre's name of the call."""
    phone = await into_queue(centre, number)
    return phone, await waits_in_queue(centre, number)


async def journalled(centre: Centre, kind: type[Any]) -> list[tuple[str, str]]:
    """Who gave orders of a kind, and why."""
    entries = await centre.server.database.read(lambda conn: list(journal.tail(conn)))
    facts: list[Any] = [entry.fact for entry in entries if isinstance(entry.fact, kind)]
    return [(fact.by, fact.why) for fact in facts]


async def elsewhere(centre: Centre, login: str = "anna") -> Desk:
    """A ready operator of another queue than that of appointments."""
    return await centre.operator(login, Voice(tone_hz=OPERATOR_HZ), queues=("vaccination",))


async def answers(desk: Desk, phone: Softphone, call: str) -> None:
    """The call is offered to this person, and the caller hears them."""
    offered = await in_state(desk, "offered")
    assert offered.id == call
    await desk.accept()
    await in_state(desk, "talking")
    await hears(phone, "c", OPERATOR_HZ)


async def still_hears(phone: Softphone) -> None:
    """Asked anew: what has not changed is not told again."""
    phone.send(Listen(call="c", tones_hz=[OPERATOR_HZ]))
    await hears(phone, "c", OPERATOR_HZ)


async def test_a_waiting_caller_who_is_moved_is_answered_in_the_other_queue(centre: Centre) -> None:
    await chief(centre)
    desk = await elsewhere(centre)
    phone, call = await waiting(centre)
    await ordered(centre, "call", "move", call, "vaccination", "--why", "там свободно")
    await answers(desk, phone, call)
    assert await journalled(centre, CallMoved) == [("chief", "там свободно")]


@pytest.mark.long
async def test_who_is_given_priority_is_answered_before_who_came_earlier(centre: Centre) -> None:
    await chief(centre)
    await waiting(centre)
    phone, later = await waiting(centre, SECOND)
    await ordered(centre, "call", "priority", later, "5", "--why", "ждал уже вчера")
    assert await journalled(centre, CallReordered) == [("chief", "ждал уже вчера")]
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    await answers(desk, phone, later)


@pytest.mark.long
async def test_a_waiting_caller_is_assigned_to_somebody_of_another_queue(centre: Centre) -> None:
    await chief(centre)
    desk = await elsewhere(centre)
    phone, call = await waiting(centre)
    await ordered(centre, "call", "assign", call, "anna", "--why", "знает дело")
    await answers(desk, phone, call)
    assert await journalled(centre, CallAssigned) == [("chief", "знает дело")]


@pytest.mark.long
async def test_a_supervisor_takes_a_waiting_caller(centre: Centre) -> None:
    desk = await centre.operator(
        "chief", Voice(tone_hz=OPERATOR_HZ), role="supervisor", queues=("vaccination",)
    )
    phone, call = await waiting(centre)
    await ordered(centre, "call", "pick", call)
    assert (await in_state(desk, "talking")).id == call
    await hears(phone, "c", OPERATOR_HZ)


@pytest.mark.long
async def test_somebody_put_into_the_queue_is_offered_who_waits_there(centre: Centre) -> None:
    await chief(centre)
    desk = await elsewhere(centre)
    phone, call = await waiting(centre)
    await ordered(centre, "agent", "queues", "anna", "+appointments", "--why", "очередь", "--yes")
    await answers(desk, phone, call)


@pytest.mark.long
async def test_callers_of_a_paused_queue_wait_until_it_goes_on(centre: Centre) -> None:
    await chief(centre)
    await ordered(centre, "queue", "pause", "appointments", "--why", "учёба")
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    phone, call = await waiting(centre)
    listed = await ordered(centre, "call", "list")
    assert call in listed
    assert desk.view.call is None, "nothing is offered of a paused queue"
    await ordered(centre, "queue", "resume", "appointments", "--why", "кончилась")
    await answers(desk, phone, call)
    assert await journalled(centre, QueuePaused) == [("chief", "учёба")]
    assert await journalled(centre, QueueResumed) == [("chief", "кончилась")]


async def sent_away(centre: Centre, *order: str) -> Desk:
    """Somebody whom the order meets in a talk: it goes on to the caller's own end."""
    await chief(centre)
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    phone, call = await waiting(centre)
    await answers(desk, phone, call)
    await ordered(centre, "agent", "force", "anna", *order, "--why", "пора")
    await still_hears(phone)
    assert desk.view.call is not None
    assert desk.view.call.state == "talking"
    phone.send(HangUp(call="c"))
    await phone.wait_for(CallState, WAIT_S, call="c", state="ended")
    return desk


@pytest.mark.long
async def test_a_break_that_is_ordered_in_a_talk_comes_after_it_and_its_card(
    centre: Centre,
) -> None:
    desk = await sent_away(centre, "break", "--reason", "lunch")
    await save_card(desk)
    await me_in_state(desk, "break")


@pytest.mark.long
async def test_a_shift_that_is_ended_in_a_talk_ends_after_it(centre: Centre) -> None:
    desk = await sent_away(centre, "offline")
    with contextlib.suppress(Offline):  # told while the wrap-up is being finished
        await save_card(desk)
    await until(desk, lambda: desk.link.state == "offline")
    agent = centre.server.core.router.agents[AgentId("anna")]
    assert isinstance(agent.state, agent_states.Offline)


@pytest.mark.long
async def test_of_two_supervisors_who_move_one_caller_the_later_order_holds(
    centre: Centre,
) -> None:
    await chief(centre)
    await chief(centre, "deputy")
    desk = await elsewhere(centre)
    phone, call = await waiting(centre)
    await ordered(centre, "call", "move", call, "home_visit", "--why", "первый")
    await ordered(
        centre, "call", "move", call, "vaccination", "--why", "второй", "--login", "deputy"
    )
    await answers(desk, phone, call)
    assert await journalled(centre, CallMoved) == [("chief", "первый"), ("deputy", "второй")]
    said = await refused(centre, "call", "move", call, "appointments", "--why", "третий")
    assert "не ждёт" in said or "отвечен" in said, said
    await still_hears(phone)


@pytest.mark.long
async def test_an_order_about_who_has_hung_up_is_refused_in_words(centre: Centre) -> None:
    await chief(centre)
    phone, call = await waiting(centre)
    phone.send(HangUp(call="c"))
    await phone.wait_for(CallState, WAIT_S, call="c", state="ended")
    router = centre.server.core.router
    async with asyncio.timeout(WAIT_S):
        while router.calls:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    said = await refused(centre, "call", "move", call, "vaccination", "--why", "поздно")
    assert "Traceback" not in said
    assert "вызов" in said.lower(), said


@pytest.mark.long
async def test_a_callback_that_is_closed_is_nobodys_and_one_put_off_waits_for_its_time(
    centre: Centre,
) -> None:
    await chief(centre)
    for number in (FIRST, SECOND):
        phone, _ = await waiting(centre, number)
        phone.send(HangUp(call="c"))
        await phone.wait_for(CallState, WAIT_S, call="c", state="ended")
    desk = await centre.operator("anna")
    await until(desk, lambda: len(desk.view.callbacks) == 2)
    one, other = desk.view.callbacks
    await ordered(centre, "callback", "close", one.id, "--reached", "--why", "дозвонился сам")
    await until(desk, lambda: [owed.id for owed in desk.view.callbacks] == [other.id])
    tomorrow = datetime.now(centre.config.zone) + timedelta(days=1)
    until_then = f"{tomorrow:%d.%m} 12:00"
    await ordered(centre, "callback", "postpone", other.id, until_then, "--why", "просил")
    await until(desk, lambda: [owed.postponed for owed in desk.view.callbacks] == [True])
    assert not centre.server.core.router.calls, "nobody was dialled"


@pytest.mark.long
async def test_who_waits_when_a_queue_is_closed_is_answered_all_the_same(centre: Centre) -> None:
    await chief(centre)
    phone, call = await waiting(centre)
    await ordered(centre, "line", "close", "appointments", "--why", "учёба", "--yes")
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    await answers(desk, phone, call)


@pytest.mark.long
async def test_a_callback_to_a_number_held_back_is_dialled_once_it_is_released(
    tmp_path: Path,
) -> None:
    any_hour = msgspec.structs.replace(Config().callbacks, hours="00:00-00:00")
    centre = await Centre(tmp_path, callbacks=any_hour).open()
    try:
        await chief(centre)
        phone = await into_queue(centre, "+4930123456", port=centre.outside_port)
        await waits_in_queue(centre)
        phone.send(HangUp(call="c"))
        await phone.wait_for(CallState, WAIT_S, call="c", state="ended")
        desk = await centre.operator("anna")
        await until(desk, lambda: bool(desk.view.callbacks))
        (owed,) = desk.view.callbacks
        assert owed.held
        with pytest.raises(Refused):
            await desk.dial_callback(owed.id)
        await ordered(centre, "callback", "release", owed.id, "--why", "проверено")
        offered = await in_state(desk, "offered")
        assert offered.number == "+49 30 123456"
        await desk.accept()
        incoming = await phone.wait_for(Incoming, WAIT_S)
        phone.send(Answer(call=incoming.call))
        await in_state(desk, "talking")
    finally:
        await centre.close()


@pytest.mark.long
async def test_settings_are_changed_and_taken_back_while_a_caller_waits(
    centre: Centre, tmp_path: Path
) -> None:
    await centre.add_person("chief", role="admin", queues=())
    phone, call = await waiting(centre)
    file = tmp_path / "other.yaml"
    queues = [{"id": q.id, "title": q.title, "strategy": "random"} for q in centre.config.queues]
    file.write_text(yaml.safe_dump({"queues": queues}, allow_unicode=True), "utf-8")
    await ordered(centre, "config", "apply", str(file), "--why", "опыт")
    queues_now = centre.server.core.router.queues
    assert {queue.strategy for queue in queues_now.values()} == {"random"}
    await ordered(centre, "config", "undo", "--why", "хватит")
    desk = await centre.operator("anna", Voice(tone_hz=OPERATOR_HZ))
    await answers(desk, phone, call)
