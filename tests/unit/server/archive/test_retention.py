"""Old recordings are deleted and their rows say so; nothing else is touched."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ekc_console.config import Disk
from ekc_console.server.archive.retention import Retention
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.calls import recordings as rows
from ekc_console.wire import messages
from tests.support.recordings import in_state, recording_row
from tests.support.simulated_centre import Centre, run

TODAY = datetime.date(2026, 9, 20)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    found = Database.open(tmp_path / "ekc.db")
    yield found
    await found.close()


def lay(folder: Path, day: str, *names: str) -> list[Path]:
    paths = [folder / day / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"sound")
    return paths


async def test_what_is_older_goes_and_nothing_else(tmp_path: Path, database: Database) -> None:
    folder = tmp_path / "recordings"
    old = lay(folder, "2026-08-20", "c1.flac", "c2.flac", "c3-in.wav.lost")
    kept = [
        *lay(folder, "2026-08-21", "c4.flac"),
        *lay(folder, "2026-08-19", "c5-in.wav"),
        *lay(folder, "exported", "c6.flac"),
    ]
    await database.write(lambda conn: rows.begin(conn, "c1", "c1", 100.0))
    await database.write(lambda conn: rows.finish(conn, "c1", str(old[0]), 3.0, "0" * 64))
    retention = Retention(folder, database, 30, lambda: TODAY, lambda: True)
    assert await retention.delete_old() == 2
    assert not [path for path in old if path.exists()]
    assert not (folder / "2026-08-20").exists()
    assert all(path.exists() for path in kept)
    found = await database.read(lambda conn: rows.get(conn, "c1"))
    assert found is not None
    assert (found.state, found.path, found.seconds) == ("deleted", "", 3.0)
    assert await retention.delete_old() == 0


async def test_no_folder_yet(tmp_path: Path, database: Database) -> None:
    assert (
        await Retention(tmp_path / "none", database, 30, lambda: TODAY, lambda: True).delete_old()
        == 0
    )


@pytest.mark.parametrize(("keep_days", "state"), [(0, "ready"), (2, "deleted")])
def test_a_server_keeps_them_as_long_as_it_is_told(
    tmp_path: Path, keep_days: int, state: str
) -> None:
    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        await anna.takes()
        await anna.done(messages.HangUpCall(call=caller))
        await centre.ended(caller)
        path = Path((await in_state(centre, caller, "ready")).path)
        old = path.parent.with_name("2026-01-01")
        path.parent.rename(old)
        await centre.start_again()
        if state != "ready":
            await in_state(centre, caller, state)
            # The row goes first: what a crash leaves is deleted later.
            await centre.until(lambda: not (old / path.name).exists(), "the file is gone")
        assert (await recording_row(centre, caller)).state == state
        assert (old / path.name).exists() == (state == "ready")

    run(tmp_path, story, disk=Disk(keep_recordings_days=keep_days))
