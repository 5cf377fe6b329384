"""The centre as supervisors watch it: the core's own states, one stream for all, bounded."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, get_args

import pytest

from ekc_console.client.link.watched import Watched
from ekc_console.domain.state import agent as ag
from ekc_console.domain.state import call as ca
from ekc_console.domain.terms import hours, numbers
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.server.live.sync import OUTBOX_LIMIT, Outbox
from ekc_console.server.live.watch import rows, view
from ekc_console.server.live.watch.rows import CALL_STATES, PERSON_STATES
from ekc_console.server.rights.scope import Scope
from ekc_console.wire import call_control, codec, messages, steering, supervision, watch, way_in
from ekc_console.wire.listening import Listen, StopListening
from tests.support.cards import owed
from tests.support.simulated_centre import Centre, Operator, run

BREAKS = {"listening", "not_ready"}
"""Breaks of the core that are shown as what they are."""


class Screen:
    """A supervisor's console that reads all it is sent."""

    def __init__(self) -> None:
        self.outbox = Outbox()
        self.watched = Watched()
        self.snapshots = 0
        self.raw: list[bytes] = []

    def read(self) -> Watched:
        for data, lane in list(self.outbox._queue):
            if lane == "watch":
                self.raw.append(data)
                news: Any = codec.decode_server(data)
                self.snapshots += isinstance(news, watch.WatchSnapshot)
                assert self.watched.apply(news)
        self.outbox._queue.clear()
        return self.watched


async def watching(
    centre: Centre, login: str = "boss", role: messages.Role = "supervisor"
) -> tuple[Operator, Screen]:
    boss = await centre.operator(login, role=role)
    screen = Screen()
    centre.server.people.attendance.look_on(boss.session)
    centre.server.live.hub.stream(boss.person).attach(screen.outbox, None)
    await boss.done(watch.StartWatch())
    screen.read()
    return boss, screen


def same_states(centre: Centre, watched: Watched) -> None:
    """Shown is what the core holds, nobody more and nobody less."""
    router = centre.server.core.router
    people = {a.id: PERSON_STATES[type(a.state)] for a in router.agents.values()}
    waiting = [a.id for a in router.agents.values() if getattr(a.state, "reason", "") == "login"]
    people |= dict.fromkeys(waiting, "not_ready") | dict.fromkeys(router.listenings, "listening")
    at_work = {login: state for login, state in people.items() if state != "offline"}
    assert {p.id: p.state for p in watched.people.values()} == at_work
    calls = {c.id: CALL_STATES[type(c.state)] for c in router.calls.values()}
    assert {c.id: c.state for c in watched.calls.values()} == calls


def test_every_state_of_the_core_has_a_name_of_its_own() -> None:
    for union, names, wire in (
        (ag.AgentState, PERSON_STATES, watch.PersonState),
        (ca.CallState, CALL_STATES, watch.CallState),
    ):
        assert set(names) == set(get_args(union))
        assert sorted(names.values()) == sorted(set(get_args(wire)) - BREAKS)


def test_who_listens_is_shown_with_whose_talk_and_who_only_came_to_listen_is_nobody(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        _, screen = await watching(centre)
        anna = await centre.ready("anna")
        vera = await (await centre.operator("vera", "supervisor", ())).come()
        await vera.open_line()
        caller = await centre.in_queue()
        await anna.takes()
        await vera.done(Listen(call=caller, mode="whisper"))
        await centre.until(lambda: "vera" in screen.read().people, "vera")
        seen = screen.watched.people["vera"]
        assert (seen.state, seen.listens_to) == ("listening", "Оператор anna")
        assert seen.listens_how == "whisper"
        assert {queue.away for queue in screen.watched.queues.values()} == {0}
        since = centre.server.core.router.listenings[AgentId("vera")].since
        assert seen.since == since
        await vera.done(StopListening())
        await centre.until(lambda: "vera" not in screen.read().people, "gone")

    run(tmp_path, story)


def test_who_has_come_and_was_not_ready_yet_is_not_on_a_break(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        _, screen = await watching(centre)
        await (await centre.operator("anna")).come()
        await centre.until(lambda: "anna" in screen.read().people, "anna")
        assert screen.watched.people["anna"].state == "not_ready"

    run(tmp_path, story)


def test_who_has_named_no_break_yet_has_none_to_come() -> None:
    assert rows._title(ag.LOGIN_BREAK, {}) == ""
    assert rows._title("lunch", {"lunch": "Обед"}) == "Обед"


def test_an_own_call_leaves_the_clock_of_not_ready_as_it_was(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        _, screen = await watching(centre)
        anna = await centre.operator("anna")
        await (await anna.come()).open_line()
        began = anna.me.since
        await anna.done(messages.Dial(number="+79000000002"))
        await anna.until_me("dialing")
        assert anna.call
        await anna.done(messages.HangUpCall(call=anna.call.id))
        await anna.until_me("break")
        assert anna.me.since > began
        assert anna.me.began_at == began

        def counted() -> bool:
            seen = screen.read().people.get("anna")
            return seen is not None and (seen.state, seen.since) == ("not_ready", began)

        await centre.until(counted, "the clock as it was")

    run(tmp_path, story)


def test_through_a_day_the_screen_shows_the_states_that_the_core_holds(tmp_path: Path) -> None:
    """Menu, queue, offer, talk, hold, consultation, wrap-up, break, end of the shift."""

    async def story(centre: Centre) -> None:
        _, screen = await watching(centre)
        seen: set[str] = set()

        async def look(*expected: str) -> None:
            def shown() -> set[str]:
                screen.read()
                people = {p.state for p in screen.watched.people.values()}
                return people | {c.state for c in screen.watched.calls.values()}

            await centre.until(lambda: set(expected) <= shown(), str(expected))
            same_states(centre, screen.watched)
            seen.update(expected)

        caller = await centre.in_menu()
        await look("menu")
        centre.engine.caller_presses(caller, "1")
        await look("waiting")
        anna, olga = await centre.ready("anna"), await centre.ready("olga")
        await look("offered", "ready")
        who, other = (anna, olga) if anna.call else (olga, anna)
        await who.takes()
        await look("talking")
        await who.done(messages.HoldCall(call=caller))
        await look("holding", "held")
        await who.done(messages.ResumeCall(call=caller))
        await who.done(messages.StartConsult(call=caller, kind="agent", target=other.login))
        await look("consulting", "asked")
        await other.until_call("offered")
        assert other.call
        await other.done(messages.AcceptOffer(offer=other.call.offer))
        await look("advising")
        await who.done(messages.CancelConsult(call=caller))
        await who.done(messages.HangUpCall(call=caller))
        await look("wrap_up")
        await who.save_card()
        await who.done(messages.FinishWrapUp())
        await other.done(messages.GoBreak(reason="lunch"))
        await look("break", "ready")
        await other.done(messages.LogOut())
        await centre.until(lambda: other.login not in screen.read().people, "gone")
        same_states(centre, screen.watched)

    run(tmp_path, story)


def test_a_caller_joined_with_an_outside_number_is_shown_as_that_and_not_as_ended(
    tmp_path: Path,
) -> None:
    """The operator's console knows no such state; the supervisor's has the core's."""

    async def story(centre: Centre) -> None:
        _, screen = await watching(centre)
        anna = await centre.ready()
        caller = await centre.in_queue()
        await anna.takes()
        centre.engine.outside_party("+79000000202", "answer", tone=1500, ring_s=1)
        ask = messages.StartConsult(call=caller, kind="number", target="+79000000202")
        await anna.done(ask)

        def states() -> set[str]:
            return {c.state for c in screen.read().calls.values()}

        await centre.until(lambda: states() == {"consulting", "ringing"}, "it rings")
        await centre.until(lambda: states() == {"consulting", "advising"}, "it answers")
        await anna.done(messages.CompleteConsult(call=caller))
        await centre.until(lambda: states() == {"linked"}, "joined")
        same_states(centre, screen.watched)

    run(tmp_path, story)


def test_an_emergency_is_seen_at_the_person_and_at_the_call(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        _, screen = await watching(centre)
        anna = await centre.ready()
        caller = await centre.in_queue()
        await anna.takes()

        def services() -> list[tuple[str, str, bool]]:
            seen = screen.read()
            rows = [*seen.people.values(), *(c for c in seen.calls.values() if not c.party_of)]
            return [(row.id, row.service, row.service_up) for row in rows]

        await centre.until(lambda: len(services()) == 2, "both are seen")
        assert [service for _, service, _ in services()] == ["", ""]
        centre.engine.outside_party("103", "answer", tone=1500, ring_s=3)
        await anna.done(call_control.CallEmergency(call=caller))
        await centre.until(lambda: [s[1:] for s in services()] == [("103", False)] * 2, "it rings")
        await centre.until(
            lambda: [s[1:] for s in services()] == [("103", True)] * 2, "it is there"
        )
        await anna.done(messages.CompleteConsult(call=caller))
        await centre.until(lambda: ("anna", "", False) in services(), "she has left them")
        assert (caller, "103", True) in services()

    run(tmp_path, story)


def test_counts_and_levels_of_a_queue(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        _, screen = await watching(centre)
        anna = await centre.ready()
        caller = await centre.in_queue()
        await anna.takes()
        queue = centre.record(caller).queue
        await centre.until(lambda: screen.read().queues[queue].answered == 1, "answered")
        row = screen.watched.queues[queue]
        assert (row.offered, row.abandoned, row.busy, row.waiting) == (1, 0, 1, 0)
        assert row.level_now == row.level_half == row.level_day == 1.0
        lost = await centre.in_queue("+79000000102")
        await centre.until(lambda: screen.read().queues[queue].waiting == 1, "one waits")
        assert screen.watched.queues[queue].longest_since == centre.record(lost).queued_at
        await asyncio.sleep(30)
        centre.engine.caller_hangs_up(lost)
        await centre.until(lambda: screen.read().queues[queue].abandoned == 1, "abandoned")
        row = screen.watched.queues[queue]
        assert row.level_day == pytest.approx(0.5)
        assert (row.callbacks, row.targets["level"]) == (1, 0.8)
        await anna.done(messages.HangUpCall(call=caller))
        await centre.ended(caller)
        assert screen.read().queues[queue].offered == 2, "who was answered counts once"

    run(tmp_path, story)


def test_a_callback_that_stands_in_the_queue_is_no_caller_who_waits(tmp_path: Path) -> None:
    """Nor one for the limits of the alarms, which read the same row."""

    async def story(centre: Centre) -> None:
        _, screen = await watching(centre)
        lost = await centre.in_queue()
        queue = centre.record(lost).queue
        centre.engine.caller_hangs_up(lost)
        await centre.ended(lost)
        calls = centre.server.core.router.calls

        def virtual() -> bool:
            return any(call.virtual and call.queue == queue for call in calls.values())

        await centre.until(virtual, "it stands in the queue")
        row = screen.read().queues[queue]
        assert (row.waiting, row.longest_since, row.callbacks) == (0, None, 1)

    run(tmp_path, story)


def test_the_mean_of_a_call_is_of_those_that_are_done_with(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        _, screen = await watching(centre)
        anna = await centre.ready()
        first = await centre.in_queue()
        await anna.takes()
        await asyncio.sleep(60)
        await anna.done(messages.HoldCall(call=first))
        await asyncio.sleep(5)
        assert screen.read().people["anna"].handling_s is None
        await anna.done(messages.HangUpCall(call=first))
        await centre.ended(first)
        await anna.until_me("wrap_up")
        await anna.save_card()
        await anna.done(messages.FinishWrapUp())
        await centre.until(lambda: screen.read().people["anna"].handling_s is not None, "a mean")
        mean = screen.watched.people["anna"].handling_s
        assert mean == pytest.approx(66, abs=4)
        second = await centre.in_queue("+79000000102")
        await anna.takes()
        await asyncio.sleep(200)
        await anna.done(messages.HoldCall(call=second))
        await asyncio.sleep(5)
        assert screen.read().people["anna"].handling_s == mean

    run(tmp_path, story)


def test_after_a_restart_the_day_goes_on(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        await anna.takes()
        queue = centre.record(caller).queue
        await anna.done(messages.HangUpCall(call=caller))
        await centre.ended(caller)
        await centre.start_again()
        _, screen = await watching(centre)
        row = screen.watched.queues[queue]
        assert (row.offered, row.answered, row.level_day) == (1, 1, 1.0)

    run(tmp_path, story)


def test_two_supervisors_get_the_same_bytes(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        _, one = await watching(centre, "boss")
        _, two = await watching(centre, "chief")
        one.read()
        before = len(one.raw), len(two.raw)
        await centre.in_queue()
        await centre.until(lambda: bool(one.read().calls), "a call")
        two.read()
        assert one.raw[before[0] :] == two.raw[before[1] :]
        assert one.watched.calls == two.watched.calls

    run(tmp_path, story)


def test_who_may_not_see_numbers_watches_without_them(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        _, full = await watching(centre, "boss")
        _, masked = await watching(centre, "coach", role="trainer")
        caller = await centre.in_queue()
        await centre.until(lambda: bool(full.read().calls and masked.read().calls), "a call")
        number = full.watched.calls[caller].number
        assert number == "+7 900 000-01-01"
        assert masked.watched.calls[caller].number == numbers.masked("+79000000101") != number
        assert not any(number.encode() in data for data in masked.raw)

    run(tmp_path, story)


def test_who_is_owed_a_call_is_shown_and_goes_when_the_callback_is_closed(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        boss, screen = await watching(centre)
        callback = await owed(centre)
        await asyncio.sleep(watch.BEAT_S)
        (row,) = screen.read().callbacks.values()
        assert (row.id, row.kind, row.queue, row.calls) == (callback, "lost", "home_visit", 1)
        assert row.number == "+7 900 000-01-01"
        router, now = centre.server.core.router, centre.server.core.clock.now()
        assert row.evening == hours.evening(None, now, router.centre) is not None
        later = centre.server.core.clock.now() + 3600
        await boss.done(steering.PostponeCallback(callback=callback, until=later))
        await asyncio.sleep(watch.BEAT_S)
        (row,) = screen.read().callbacks.values()
        assert row.postponed
        assert row.not_before >= later
        await boss.done(messages.CloseCallback(callback=callback, result="cancelled"))
        await asyncio.sleep(watch.BEAT_S)
        assert not screen.read().callbacks

    run(tmp_path, story)


def test_callbacks_are_watched_as_far_as_the_right_to_them_reaches(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        await owed(centre)
        for login, role, sees in (
            ("boss", "supervisor", True), ("olga", "analyst", False), ("pavel", "trainer", False),
        ):  # fmt: skip
            _, screen = await watching(centre, login, role)  # type: ignore[arg-type]
            assert bool(screen.watched.callbacks) is sees, role

    run(tmp_path, story)


def test_a_changed_right_reaches_who_watches(tmp_path: Path, monkeypatch: Any) -> None:
    async def story(centre: Centre) -> None:
        _, screen = await watching(centre)
        await centre.in_queue()
        await centre.until(lambda: bool(screen.read().calls), "a call")
        monkeypatch.setattr(view, "scope", lambda *_: Scope(queues={QueueId("vaccination")}))
        await centre.until(lambda: set(screen.read().queues) == {"vaccination"}, "one queue")
        assert not screen.watched.calls

    run(tmp_path, story)


def test_a_console_that_reads_nothing_costs_one_snapshot(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        _, screen = await watching(centre)
        room = centre.server.live.watch
        for _ in range(3 * OUTBOX_LIMIT):
            room._publish_everything()
        assert len(screen.outbox._queue) <= OUTBOX_LIMIT + 1
        await centre.in_queue()
        before = screen.snapshots
        await centre.until(lambda: bool(screen.read().calls), "caught up")
        assert screen.snapshots == before + 1

    run(tmp_path, story)


def test_a_quiet_centre_still_says_that_it_lives(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        _, screen = await watching(centre)
        before = screen.watched.at
        assert before is not None
        await centre.until(lambda: (screen.read().at or 0) > before + watch.BEAT_S, "a beat")

    run(tmp_path, story)


def test_nothing_is_worked_out_while_nobody_watches(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        boss, screen = await watching(centre)
        centre.server.live.hub.stream(boss.person).detach(screen.outbox)
        room = centre.server.live.watch
        await centre.until(lambda: room._beat is None, "the beat ends")
        assert not room._views
        await centre.in_queue()
        assert room._due is None

    run(tmp_path, story)


def test_who_only_looks_is_no_agent_and_no_call_goes_there(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        boss, screen = await watching(centre)
        assert boss.login not in centre.server.core.router.agents
        assert not screen.watched.people
        await boss.done(messages.LogOut())

    run(tmp_path, story)


@pytest.mark.parametrize("role", ["operator", "volunteer"])
def test_an_operator_does_not_watch(tmp_path: Path, role: messages.Role) -> None:
    async def story(centre: Centre) -> None:
        anna = await (await centre.operator("anna", role=role)).come()
        assert (await anna.refused(watch.StartWatch())).code == "not_allowed"

    run(tmp_path, story)


def test_orders_show_at_once_pause_closed_announcement(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        boss, screen = await watching(centre)
        await boss.done(supervision.PauseQueue(queue="vaccination"))
        await boss.done(way_in.CloseQueue(queue="other"))
        await centre.until(lambda: screen.read().queues["vaccination"].paused, "paused")
        await centre.until(lambda: screen.read().queues["other"].closed, "closed")

    run(tmp_path, story)


def test_who_was_forced_off_is_gone_from_the_screen(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        boss, screen = await watching(centre)
        anna = await centre.ready()
        await centre.until(lambda: "anna" in screen.read().people, "anna")
        await boss.done(supervision.ForceAgent(agent="anna", state="offline"))
        await centre.until(lambda: "anna" not in screen.read().people, "gone")
        assert anna.me.state == "offline"

    run(tmp_path, story)
