"""Callers who came and went while no server was there."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.domain.router import Router
from ekc_console.server.calls.missed import LOOK_S, MissedCallers
from ekc_console.server.core.restore import replay
from ekc_console.server.engine.protocol import NotedCaller
from ekc_console.server.engine.simulated.engine import SimulatedEngine
from ekc_console.server.store.base.errors import StoreError
from tests.support.simulated_centre import NUMBER, Centre, run


async def without_a_server(centre: Centre) -> SimulatedEngine:
    await centre.server.stop(hang_up=False)
    return centre.engine


async def server_again(centre: Centre) -> None:
    """Open another server; returns when it has looked at the notes for long enough."""
    centre.engine = SimulatedEngine(previous=centre.engine)
    await centre.open()
    await looks(centre)


async def looks(centre: Centre) -> None:
    began = centre.server.core.clock.now()
    await centre.until(lambda: centre.server.core.clock.now() - began > 3 * LOOK_S, "three looks")
    await centre.server.core.runtime.settled()


async def ended(centre: Centre, leg: str) -> dict[str, object]:
    row = await centre.server.database.read(
        lambda conn: conn.execute(
            "SELECT arrived_at, ended_at, ended_by, outcome FROM calls WHERE id = ?", (leg,)
        ).fetchone()
    )
    return dict(zip(("arrived_at", "ended_at", "by", "outcome"), row, strict=True))


async def callbacks(centre: Centre) -> list[tuple[str, float, str]]:
    return await centre.server.database.read(
        lambda conn: conn.execute("SELECT number, since, where_lost FROM callbacks").fetchall()
    )


def test_who_hung_up_meanwhile_is_called_back_by_the_time_of_the_call(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        engine = await without_a_server(centre)
        leg = engine.caller_calls(NUMBER, held=True)
        came = engine._notes[leg].came_at
        engine.caller_hangs_up(leg)
        await server_again(centre)
        assert await callbacks(centre) == [(NUMBER, came, "menu")]
        call = await ended(centre, leg)
        assert (call["arrived_at"], call["ended_at"]) == (came, came)
        assert (call["by"], call["outcome"]) == ("caller", "abandoned_menu")

    run(tmp_path, story)


def test_who_was_cut_off_with_the_engine_is_called_back(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        engine = await without_a_server(centre)
        leg = engine.caller_calls(NUMBER, held=True)
        came = engine._notes[leg].came_at
        engine.crash()
        await server_again(centre)
        assert await callbacks(centre) == [(NUMBER, came, "cut")]
        assert (await ended(centre, leg))["outcome"] == "failed"

    run(tmp_path, story)


def test_who_waits_is_taken_over_once_with_the_time_of_the_call(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        engine = await without_a_server(centre)
        leg = engine.caller_calls(NUMBER, held=True)
        came = engine._notes[leg].came_at
        await server_again(centre)
        assert [call.arrived_at for call in centre.server.core.router.calls.values()] == [came]
        assert await callbacks(centre) == []
        engine = centre.engine
        engine.caller_hangs_up(leg)
        await looks(centre)
        assert [row[:2] for row in await callbacks(centre)] == [(NUMBER, came)]
        assert engine._notes == {}

    run(tmp_path, story)


def test_a_withheld_number_is_counted_and_owed_nothing(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        engine = await without_a_server(centre)
        leg = engine.caller_calls(None, held=True)
        engine.caller_hangs_up(leg)
        await server_again(centre)
        assert await callbacks(centre) == []
        assert (await ended(centre, leg))["outcome"] == "abandoned_menu"

    run(tmp_path, story)


def test_two_calls_of_one_number_are_one_callback(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        engine = await without_a_server(centre)
        legs = [engine.caller_calls(NUMBER, held=True) for _ in range(2)]
        for leg in legs:
            engine.caller_hangs_up(leg)
        await server_again(centre)
        (callback,) = centre.server.core.router.callbacks.values()
        assert callback.calls == 2

    run(tmp_path, story)


def test_a_server_that_is_killed_before_it_forgets_the_notes_counts_nobody_twice(
    tmp_path: Path,
) -> None:
    async def story(centre: Centre) -> None:
        engine = await without_a_server(centre)
        leg = engine.caller_calls(NUMBER, held=True)
        note = engine._notes[leg]
        engine.caller_hangs_up(leg)
        await server_again(centre)
        await centre.server.stop(hang_up=False)
        centre.engine._notes[leg] = note
        await server_again(centre)
        (callback,) = centre.server.core.router.callbacks.values()
        assert callback.calls == 1
        assert centre.engine._notes == {}
        assert await replayed(centre) == centre.server.core.router.state_hash()

    run(tmp_path, story)


async def replayed(centre: Centre) -> str:
    """Hash of the state that the whole journal gives."""

    def whole(conn: object) -> Router:
        conn.execute("CREATE TEMP TABLE snapshot (seq, at, hash, dump)")  # type: ignore[attr-defined]
        return replay(conn)[0]  # type: ignore[arg-type]

    await centre.server.core.runtime.settled()
    return (await centre.server.database.read(whole)).state_hash()


@pytest.mark.parametrize("in_trouble", [False, True])
def test_an_unsaved_journal_proves_nothing_about_a_caller(tmp_path: Path, in_trouble: bool) -> None:
    """Calls of which only the memory knows may have left it already."""

    async def story(centre: Centre) -> None:
        write = centre.server.database.write
        leg = await centre.in_menu()
        centre.engine.caller_hangs_up(leg)
        await centre.ended(leg)
        if in_trouble:

            async def full(fn: object) -> None:
                raise StoreError("диск полон")

            centre.server.database.write = full  # type: ignore[assignment, method-assign]
            stranger = centre.engine.caller_calls("+79000000909")
            centre.engine.caller_hangs_up(stranger)
            await looks(centre)
            assert stranger in centre.engine._notes
            centre.server.database.write = write  # type: ignore[method-assign]
            await centre.in_menu("+79000000910")  # its facts take all along into the journal
        await looks(centre)
        assert leg not in centre.engine._notes
        assert all(
            call.cause != "missed"
            for call in map(_end, centre.server.core.router.recently_ended.values())
        )

    run(tmp_path, story)


def _end(call: object) -> object:
    return call.state  # type: ignore[attr-defined]


def test_one_note_that_breaks_does_not_keep_the_others_from_being_callers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(centre: Centre) -> None:
        engine = await without_a_server(centre)
        legs = [engine.caller_calls(f"+7900000020{n}", held=True) for n in (1, 2)]
        for leg in legs:
            engine.caller_hangs_up(leg)
        submit = MissedCallers._submit

        def break_first(self: MissedCallers, note: NotedCaller) -> None:
            if note.leg == legs[0]:
                raise ValueError("broken")
            submit(self, note)

        monkeypatch.setattr(MissedCallers, "_submit", break_first)
        await server_again(centre)
        owed = {callback.number for callback in centre.server.core.router.callbacks.values()}
        assert "+79000000202" in owed

    run(tmp_path, story)
