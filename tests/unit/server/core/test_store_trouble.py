"""A whole server whose store is full or hangs: callers are served, people are told, and when it is
over all goes on by itself and what was promised is written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from ekc_console.domain.state import call as cl
from ekc_console.server.live.sync import Outbox
from ekc_console.server.store.journal import journal
from ekc_console.server.tasks import essential
from ekc_console.wire import messages
from ekc_console.wire.side_work import AddSuggestion
from ekc_console.wire.way_in import ApplySettings, UndoSettings
from tests.support import simulated_centre
from tests.support.simulated_centre import Centre, Operator
from tests.support.store_weather import Weather

Begin = Callable[[Weather], None]


def is_full(weather: Weather) -> None:
    weather.full = True


TROUBLES = pytest.mark.parametrize("begin", [is_full, Weather.hang], ids=["full", "hangs"])


async def over(centre: Centre, weather: Weather) -> None:
    weather.clear()
    await centre.until(lambda: centre.server.core.runtime.saved, "the journal is written again")


async def facts(centre: Centre) -> list[str]:
    entries = await centre.server.database.read(lambda conn: list(journal.tail(conn)))
    return [type(entry.fact).__name__ for entry in entries]


async def timed(work: object) -> float:
    began = asyncio.get_running_loop().time()
    await work  # type: ignore[misc]
    return asyncio.get_running_loop().time() - began


@TROUBLES
def test_a_call_is_served_from_its_first_ring_to_its_end(tmp_path: Path, begin: Begin) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        weather = Weather(centre.server.database)
        begin(weather)
        leg = await centre.in_queue()
        await anna.until_call("offered")
        assert anna.call
        reply = await anna.do(messages.AcceptOffer(offer=anna.call.offer))
        assert reply.ok
        assert reply.unsaved, "done, not written yet"
        await anna.until_call("talking")
        assert centre.server.health.report()["journal"] == "in_trouble"
        assert centre.server.health.report()["journal_waiting"] > 0  # type: ignore[operator]
        for body in (messages.HoldCall(call=leg), messages.ResumeCall(call=leg)):
            assert await timed(anna.done(body)) < 0.5, "later ones do not wait for the disk"
        await anna.done(messages.HangUpCall(call=leg))
        await centre.until(lambda: centre.record(leg).ended_at is not None, "the end")
        await anna.done(messages.FinishWrapUp())
        await anna.done(messages.GoReady())

        await over(centre, weather)
        written = await facts(centre)
        assert written.count("CallEnded") == written.count("CallBridged") == 1
        assert "WrapUpFinished" in written or "AgentReady" in written
        assert centre.server.health.report()["journal"] == "written"
        assert not (await anna.do(messages.GoBreak(reason="lunch"))).unsaved
        card = await centre.server.cards.of(cl.CallId(leg))
        assert card, "the card that could not be made then, though the call is over"

    simulated_centre.run(tmp_path, story)


@TROUBLES
def test_what_only_stores_is_refused_as_busy_in_time(tmp_path: Path, begin: Begin) -> None:
    """Never as a fault of what was sent: the console would think it useless to send it again."""

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        leg = await centre.in_queue()
        call = await anna.takes()
        await centre.until(lambda: bool(anna.call and anna.call.card), "card")
        card: messages.Card = await anna.done(messages.OpenCard(card=f"card-{leg}"))
        weather = Weather(centre.server.database)
        draft = messages.SaveDraft(card=card.id, revision=1, session=card.session, note="Слова")
        script: messages.ScenarioText = await anna.done(
            messages.GetScenario(scenario=card.scenario, version=card.version)
        )
        fields_needed = script.document.get("needs", {})
        done = messages.SaveCard(
            card=card.id,
            revision=2,
            session=card.session,
            note="Слова",
            disposition=next(
                code for code in script.document["dispositions"] if code not in fields_needed
            ),
        )
        begin(weather)
        for body in (draft, done, AddSuggestion(source="own", text="Поставить второй чайник")):
            assert await timed(busy(anna, body)) < 3
        assert (await anna.do(messages.HoldCall(call=call.id))).ok

        await over(centre, weather)
        await anna.done(draft)
        saved: messages.Card = await anna.done(done)
        assert (saved.state, saved.note) == ("saved", "Слова")

    simulated_centre.run(tmp_path, story)


@TROUBLES
def test_settings_are_not_changed_in_memory_alone(tmp_path: Path, begin: Begin) -> None:
    async def story(centre: Centre) -> None:
        await centre.ready()
        root = await (await centre.operator("root", role="admin")).come()
        weather = Weather(centre.server.database)
        begin(weather)
        await centre.in_menu()
        await centre.until(lambda: not centre.server.core.runtime.saved, "trouble")
        before = dict(centre.server.core.router.queues)
        config = centre._config()
        text = (
            f"server: {{host: {config.server.host}, port: {config.server.port}}}\n"
            + "queues: ["
            + ", ".join(f"{{id: {q}, title: Новое {q}}}" for q in simulated_centre.QUEUES)
            + "]\n"
        )
        apply = ApplySettings(name="a.yaml", text=text)
        await busy(root, apply)
        await busy(root, UndoSettings())
        assert dict(centre.server.core.router.queues) == before
        await over(centre, weather)
        await root.done(apply)
        assert dict(centre.server.core.router.queues) != before

    simulated_centre.run(tmp_path, story)


async def busy(operator: Operator, body: messages.Command) -> None:
    reply = await operator.refused(body)
    assert reply.code == "server_busy", reply


def test_the_end_of_a_shift_is_done_though_its_session_cannot_be_ended_yet(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        weather = Weather(centre.server.database)
        weather.full = True
        ended: list[str] = []
        revoke = centre.server.people.auth.revoke

        async def noted(login: str) -> None:
            await revoke(login)
            ended.append(login)

        centre.server.people.auth.revoke = noted  # type: ignore[method-assign]
        reply = await anna.do(messages.LogOut())
        assert reply.ok
        assert reply.unsaved
        await over(centre, weather)
        await centre.until(lambda: ended == ["anna"], "the session is ended")

    simulated_centre.run(tmp_path, story)


@TROUBLES
def test_the_server_ends_in_time(tmp_path: Path, begin: Begin) -> None:
    async def story(centre: Centre) -> None:
        await centre.ready()
        begin(Weather(centre.server.database))
        await centre.in_queue()
        assert await timed(centre.server.stop()) < 20

    async def main() -> None:
        await story(await Centre(tmp_path).open())

    simulated_centre.virtual_time.run(main)


def test_a_part_that_breaks_at_the_end_does_not_keep_the_others_from_ending(tmp_path: Path) -> None:
    async def main() -> None:
        centre = await Centre(tmp_path).open()
        server = centre.server

        async def breaks() -> None:
            raise RuntimeError("no")

        async def hangs() -> None:
            await asyncio.Event().wait()

        server.door.echo.close = breaks  # type: ignore[method-assign]
        server.calls.menus.close = hangs  # type: ignore[method-assign]
        leg = await centre.in_menu()
        assert await timed(server.stop()) < 20
        assert leg not in centre.engine._legs
        assert server.database._closed

    simulated_centre.virtual_time.run(main)


def test_every_task_that_lives_as_long_as_the_server_is_supervised(tmp_path: Path) -> None:
    """All that a server without calls and consoles runs: whatever ends one of them is noticed."""

    async def story(centre: Centre) -> None:
        await asyncio.sleep(300.5)  # not in the midst of a look at who was missed
        lasting = asyncio.all_tasks() - {asyncio.current_task()}
        assert {task.get_name() for task in lasting - essential.tasks()} == set()
        names = {task.get_name() for task in essential.tasks()}
        assert {"journal", "opening hours", "missed callers", "clock", "free space"} <= names
        assert {name: age_s() for name, age_s in centre.server.progress.items()} == {
            "facts": 0.0,
            "engine events": 0.0,
        }

    simulated_centre.run(tmp_path, story)


def test_a_view_that_breaks_costs_its_own_console_only(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        anna, boris = await centre.ready("anna"), await centre.ready("boris")
        hub, me = centre.server.live.hub, centre.server.live.views.me
        outboxes = []
        for operator in (anna, boris):
            outboxes.append(Outbox())
            hub.stream(operator.person).attach(outboxes[-1], None)

        def breaks(person: simulated_centre.Person) -> messages.Me:
            if person.login == "anna":
                raise KeyError("anna")
            return me(person)

        centre.server.live.views.me = breaks  # type: ignore[method-assign]
        before = hub.stream(boris.person).seq
        for operator in (anna, boris):
            await operator.done(messages.GoBreak(reason="lunch"))
        await asyncio.sleep(1)
        assert hub.stream(boris.person).seq > before
        assert centre.server.health.report()["faults"] > 0  # type: ignore[operator]
        assert centre.server.health.report()["last_fault"] == "live updates"
        told = "".join(data.decode() for data, _ in outboxes[1]._queue)
        assert '"key":"alert.fault","values":{"where":"live updates"}' in told

    simulated_centre.run(tmp_path, story)
