"""A changed role, name or password reaches the connections that are open (review B7, hostile M1,
M2)."""

from __future__ import annotations

import asyncio
import dataclasses
import sqlite3
from typing import Any

import pytest

from ekc_console.domain.state.agent import Offline
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.people import listeners_watch, session_watch, shift_watch
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.people import accounts, sessions
from ekc_console.wire import messages, side_work, supervision
from ekc_console.wire.listening import Listen
from ekc_console.wire.words import words
from tests.support.simulated_centre import Centre, Operator
from tests.unit.server.test_api import MakeConsole, add, centre, console

__all__ = ["centre", "console"]


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the centre starts: a watch that already waits for its next look waits to the end."""
    for watch in (shift_watch, listeners_watch):
        monkeypatch.setattr(watch, "LOOK_S", 0.02)


async def change(centre: Centre, login: str, **fields: Any) -> None:
    """As another process does it."""

    def write(conn: sqlite3.Connection) -> None:
        accounts.update(conn, dataclasses.replace(accounts.known(conn, login), **fields))

    await centre.server.database.write(write)


async def test_a_supervisor_who_is_made_a_volunteer_is_refused_at_once(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_watch, "LOOK_S", 60.0)
    await add(centre, "boss", role="supervisor")
    boss = console()
    await boss.join(await boss.log_in("boss"))
    assert (await boss.ask(supervision.GetAgents(), "1")).ok
    await change(centre, "boss", role="volunteer")
    assert (await boss.ask(supervision.GetAgents(), "2")).code == "not_allowed"


async def test_a_repeated_request_is_answered_with_the_rights_of_now(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_watch, "LOOK_S", 60.0)
    await add(centre, "boss", role="supervisor")
    boss = console()
    await boss.join(await boss.log_in("boss"))
    assert (await boss.ask(supervision.GetAgents(), "same")).ok
    await change(centre, "boss", role="operator")
    again = await boss.ask(supervision.GetAgents(), "same")
    assert (again.ok, again.code, again.result) == (False, "not_allowed", None)
    await change(centre, "boss", role="supervisor")
    assert (await boss.ask(supervision.GetAgents(), "same")).ok


async def test_an_open_socket_comes_back_with_the_new_role(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_watch, "LOOK_S", 0.05)
    await add(centre, "boss", role="supervisor")
    boss = console()
    token = await boss.log_in("boss")
    await boss.join(token)
    await boss.expect(messages.Snapshot)
    await change(centre, "boss", role="analyst", name="Другая")
    bye = await boss.goodbye()
    assert (bye.code, bye.words, bye.reconnect) == ("changed", words("session.changed"), True)
    again = console()
    await again.join(token, epoch=boss.welcome.epoch, seq=boss.seq)
    view = await again.expect(messages.Snapshot)
    me = next(e for e in view.entities if isinstance(e, messages.Me))
    assert (me.role, me.name) == ("analyst", "Другая")
    assert isinstance(centre.server.core.router.agents[AgentId("boss")].state, Offline)


async def test_an_open_socket_comes_back_with_other_clinics(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_watch, "LOOK_S", 0.05)
    await add(centre, "desk", role="clinic", queues=(), clinics=("city_1",))
    desk = console()
    await desk.join(await desk.log_in("desk"))
    await desk.expect(messages.Snapshot)
    await change(centre, "desk", clinics=("city_2",))
    assert (await desk.goodbye()).code == "changed"


async def test_one_who_is_no_agent_begins_no_shift(centre: Centre, console: MakeConsole) -> None:
    await add(centre, "ada", role="analyst", queues=())
    ada = console()
    await ada.join(await ada.log_in("ada"))
    await ada.expect(messages.Snapshot)
    assert AgentId("ada") not in centre.server.core.router.agents
    refusal = await ada.ask(messages.GoReady(), "1")
    assert (refusal.code, refusal.words) == ("not_allowed", words("right.no_shift"))
    assert (await ada.ask(supervision.GetQueues(), "2")).ok


async def test_a_session_that_is_ended_serves_no_search(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a changed password ends it; before the connection itself is closed."""
    monkeypatch.setattr(session_watch, "LOOK_S", 60.0)
    anna = console()
    await anna.join(await anna.log_in())
    await centre.server.database.write(lambda conn: sessions.end(conn, "anna"))
    bodies = messages.FindContacts(text="Иванова"), side_work.ListMessages()
    for number, body in enumerate(bodies):
        reply = await anna.ask(body, str(number))
        assert (reply.code, reply.words) == ("not_allowed", words("session.expired"))


async def test_a_store_in_trouble_keeps_nobody_from_work(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = console()
    await anna.join(await anna.log_in())
    watching = centre.server.people.sessions

    async def broken(*_: object, **__: object) -> None:
        raise session_watch.StoreError("no answer")

    monkeypatch.setattr(watching._auth, "session", broken)
    assert (await anna.ask(side_work.GetDirectory(), "1")).ok


async def test_all_sessions_together_cost_one_look(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_watch, "LOOK_S", 0.02)
    for login in ("one", "two", "three"):
        await add(centre, login)
        each = console()
        await each.join(await each.log_in(login))
    await asyncio.sleep(0.2)  # each session is asked for itself once
    asked: list[object] = []
    real = centre.server.people.auth.session

    async def counted(*given: Any, **named: Any) -> Any:
        asked.append(given)
        return await real(*given, **named)

    monkeypatch.setattr(centre.server.people.auth, "session", counted)
    await asyncio.sleep(0.3)
    assert asked == []


@pytest.mark.parametrize("cut", [False, True], ids=["connected", "cut off"])
@pytest.mark.parametrize("now", [{"role": "operator"}, {"disabled": True}])
async def test_who_may_listen_no_more_is_out_of_the_talk_at_once(
    centre: Centre,
    console: MakeConsole,
    monkeypatch: pytest.MonkeyPatch,
    now: dict[str, Any],
    cut: bool,
) -> None:
    """Also whose console is cut off while the line stands."""
    monkeypatch.setattr(session_watch, "LOOK_S", 0.02)
    anna = await centre.ready("galya")
    caller = await centre.in_queue()
    await anna.takes()
    await add(centre, "boss", role="supervisor")
    boss = console()
    await boss.join(await boss.log_in("boss"))
    vera = Operator(centre, "boss", "supervisor", ())
    await vera.open_line(1500)
    await vera.done(Listen(call=caller, mode="barge"))
    await centre.until(lambda: set(centre.engine.heard(caller).tones) == {1100, 1500}, "barged in")
    if cut:
        await boss.ws.close()
        agent = centre.server.core.router.agents
        await centre.until(lambda: not agent[AgentId("boss")].present, "cut off")
    await change(centre, "boss", **now)
    await centre.until(lambda: set(centre.engine.heard(caller).tones) == {1100}, "out again")
    assert not centre.server.core.router.listenings


@pytest.mark.parametrize("cut", [False, True], ids=["store fails once", "cut off"])
async def test_a_closed_account_ends_its_shift_whatever_was_in_the_way(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch, cut: bool
) -> None:
    """Also one that was closed at the command line while nobody could be asked, or was connected
    by it."""
    monkeypatch.setattr(session_watch, "LOOK_S", 0.02)
    anna = console()
    await anna.join(await anna.log_in())
    agents, login = centre.server.core.router.agents, AgentId("anna")
    if cut:
        await anna.ws.close()
        await centre.until(lambda: not agents[login].present, "cut off")
    auth = centre.server.people.auth
    real, asked = auth.closed, []

    async def fails_once(*given: Any) -> bool:
        asked.append(given)
        if len(asked) == 1:
            raise StoreError("out of order")
        return await real(*given)

    monkeypatch.setattr(auth, "closed", fails_once)
    await change(centre, "anna", disabled=True)
    await centre.until(lambda: isinstance(agents[login].state, Offline), "off shift")
