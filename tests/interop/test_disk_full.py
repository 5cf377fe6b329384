"""A data folder on a disk of its own that fills up: callers are served, people are told, and what
was kept in memory is in the journal when there is room again."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from ekc_console.client.desk import Desk
from sip.link.client import Softphone
from sip.link.protocol import Listen, SendKeys, Start
from tests.interop.centre import Centre
from tests.interop.processes import Process
from tests.support.centre import OPERATOR_HZ, WAIT_S, hears, in_state, save_card, until

DISK_MB = 48
NUMBER = "+79000000808"


@pytest.fixture
async def disk(tmp_path: Path) -> AsyncIterator[Path]:
    """The centre's data folder, a file system of ``DISK_MB``."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    await run(
        tmp_path, "mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "none", str(folder)
    )
    yield folder
    await run(tmp_path, "umount", "--lazy", str(folder))


async def run(folder: Path, *command: str) -> None:
    process = await Process.start(*command, log=folder / "mount.out")
    assert await process.ends(10) == 0, process.text


def fill(disk: Path) -> Path:
    """Leave not a byte. Returns what is to be removed."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
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


async def talk(centre: Centre, desk: Desk, phone: Softphone) -> None:
    """A caller chose a queue and hears the operator."""
    name = await phone.call(f"sip:122@{centre.sip_address}", WAIT_S)
    phone.send(Listen(call=name, tones_hz=[OPERATOR_HZ]))
    phone.send(SendKeys(call=name, keys="1"))
    await in_state(desk, "offered")
    await desk.accept()
    await hears(phone, name, OPERATOR_HZ)


async def test_the_disk_fills_up_and_is_emptied(disk: Path, tmp_path: Path) -> None:
    centre = Centre(tmp_path, [])
    trunk = {"name": "test", "mode": "address", "addresses": [f"{centre.host}/32"]}
    centre = Centre(tmp_path, [trunk], host=centre.host)
    phone = await Softphone.spawn(Start(host=centre.host, user=NUMBER, silence_detection=False))
    try:
        await centre.start()
        await story(centre, disk, phone)
    finally:
        await phone.stop()
        await centre.stop()


async def story(centre: Centre, disk: Path, phone: Softphone) -> None:
    desk = await centre.operator("anna")
    ballast = fill(disk)

    await talk(centre, desk, phone)
    await until(desk, lambda: "нет места" in said(desk))
    assert journalled(disk, "CallArrived") == 0

    assert await journal_state(centre) == "in_trouble"

    ballast.unlink()
    # By itself: no fact comes meanwhile.
    await until(desk, lambda: "снова работает" in said(desk))
    assert journalled(disk, "CallArrived") == journalled(disk, "CallBridged") == 1
    await until(desk, lambda: desk.card_desk.card is not None)
    await desk.hang_up()
    await save_card(desk)
    (row,) = await centre.settled(1)
    assert (row.outcome, row.card_state) == ("answered", "saved")
    assert await journal_state(centre) == "written"

    await talk(centre, desk, phone)
    await desk.hang_up()
    await save_card(desk)
    assert (await centre.settled(2))[1].recording_state == "ready", centre.log


async def journal_state(centre: Centre) -> str:
    async with aiohttp.ClientSession() as http, http.get(f"{centre.url}/health") as answer:
        return str((await answer.json())["journal"])
