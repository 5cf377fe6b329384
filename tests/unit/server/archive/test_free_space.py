"""Room on the disk: levels and their reserve, what is said, what is stopped and begun again."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.config import Disk
from ekc_console.server.archive import free_space
from ekc_console.server.archive.free_space import (
    LOOK_EVERY_S,
    FreeSpace,
    Level,
    Limits,
    Room,
    level_of,
)
from ekc_console.wire import messages
from tests.support import virtual_time
from tests.support.recordings import in_state, recording_row
from tests.support.simulated_centre import Centre, run
from tests.support.told import told

GB = 1 << 30
BIG = Limits(10 * GB, 2 * GB)


@pytest.mark.parametrize(
    ("free_gb", "before", "level"),
    [
        (500, "enough", "enough"),
        (10, "enough", "enough"),
        (9.9, "enough", "low"),
        (11, "low", "low"),  # not left by a breath
        (12.1, "low", "enough"),
        (1.9, "low", "short"),
        (2.1, "short", "short"),
        (2.5, "short", "low"),
        (0.9, "short", "spent"),
        (0.9, "enough", "spent"),
        (1.1, "spent", "spent"),
        (500, "spent", "enough"),
    ],
)
def test_levels(free_gb: float, before: Level, level: Level) -> None:
    assert level_of(Room(int(free_gb * GB), 1000 * GB), BIG, before) == level


def test_a_small_disk_has_limits_of_its_size() -> None:
    assert level_of(Room(5 * GB, 20 * GB), BIG) == "enough"
    assert level_of(Room(1 * GB, 20 * GB), BIG) == "low"
    assert level_of(Room(GB // 3, 20 * GB), BIG) == "short"


def test_files_that_cannot_be_made_are_room_that_is_gone() -> None:
    assert level_of(Room(500 * GB, 1000 * GB, 9_000, 60_000_000), BIG) == "low"
    assert level_of(Room(500 * GB, 1000 * GB, 1_500, 60_000_000), BIG) == "short"
    assert level_of(Room(500 * GB, 1000 * GB, 0, 0), BIG) == "enough"  # no limit of files


def test_nothing_is_watched_with_limits_of_nothing() -> None:
    assert level_of(Room(0, 1000 * GB, 0, 1000), Limits(0, 0)) == "enough"


def test_the_disk_of_a_folder_that_is_not_made_yet(tmp_path: Path) -> None:
    assert (
        free_space.look(tmp_path / "a" / "b").total_bytes == free_space.look(tmp_path).total_bytes
    )


def test_a_disk_that_cannot_be_looked_at_keeps_its_level(tmp_path: Path) -> None:
    told: list[Level] = []
    answers: list[Room | OSError] = [Room(GB, 1000 * GB), OSError(5, "I/O error")]

    def look(folder: Path) -> Room:
        answer = answers[0]
        if isinstance(answer, OSError):
            raise answer
        return answer

    async def story() -> None:
        space = FreeSpace(tmp_path, tmp_path, BIG, lambda s: told.append(s.level), look)
        assert space.free_mb is None
        await space.look_now()
        assert (space.level, space.free_mb, told) == ("short", 1024, ["short"])
        answers.pop(0)
        await space.look_now()
        assert (space.level, told) == ("short", ["short"])

    virtual_time.run(story)


def test_the_data_on_a_full_disk_is_no_reason_to_record_nothing(tmp_path: Path) -> None:
    def look(folder: Path) -> Room:
        return Room(GB if folder.name == "data" else 500 * GB, 1000 * GB)

    async def story() -> None:
        space = FreeSpace(tmp_path / "data", tmp_path / "other", BIG, lambda s: None, look)
        await space.look_now()
        assert (space.level, space.may_record) == ("short", True)
        assert space.worst_folder() == tmp_path / "data"

    virtual_time.run(story)


class Filling:
    """The disk of a centre, as full as a test wants it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.free_gb = 500.0
        monkeypatch.setattr(free_space, "look", self._look)

    def _look(self, folder: Path) -> Room:
        return Room(int(self.free_gb * GB), 1000 * GB)


def test_people_are_warned_recordings_pause_and_go_on_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Filling(monkeypatch)

    async def story(centre: Centre) -> None:
        server = centre.server
        anna = await centre.ready()
        heard = told(centre, anna)
        assert server.health.report()["disk"] == {"level": "enough", "free_mb": 512_000}

        async def falls_to(free_gb: float, level: str) -> None:
            disk.free_gb = free_gb
            looked = server.core.clock.now()
            await centre.until(lambda: server.archive.free_space.level == level, level)
            assert server.core.clock.now() - looked <= LOOK_EVERY_S + 1

        async def one_call() -> str:
            caller = await centre.in_queue()
            await anna.takes()
            await anna.done(messages.HangUpCall(call=caller))
            await centre.ended(caller)
            await anna.save_card()
            await anna.done(messages.FinishWrapUp())
            return caller

        await falls_to(9, "low")
        assert "мало места" in heard()
        assert "9 ГБ" in heard()
        assert server.health.report()["recording"] == "on"
        await in_state(centre, await one_call(), "ready")

        await falls_to(1.5, "short")
        assert "не записываются" in heard()
        assert server.health.report()["recording"] == "paused"
        row = await in_state(centre, await one_call(), "failed")
        assert row.detail == "нет места на диске"
        later = told(centre, await centre.operator("olga"))
        assert "не записываются" in later()

        await falls_to(100, "enough")
        assert "снова записываются" in heard()
        assert server.health.report()["recording"] == "on"
        await in_state(centre, await one_call(), "ready")

    run(tmp_path, story, disk=Disk())


def test_the_last_room_is_left_to_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recording that runs ends; what it has is kept, and the talk goes on."""
    disk = Filling(monkeypatch)

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        await anna.takes()
        await centre.until(lambda: bool(anna.call and anna.call.recording), "recorded")
        disk.free_gb = 0.5
        await centre.until(lambda: centre.server.archive.free_space.level == "spent", "spent")
        await centre.until(lambda: not (anna.call and anna.call.recording), "recorded no more")
        assert centre.engine.heard(caller).tones == {1100}
        written = sum(p.stat().st_size for p in (tmp_path / "data" / "recordings").rglob("*.wav"))
        assert written
        centre.engine.caller_hangs_up(caller)
        await centre.ended(caller)
        found = await in_state(centre, caller, "ready")
        assert found.seconds > 1

    run(tmp_path, story, disk=Disk())


def test_a_start_on_a_full_disk_begins_no_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Filling(monkeypatch)
    disk.free_gb = 1

    async def story(centre: Centre) -> None:
        anna = await centre.ready()
        caller = await centre.in_queue()
        await anna.takes()
        assert centre.engine.heard(caller).tones == {1100}
        assert (await recording_row(centre, caller)).state == "failed"
        assert "не записываются" in told(centre, anna)()

    run(tmp_path, story, disk=Disk(warn_below_mb=20_000, pause_recording_below_mb=5_000))
