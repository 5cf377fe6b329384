"""A supervisor listens to an operator's talk, whispers, barges in and takes the call over, by
commands; what each of the four hears, and what screens say."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from ekc_console.config import Calls
from ekc_console.config.teams import Team
from ekc_console.domain.state import call as cl
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.people.person import Person
from ekc_console.server.store.audit import entries
from ekc_console.server.store.calls import listenings
from ekc_console.wire import messages, supervision
from ekc_console.wire.listening import ComeToListen, Listen, StopListening, TakeOver
from tests.support.simulated_centre import Centre, Operator, run
from tests.support.told import told

CALLER, ANNA, VERA, BORIS = 700, 1100, 1500, 1300


class Talk:
    """Anna talks with a caller; Vera leads the shift and has a line."""

    def __init__(self, centre: Centre, anna: Operator, vera: Operator, caller: str) -> None:
        self.centre, self.anna, self.vera, self.caller = centre, anna, vera, caller

    async def listens(self, mode: str = "listen") -> None:
        await self.vera.done(Listen(agent="anna", mode=mode))

    async def hear(self, caller: set[int], anna: set[int], vera: set[int]) -> None:
        engine = self.centre.engine
        wanted = {self.caller: caller, self.anna.leg: anna, self.vera.leg: vera}
        await self.centre.until(
            lambda: all(set(engine.heard(leg).tones) == tones for leg, tones in wanted.items()),
            f"{wanted}, not { {leg: set(engine.heard(leg).tones) for leg in wanted} }",
        )


async def talk(centre: Centre, role: messages.Role = "supervisor", **vera_has: Any) -> Talk:
    anna = await centre.ready("anna")
    vera = await (await centre.operator("vera", role, **vera_has)).come()
    await vera.open_line(VERA)
    caller = await centre.in_queue()
    await anna.takes()
    return Talk(centre, anna, vera, caller)


def play(tmp_path: Path, story: Callable[[Talk], Awaitable[None]], **changes: object) -> None:
    async def in_centre(centre: Centre) -> None:
        await story(await talk(centre))

    run(tmp_path, in_centre, **changes)


def taking(tmp_path: Path, story: Callable[[Talk], Awaitable[None]], **changes: object) -> None:
    """Who leads serves no queue."""

    async def in_centre(centre: Centre) -> None:
        await story(await talk(centre, queues=()))

    run(tmp_path, in_centre, **changes)


def test_each_mode_has_its_ears(tmp_path: Path) -> None:
    async def story(t: Talk) -> None:
        for mode, caller, anna in (
            ("listen", {ANNA}, {CALLER}),
            ("whisper", {ANNA}, {CALLER, VERA}),
            ("barge", {ANNA, VERA}, {CALLER, VERA}),
            ("listen", {ANNA}, {CALLER}),
        ):
            await t.listens(mode)
            await t.hear(caller, anna, {CALLER, ANNA})
        await t.vera.done(StopListening())
        await t.hear({ANNA}, {CALLER}, set())
        await t.vera.done(StopListening())

    play(tmp_path, story)


def test_taken_over_the_caller_talks_with_the_supervisor_and_the_operator_is_free(
    tmp_path: Path,
) -> None:
    async def story(t: Talk) -> None:
        await t.listens("barge")
        await t.hear({ANNA, VERA}, {CALLER, VERA}, {CALLER, ANNA})
        await t.vera.done(TakeOver(why="просит оператор"))
        await t.hear({VERA}, set(), {CALLER})
        assert (await t.vera.until_call("talking")).id == t.caller
        await t.anna.until_me("wrap_up")
        assert t.vera.me.listening is None

    play(tmp_path, story)


async def holds(t: Talk) -> None:
    await t.anna.done(messages.HoldCall(call=t.caller))
    await t.anna.until_call("held")


async def returns_to_queue(t: Talk) -> None:
    await t.anna.done(messages.TransferCall(call=t.caller, kind="queue", target="general"))
    await t.centre.until(lambda: isinstance(t.centre.record(t.caller).state, cl.Waiting), "a place")


async def goes_on(t: Talk) -> None:
    pass


@pytest.mark.parametrize("before", [goes_on, holds])
def test_who_has_taken_a_talk_over_has_its_card_and_ends_it(
    tmp_path: Path, before: Callable[[Talk], Awaitable[None]]
) -> None:
    async def story(t: Talk) -> None:
        await t.centre.until(lambda: bool(t.anna.call and t.anna.call.card), "card")
        assert t.anna.call
        card = t.anna.call.card
        await t.listens()
        await before(t)
        await t.vera.done(TakeOver())
        await t.hear({VERA}, set(), {CALLER})
        mine = await t.vera.until_call("talking")
        assert mine.card == card
        assert (await t.vera.done(messages.OpenCard(card=card))).id == card
        await t.vera.done(messages.HangUpCall(call=t.caller))
        ended = await t.centre.ended(t.caller)
        assert (ended.outcome, ended.agent) == ("answered", "vera")
        assert t.vera.me.state == "break", "who leads has no wrap-up, and is on no shift"
        assert t.anna.me.state == "wrap_up"

    taking(tmp_path, story)


@pytest.mark.parametrize("agent", ["", "anna"])
def test_who_leads_takes_a_call_that_waits_also_one_that_is_somebodys(
    tmp_path: Path, agent: str
) -> None:
    async def story(t: Talk) -> None:
        waiting = await t.centre.in_queue("+79000000177")
        if agent:
            await t.vera.done(supervision.AssignCall(call=waiting, agent=agent))
        await t.vera.done(supervision.PickCall(call=waiting))
        assert (await t.vera.until_call("talking")).id == waiting
        await t.vera.done(messages.HangUpCall(call=waiting))
        assert (await t.centre.ended(waiting)).outcome == "answered"
        assert t.vera.me.state == "break"

    taking(tmp_path, story)


def test_a_call_that_waits_again_after_a_transfer_is_taken(tmp_path: Path) -> None:
    async def story(t: Talk) -> None:
        await t.listens()
        await returns_to_queue(t)
        await t.vera.done(supervision.PickCall(call=t.caller))
        await t.hear({VERA}, set(), {CALLER})
        assert t.vera.me.listening is None

    taking(tmp_path, story)


def test_a_call_of_a_queue_of_others_is_not_to_be_taken(tmp_path: Path) -> None:
    async def story(t: Talk) -> None:
        waiting = await t.centre.in_queue("+79000000177")
        assert (await t.vera.refused(supervision.PickCall(call=waiting))).code == "not_allowed"

    team = Team(id="a", title="Утро", leads=("vera",), members=("anna",), queues=("vaccination",))
    taking(tmp_path, story, teams=(team,))


def test_both_screens_say_who_listens_to_whom(tmp_path: Path) -> None:
    async def story(t: Talk) -> None:
        await t.vera.done(Listen(call=t.caller, mode="whisper"))
        mine = t.vera.me.listening
        assert mine is not None
        assert (mine.call, mine.mode, mine.agent_name) == (t.caller, "whisper", "Оператор anna")
        assert t.anna.call is not None
        assert t.anna.call.overheard is not None
        assert t.anna.call.overheard.name == "Оператор vera"
        assert t.vera.call is None

    play(tmp_path, story)


@pytest.mark.parametrize("tells", [(), ("listen", "whisper", "barge")])
def test_the_operator_is_told_as_the_centre_wants_it(tmp_path: Path, tells: tuple[str]) -> None:
    async def story(t: Talk) -> None:
        for mode in ("listen", "whisper", "barge"):
            await t.listens(mode)
            assert t.anna.call is not None
            assert (t.anna.call.overheard is not None) == (mode in tells)

    play(tmp_path, story, calls=Calls(listening_told=tells))


def test_through_hold_consultation_and_transfer(tmp_path: Path) -> None:
    async def story(t: Talk) -> None:
        boris = await (await t.centre.operator("boris")).come()
        await boris.open_line(BORIS)
        await boris.done(messages.GoReady())
        await t.listens("whisper")
        await t.anna.done(messages.HoldCall(call=t.caller))
        await t.hear(set(), {VERA}, {ANNA})
        await t.anna.done(messages.ResumeCall(call=t.caller))
        await t.hear({ANNA}, {CALLER, VERA}, {CALLER, ANNA})
        await t.anna.done(messages.StartConsult(call=t.caller, kind="agent", target="boris"))
        offer = (await boris.until_call("offered")).offer
        await boris.done(messages.AcceptOffer(offer=offer))
        await t.hear(set(), {BORIS, VERA}, {ANNA, BORIS})
        await t.anna.done(messages.CompleteConsult(call=t.caller))
        await t.hear({BORIS}, set(), {CALLER, BORIS})
        assert set(t.centre.engine.heard(boris.leg).tones) == {CALLER, VERA}

    play(tmp_path, story)


def test_a_second_supervisor_is_told_who_was_first(tmp_path: Path) -> None:
    async def story(t: Talk) -> None:
        gleb = await (await t.centre.operator("gleb", "supervisor")).come()
        await gleb.open_line(BORIS)
        await t.listens("whisper")
        refusal = await gleb.refused(Listen(agent="anna", mode="barge"))
        assert refusal.message == "Этот разговор уже слушает Оператор vera."
        await t.hear({ANNA}, {CALLER, VERA}, {CALLER, ANNA})

    play(tmp_path, story)


def test_whatever_fails_beside_the_talk_never_costs_it(tmp_path: Path) -> None:
    async def story(t: Talk) -> None:
        news = told(t.centre, t.vera)
        await t.listens("barge")
        await t.hear({ANNA, VERA}, {CALLER, VERA}, {CALLER, ANNA})
        t.centre.engine.caller_hangs_up(t.vera.leg)
        await t.centre.until(
            lambda: "Ваша линия оборвалась: вы больше не слушаете, разговор идёт." in news(), "why"
        )
        await t.centre.until(
            lambda: set(t.centre.engine.heard(t.caller).tones) == {ANNA}, "the talk alone"
        )
        assert set(t.centre.engine.heard(t.anna.leg).tones) == {CALLER}
        refusal = await t.vera.refused(Listen(agent="anna"))
        assert "Линия ещё не готова" in refusal.message

    play(tmp_path, story)


def test_a_call_that_ends_is_said_and_the_next_order_is_refused(tmp_path: Path) -> None:
    async def story(t: Talk) -> None:
        news = told(t.centre, t.vera)
        await t.listens()
        t.centre.engine.caller_hangs_up(t.caller)
        await t.centre.until(
            lambda: "Разговор закончен: вы больше не слушаете." in news(), "the word"
        )
        for order, word in (
            (Listen(agent="anna"), "Разговора нет: слушать нечего."),
            (Listen(call=t.caller), "Разговора нет: слушать нечего."),
            (Listen(), "Назовите или вызов, или оператора."),
            (TakeOver(), "Вы никого не слушаете: забрать можно вызов, который слушаете."),
        ):
            assert (await t.vera.refused(order)).message.splitlines()[0] == word

    play(tmp_path, story)


def test_an_operator_who_logs_out_or_takes_calls_does_not_listen(tmp_path: Path) -> None:
    async def story(t: Talk) -> None:
        news = told(t.centre, t.vera)
        await t.listens()
        await t.vera.done(messages.GoReady())
        await t.centre.until(lambda: t.vera.me.listening is None, "over")
        await t.hear({ANNA}, {CALLER}, set())
        assert "Вы на линии: прослушивание закончено, разговор идёт." in news()
        refusal = await t.vera.refused(Listen(agent="anna"))
        assert refusal.message == "Слушать можно, пока вы не на линии: сначала перерыв."

    play(tmp_path, story)


def test_a_consultation_cannot_be_taken_over(tmp_path: Path) -> None:
    async def story(t: Talk) -> None:
        boris = await t.centre.ready("boris")
        await t.listens()
        await t.anna.done(messages.StartConsult(call=t.caller, kind="agent", target="boris"))
        await boris.takes()
        refusal = await t.vera.refused(TakeOver())
        assert refusal.message == "Идёт консультация: забрать вызов можно после неё."

    play(tmp_path, story)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("operator", ()),
        ("volunteer", ()),
        ("trainer", ("listen", "whisper")),
        ("supervisor", ("listen", "whisper", "barge", "take over")),
    ],
)
def test_each_mode_is_a_right_of_its_own(
    tmp_path: Path, role: messages.Role, may: tuple[str, ...]
) -> None:
    async def story(centre: Centre) -> None:
        t = await talk(centre, role)
        for mode in ("listen", "whisper", "barge"):
            reply = await t.vera.do(Listen(agent="anna", mode=mode))
            assert reply.ok == (mode in may), mode
            assert reply.ok or reply.code == "not_allowed"
        assert (await t.vera.do(TakeOver())).ok == ("take over" in may)

    run(tmp_path, story)


def test_an_engine_that_refuses_ends_the_listening_with_a_word(tmp_path: Path) -> None:
    async def story(t: Talk) -> None:
        news = told(t.centre, t.vera)

        async def refuse(*_: object) -> None:
            raise RuntimeError("broken")

        t.centre.engine.listen = refuse  # type: ignore[method-assign]
        await t.listens("barge")
        await t.centre.until(
            lambda: "Телефония не дала слушать: разговор идёт, попробуйте ещё раз." in news(),
            "word",
        )
        assert t.vera.me.listening is None
        await t.hear({ANNA}, {CALLER}, set())

    play(tmp_path, story)


def test_the_recordings_record_says_who_listened_when_and_how(tmp_path: Path) -> None:
    async def story(t: Talk) -> None:
        await t.vera.done(Listen(agent="anna", why="новый оператор"))
        await asyncio.sleep(10)
        await t.listens("listen")  # no other mode: the same stretch
        await asyncio.sleep(10)
        await t.listens("barge")
        await asyncio.sleep(5)
        t.centre.engine.caller_hangs_up(t.caller)
        await t.centre.ended(t.caller)
        spells = await t.centre.server.database.read(lambda c: listenings.of_call(c, t.caller))
        assert [(one.login, one.mode, one.why) for one in spells] == [
            ("vera", "listen", "новый оператор"),
            ("vera", "barge", ""),
        ]
        assert [round(one.to_at - one.from_at) for one in spells] == [20, 5]

    play(tmp_path, story)


def test_who_is_on_no_shift_comes_only_to_listen_and_is_nobodys_agent(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        caller = await centre.in_queue()
        await anna.takes()
        vera = await centre.operator("vera", "supervisor")
        centre.server.people.attendance.look_on(vera.session)
        refusal = await vera.refused(Listen(agent="anna"))
        assert refusal.code == "wrong_state"
        await vera.done(ComeToListen())
        await vera.open_line(VERA)
        await vera.done(Listen(agent="anna", mode="whisper"))
        await Talk(centre, anna, vera, caller).hear({ANNA}, {CALLER, VERA}, {CALLER, ANNA})
        assert vera.me.state == "break"
        assert not centre.server.core.router.agents[AgentId("vera")].staffs
        centre.server.people.attendance.look_on(vera.session)  # her console is back
        await centre.server.core.runtime.settled()
        assert centre.server.core.router.agents[AgentId("vera")].present
        assert vera.me.listening is not None

    run(tmp_path, story)


def test_who_came_only_to_listen_is_gone_with_the_console_and_was_on_no_shift(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready("anna")
        await centre.in_queue()
        await anna.takes()
        vera = await centre.operator("vera", "supervisor")
        attendance, router = centre.server.people.attendance, centre.server.core.router
        attendance.look_on(vera.session)
        await vera.done(ComeToListen())
        await vera.open_line(VERA)
        await vera.done(Listen(agent="anna"))
        attendance.interrupt(AgentId("vera"))
        await centre.server.core.runtime.settled()
        assert vera.me.listening is not None, "the line is still there"
        attendance.look_on(vera.session)
        await vera.done(StopListening())
        assert vera.me.line_up
        attendance.interrupt(AgentId("vera"))
        await centre.server.core.runtime.settled()
        assert (vera.me.state, vera.me.line_up) == ("offline", False)
        assert not router.agents[AgentId("vera")].away_since
        attendance.look_on(vera.session)
        await vera.done(ComeToListen())
        await centre.server.core.runtime.settled()
        rows = await centre.server.database.read(
            lambda conn: conn.execute(
                "SELECT state FROM agent_intervals WHERE agent = 'vera'"
            ).fetchall()
        )
        assert rows == []

    run(tmp_path, story)


DAY = Team(id="day", title="День", leads=("vera",), members=("anna",), queues=("appointments",))
NIGHT = Team(id="night", title="Ночь", leads=("oleg",), members=("boris",))


@pytest.mark.parametrize("mode", ["whisper", "barge"])
def test_listening_ends_with_a_word_where_the_call_goes_to_another_team(
    tmp_path: Path, mode: str
) -> None:
    async def story(t: Talk) -> None:
        await t.listens(mode)
        boris = await (await t.centre.operator("boris")).come()
        await boris.open_line(BORIS)
        await boris.done(messages.GoReady())
        order = messages.TransferCall(call=t.caller, kind="agent", target="boris")
        await t.anna.done(order)
        await boris.takes()
        await t.centre.until(lambda: t.vera.me.listening is None, "over")
        await t.hear({BORIS}, set(), set())
        reply = await t.vera.do(Listen(agent="boris", mode="listen"))
        assert reply.code == "not_allowed"

    play(tmp_path, story, teams=(DAY, NIGHT))


def test_who_came_to_listen_sees_as_before_and_takes_calls_at_an_operators_console(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        nina = await centre.operator("nina", "supervisor", queues=("appointments",))
        nina.person = Person.of(nina.session)
        attendance = centre.server.people.attendance
        attendance.look_on(nina.session)
        before = await nina.done(supervision.GetQueues())
        await nina.done(ComeToListen())
        assert await nina.done(supervision.GetQueues()) == before
        assert not centre.server.core.router.agents[AgentId("nina")].queues
        await nina.open_line(VERA)
        attendance.interrupt(AgentId("nina"))
        await nina.work()
        await centre.in_queue()
        await nina.takes()

    run(tmp_path, story, teams=(DAY,))


def test_the_audit_names_the_call_that_was_taken_over(tmp_path: Path) -> None:
    async def story(t: Talk) -> None:
        await t.listens()
        await t.vera.done(TakeOver(why="просит"))
        await t.centre.server.people.trail.close()
        wanted = entries.Wanted(action="listen")
        found = await t.centre.server.database.read(lambda conn: entries.of(conn, wanted))
        assert [(e.who, e.about, e.reason) for e in found] == [
            ("vera", t.caller, "take_over: просит"), ("vera", "anna", "listen"),
        ]  # fmt: skip

    play(tmp_path, story)


def test_a_restarted_server_goes_on_listening(tmp_path: Path) -> None:
    async def story(t: Talk) -> None:
        await t.listens("whisper")
        await t.hear({ANNA}, {CALLER, VERA}, {CALLER, ANNA})
        await t.centre.start_again()
        await t.hear({ANNA}, {CALLER, VERA}, {CALLER, ANNA})
        await t.vera.come()
        assert t.vera.me.listening is not None

    play(tmp_path, story)
