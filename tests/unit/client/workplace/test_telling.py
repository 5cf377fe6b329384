"""What a console tells of its workplace, and when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

from ekc_console.client.doctor import kept
from ekc_console.client.finding import Finding
from ekc_console.client.link.errors import Offline
from ekc_console.client.voice.quality import LineQuality
from ekc_console.client.workplace.telling import TELL_LOOKS, WorkplaceTeller
from ekc_console.wire.admin.workplace_work import TellWorkplace


class Told:
    """A desk, as far as it is asked."""

    def __init__(self) -> None:
        self.link = SimpleNamespace(state="offline")
        self.line = SimpleNamespace(state=SimpleNamespace(quality=None))
        self.bodies: asyncio.Queue[TellWorkplace] = asyncio.Queue()
        self.offline = False

    def subscribe(self, callback: Callable[[set[str]], None]) -> None:
        self._changed = callback

    async def request(self, body: TellWorkplace) -> None:
        self.bodies.put_nowait(body)
        if self.offline:
            raise Offline("нет связи")

    def online(self, on: bool) -> None:
        self.link.state = "online" if on else "offline"
        self._changed({"link"})

    def heard(self, look: LineQuality | None) -> None:
        self.line.state.quality = look
        self._changed({"line"})
        self._changed({"line"})

    async def told(self) -> TellWorkplace:
        async with asyncio.timeout(5):
            return await self.bodies.get()


async def test_the_link_tells_once_and_a_talk_tells_its_line(tmp_path: Path) -> None:
    findings = [
        Finding(check="sound.microphone", title="Микрофон", state="warning", found="тихо"),
        Finding(check="server.reach", title="Сервер", state="ok", found="есть"),
    ]
    kept.keep(tmp_path, findings, 7.0)
    desk = Told()
    teller = WorkplaceTeller(desk, tmp_path, lambda: "Headset")  # type: ignore[arg-type]
    desk.online(True)
    desk.online(True)
    first = await desk.told()
    assert (first.headset, first.doctor, first.doctor_at) == ("Headset", "warning", 7.0)
    assert (first.doctor_checks, first.line.looks) == ("sound.microphone", 0)
    desk.offline = True
    for n in range(TELL_LOOKS):
        desk.heard(LineQuality(loss=float(n), jitter_ms=2.0, delay_ms=30.0, mos=4.0))
    line = (await desk.told()).line
    assert (line.looks, line.mos, line.bad) == (TELL_LOOKS, 48.0, TELL_LOOKS - 3)
    await asyncio.sleep(0)
    desk.offline = False
    desk.heard(LineQuality(loss=0.0, jitter_ms=2.0, delay_ms=30.0, mos=4.0))
    desk.heard(None)
    assert (await desk.told()).line.looks == 1
    assert desk.bodies.empty()
    assert teller


def test_a_damaged_check_is_none(tmp_path: Path) -> None:
    (tmp_path / kept.FILE).write_text("{")
    assert kept.last(tmp_path) == kept.Checked() == kept.last(tmp_path / "none")
