"""A data folder on a disk of its own that fills up: callers are served, people are told what is not
recorded, and all goes on by itself when there is room again.

The disk is a real file system (ext2 in a file): a folder costs a block there, a file an entry.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ekc_console.client.desk import Desk
from sip.link.client import Softphone
from sip.link.protocol import Listen, SendKeys, Start
from tests.interop.centre import Booked, Centre
from tests.interop.processes import Process, true_within
from tests.support.centre import OPERATOR_HZ, WAIT_S, hears, in_state, save_card, until

DISK_MB = 128
SHORT_KB = 2048
"""Left free: less than a fiftieth of the disk, and room for the journal of a few calls."""
NUMBER = "+79000000808"
START_WITHIN_S = 10.0
NOT_WATCHED = {"disk": {"warn_below_mb": 0, "pause_recording_below_mb": 0}}


@pytest.fixture
async def disk(tmp_path: Path) -> AsyncIterator[Path]:
    """The centre's data folder, a file system of ``DISK_MB``."""
    folder, image = tmp_path / "data", tmp_path / "disk.img"
    folder.mkdir(mode=0o700)
    with image.open("wb") as file:
        file.truncate(DISK_MB << 20)
    await run(tmp_path, "mkfs.ext2", "-q", "-F", "-m", "0", str(image))
    await run(tmp_path, "mount", "-o", "loop", str(image), str(folder))
    folder.chmod(0o700)
    yield folder
    await run(tmp_path, "umount", "--lazy", str(folder))


async def run(folder: Path, *command: str) -> None:
    process = await Process.start(*command, log=folder / "mount.out")
    assert await process.ends(30) == 0, process.text


def fill(disk: Path, *, leave_kb: int = 0) -> Path:
    """Returns what is to be removed. The journal's log is cut first: it would be written over."""
    conn = sqlite3.connect(disk / "ekc.db")
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.close()
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
        file.truncate(max(0, file.tell() - (leave_kb << 10)))
    return ballast


def journalled(disk: Path, fact: str) -> int:
    conn = sqlite3.connect(f"{(disk / 'ekc.db').as_uri()}?mode=ro", uri=True)
    try:
        query = "SELECT count(*) FROM journal WHERE fact = ?"
        return int(conn.execute(query, (fact,)).fetchone()[0])
    finally:
        conn.close()


def said(desk: Desk) -> str:
    return "\n".join(notice.text for notice in desk.notices)


async def health(centre: Centre) -> dict[str, Any]:
    async with aiohttp.ClientSession() as http, http.get(f"{centre.url}/health") as answer:
        found: dict[str, Any] = await answer.json()
        return found


def records(centre: Centre) -> bool:
    """Asterisk writes a recording."""
    opened = Path(f"/proc/{centre.engine_pid()}/fd").iterdir()
    return any("/recordings/" in str(file.readlink()) for file in opened if file.is_symlink())


def left_in_parts(disk: Path, call: str) -> Iterator[Path]:
    return (path for path in disk.rglob(f"{call}*") if path.suffix == ".wav")


class Story:
    """A centre on the disk, one operator and one caller."""

    def __init__(self, centre: Centre, phone: Softphone) -> None:
        self.centre = centre
        self.phone = phone
        self.calls = 0
        self.desk: Desk

    @classmethod
    async def begin(cls, folder: Path, sections: dict[str, Any]) -> Story:
        centre = Centre(folder, [])
        trunk = {"name": "test", "mode": "address", "addresses": [f"{centre.host}/32"]}
        centre = Centre(folder, [trunk], sections, host=centre.host)
        start = Start(host=centre.host, user=NUMBER, silence_detection=False)
        story = cls(centre, await Softphone.spawn(start))
        await centre.start()
        story.desk = await centre.operator("anna")
        return story

    async def end(self) -> None:
        await self.phone.stop()
        await self.centre.stop()

    async def talk(self) -> None:
        """A caller chose a queue and hears the operator."""
        name = await self.phone.call(f"sip:122@{self.centre.sip_address}", WAIT_S)
        self.phone.send(Listen(call=name, tones_hz=[OPERATOR_HZ]))
        self.phone.send(SendKeys(call=name, keys="1"))
        await in_state(self.desk, "offered")
        await self.desk.accept()
        await hears(self.phone, name, OPERATOR_HZ)

    async def over(self) -> Booked:
        """The talk ends and its card is saved; the call as it is in the books then."""
        await until(self.desk, lambda: self.desk.card_desk.card is not None)
        await self.desk.hang_up()
        return await self.card_saved()

    async def card_saved(self) -> Booked:
        await until(self.desk, lambda: self.desk.card_desk.card is not None)
        await save_card(self.desk)
        self.calls += 1
        async with asyncio.timeout(WAIT_S):  # what was refused in the trouble is noted after it
            while not (row := (await self.centre.settled(self.calls))[-1]).recording_state:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert (row.outcome, row.card_state) == ("answered", "saved")
        return row

    async def tells(self, words: str) -> None:
        await until(self.desk, lambda: words in said(self.desk))


async def test_the_disk_fills_up_and_is_emptied(disk: Path, tmp_path: Path) -> None:
    """To the last byte, before the day's folder of recordings is made."""
    story = await Story.begin(tmp_path, NOT_WATCHED)
    try:
        ballast = fill(disk)
        await story.talk()
        await story.tells("Сбой базы данных")
        await story.tells("Разговоры не записываются")
        assert journalled(disk, "CallArrived") == 0
        found = await health(story.centre)
        assert (found["journal"], found["recording"]) == ("in_trouble", "in_trouble")

        ballast.unlink()
        # By itself: no fact comes meanwhile.
        await story.tells("База данных снова работает")
        assert journalled(disk, "CallArrived") == journalled(disk, "CallBridged") == 1
        assert (await story.over()).recording_state == "failed"  # it has not begun unseen

        await story.talk()
        await story.tells("снова записываются")
        assert (await story.over()).recording_state == "ready", story.centre.log
        found = await health(story.centre)
        assert (found["journal"], found["recording"]) == ("written", "on")
    finally:
        await story.end()


async def test_what_a_full_disk_leaves_keeps_no_start(disk: Path, tmp_path: Path) -> None:
    """The folder is there, files can be made, and not a byte can be written into them."""
    story = await Story.begin(tmp_path, NOT_WATCHED)
    try:
        await story.talk()
        assert (await story.over()).recording_state == "ready"
        ballast = fill(disk)
        await story.talk()
        await story.tells("Сбой базы данных")
        await story.desk.hang_up()
        await true_within(WAIT_S, lambda: not records(story.centre), lambda: story.centre.log)
        ballast.unlink()
        await story.tells("База данных снова работает")
        lost = await story.card_saved()
        assert lost.recording_state == "failed"
        assert not list(left_in_parts(disk, lost.call))
    finally:
        await story.end()
    began = time.monotonic()
    again = await Centre(tmp_path, [], NOT_WATCHED).start()
    try:
        assert time.monotonic() - began < START_WITHIN_S
    finally:
        await again.stop()


async def test_recordings_pause_before_the_disk_is_full(disk: Path, tmp_path: Path) -> None:
    story = await Story.begin(tmp_path, {})
    try:
        assert (await health(story.centre))["disk"]["level"] == "enough"
        ballast = fill(disk, leave_kb=SHORT_KB)
        await story.tells("Разговоры не записываются")
        found = await health(story.centre)
        assert (found["journal"], found["recording"]) == ("written", "paused")
        assert found["disk"]["level"] == "short"
        await story.talk()
        row = await story.over()
        assert row.recording_state == "failed"
        assert journalled(disk, "CallBridged") == 1

        ballast.unlink()
        await story.tells("снова записываются")
        await story.talk()
        assert (await story.over()).recording_state == "ready", story.centre.log
        assert (await health(story.centre))["recording"] == "on"
    finally:
        await story.end()
