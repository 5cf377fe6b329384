"""The pictures of the operator's guide: one shift at the real console and a whole routing server.

    python -m tests.support.guide [docs/img] [--size 120x36]

Server, store, scripts and console are the real ones, joined by their real messages; the telephony
is the simulated engine, and time stands still but for what the walk lets pass: the same program
gives the same pictures. Each is named in ``docs/operator.md``.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from textual.pilot import Pilot

from ekc_console.client.desk import Desk
from ekc_console.client.voice.sound import SoundSetup
from ekc_console.server.people.auth import hash_password
from ekc_console.server.people.person import Person
from ekc_console.server.store.people import accounts
from ekc_console.tui.shared import repaint
from ekc_console.tui.shared.keys import held
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import messages, side_work
from sip.fake.softphone import FakePhone
from sip.fake.sound import HEADSET
from sip.link.protocol import Levels, Start, WatchLevels
from tests.support.desk import ScriptedLine
from tests.support.simulated_centre import QUEUES, Centre, Operator

PASSWORD = "guide password 122"
BEGIN = 1_773_300_240.0
"""2026-03-12 10:24:00 in Moscow."""
LIMIT_S = 8.0
CALM_ROUNDS = 3


class Standing:
    """The server's and the console's clock: moves only by :meth:`go`."""

    now_s = BEGIN

    def __init__(self, not_before: float = 0.0) -> None:
        """``not_before`` is never later than now: the store is new."""

    def now(self) -> float:
        return Standing.now_s

    wall = now

    def steady(self) -> float:
        """By which commands are given up: no step of the walk makes one too late."""
        return BEGIN

    def away(self) -> float:
        return 0.0

    def set_by(self, seconds: float) -> None:
        """Nothing sets it."""

    def delay_until(self, at: float) -> float:
        return max(0.0, at - Standing.now_s)

    @staticmethod
    def go(seconds: float) -> None:
        Standing.now_s += seconds


class SimulatedLine(ScriptedLine):
    """The standing leg in the simulated engine."""

    def __init__(self, desk: GuideDesk) -> None:
        super().__init__(lambda: desk.changed("line"))
        self._desk = desk
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self.state.state != "up" and self._task is None:
            self._task = asyncio.create_task(self._call_in())

    async def _call_in(self) -> None:
        line = await self._desk.request(messages.OpenLine())
        assert isinstance(line, messages.Line)
        self._desk.centre.engine.operator_calls_in(line.user, line.password)
        self.set("up")

    def redial(self) -> None:
        """It does not break."""


async def _headset(start: Start, *, on_event: Any) -> FakePhone:
    return await FakePhone.spawn(start, on_event=on_event)


class GuideDesk(Desk):
    def __init__(self, centre: Centre, state_dir: Path) -> None:
        self.centre = centre
        super().__init__(centre.server.url, state_dir, _headset, lambda: Standing.now_s)
        self.voice.line = SimulatedLine(self)  # type: ignore[assignment]


class Walk:
    """One operator's shift; ``shot`` writes what the console shows."""

    def __init__(self, centre: Centre, desk: GuideDesk, app: EkcApp, folder: Path) -> None:
        self.centre, self.desk, self.app, self._folder = centre, desk, app, folder
        self.shots: list[str] = []

    async def go(self, pilot: Pilot[Any]) -> None:
        self._pilot = pilot
        await self.settle()
        for part in (
            self._login, self._queue, self._sound, self._first_call, self._offer, self._talk,
            self._afterwards, self._lists,
        ):  # fmt: skip
            await part()

    # -- the shift -----------------------------------------------------------------

    async def _login(self) -> None:
        await self.keys(*"anna", "enter", *PASSWORD)
        await self.shot("login")
        await self.keys("enter")
        await self.until(lambda: self.desk.view.me is not None)

    async def _queue(self) -> None:
        """Three wait."""
        legs = []
        for number, key in (("+79000000041", "1"), ("+79000000042", "2"), ("+79000000043", "3")):
            legs.append(await self.centre.in_queue(number, key=key))
            Standing.go(17)
        await self.until(lambda: len(self.desk.view.waiting) == 3)
        await self.shot("queue")
        await self._go_away(legs)

    async def _sound(self) -> None:
        await self.keys("ctrl+a")
        sound = self.desk.sound
        await self.until(lambda: isinstance(sound._own, FakePhone))
        phone = sound._own
        assert isinstance(phone, FakePhone)
        phone.plug(HEADSET)
        sound.use(SoundSetup(microphone=HEADSET.id, speaker=HEADSET.id))
        await self.settle()
        phone.send(WatchLevels(on=False))
        await self.settle()
        sound.on_event(Levels(microphone_dbfs=-21.0, speaker_dbfs=-70.0))
        await self.shot("sound")
        await self.keys("escape")

    async def _first_call(self) -> None:
        """Ready; a call that is known afterwards as an earlier one."""
        await self.keys("f2")
        await self.me("ready")
        Standing.go(40)
        await self.shot("ready")
        await self._answered("+79000000012")
        await self.keys("1", "1")
        Standing.go(95)
        await self.keys("f8")
        await self.me("wrap_up")
        await self.keys("f9", "7", "f9")
        await self.me("ready")
        Standing.go(600)

    async def _offer(self) -> None:
        await self.centre.in_queue("+79000000012", key="1")
        await self.call("offered")
        await self.until(lambda: self.desk.view.queues[0].agents_ready == 0)
        await self.until(lambda: len(self.desk.view.waiting) == 1)
        Standing.go(2)
        await self.shot("offer")
        await self.keys("f5")
        await self.call("talking")
        await self.until(lambda: self.desk.card_desk.session is not None)

    async def _talk(self) -> None:
        waiting = []
        for index, key in enumerate("234"):
            waiting.append(await self.centre.in_queue(f"+7900000002{index}", key=key))
            Standing.go(11)
        await self.keys("1", "1")
        await self.shot("console")
        await self.keys("ctrl+f", *"прививка")
        await self.until(lambda: "Стрелки — выбрать" in self.text())
        await self.shot("knowledge")
        await self.keys("escape", "f6")
        await self.call("held")
        Standing.go(14)
        await self.shot("hold")
        await self.keys("f6")
        await self.call("talking")
        await self.keys("f4")
        await self.until(self._panel_is_open)
        await self.shot("transfer")
        await self.keys("escape")
        self.app.perform("card.person")
        await self.until(self._panel_is_open)
        await self.shot("person")
        await self.keys("escape")
        await self._go_away(waiting)
        Standing.go(65)

    async def _afterwards(self) -> None:
        await self.keys("f8")
        await self.me("wrap_up")
        Standing.go(8)
        await self.keys("f9")
        await self.shot("wrap-up")
        await self.keys("7", "f9")
        await self.me("ready")
        await self.shot("saved")

    async def _lists(self) -> None:
        await self.keys("f3", *"0012", "enter")
        await self.until(lambda: "+7 900 000-00-12" in self.text())
        await self.shot("find")
        await self.keys("down", "enter")
        await self.until(lambda: "Enter исправить" in self.text())
        await self.shot("card")
        await self.keys("enter")
        await self.until(self._panel_is_open)
        await self.shot("correct")
        await self.keys("escape", "escape", "escape")
        await self._message()
        await self.keys("f12")
        await self.shot("break")
        await self.keys("1")
        await self.me("break")
        await self._callback()
        await self.keys("f1")
        await self.shot("help")
        await self.keys("escape", "f10")
        await self.shot("quit")
        await self.keys("tab", "enter")

    async def _callback(self) -> None:
        """Somebody has given up in the queue."""
        lost = await self.centre.in_queue("+79000000031", key="4")
        Standing.go(25)
        self.centre.engine.caller_hangs_up(lost)
        await self.until(lambda: len(self.desk.view.callbacks) == 1)
        Standing.go(20)
        self.app.to_pane("callbacks")
        await self.shot("callback")
        self.centre.engine.outside_party("+79000000031", "ring")
        await self.keys("enter")
        await self.call("dialing")
        Standing.go(4)
        await self.shot("dialling")
        await self.keys("f8")
        await self.me("break")

    async def _message(self) -> None:
        await self.supervisor.done(
            side_work.SendMessage(text="В 12:00 летучка, пять минут.", to="anna")
        )
        await self.until(lambda: bool(self.desk.view.staff_messages))
        await self.keys("ctrl+k")
        await self.until(lambda: "летучка" in self.text())
        await self.shot("messages")
        await self.keys("escape")

    async def _go_away(self, legs: list[str]) -> None:
        """They hang up and want no call back."""
        for leg in legs:
            self.centre.engine.caller_hangs_up(leg)
        await self.until(lambda: len(self.desk.view.callbacks) == len(legs))
        for item in self.desk.view.callbacks:
            await self.desk.close_callback(item.id, "cancelled")
        await self.until(lambda: not self.desk.view.callbacks and not self.desk.view.waiting)

    async def _answered(self, number: str) -> None:
        await self.centre.in_queue(number, key="1")
        await self.call("offered")
        Standing.go(3)
        await self.keys("f5")
        await self.call("talking")
        await self.until(lambda: self.desk.card_desk.session is not None)

    # -- what a walk is made of ------------------------------------------------------

    supervisor: Operator

    async def keys(self, *keys: str) -> None:
        for key in keys:
            await self._pilot.press(key)
            await self.settle()

    async def shot(self, name: str) -> None:
        await self.settle()
        self.app.paint(repaint.EVERYTHING)
        await self.settle()
        (self._folder / f"{name}.svg").write_text(picture(self.app), encoding="utf-8")
        self.shots.append(name)

    def _panel_is_open(self) -> bool:
        return self.app.frame is not None and self.app.frame.tray.panel is not None

    async def me(self, state: str) -> None:
        await self.until(lambda: (me := self.desk.view.me) is not None and me.state == state)

    async def call(self, state: str) -> None:
        await self.until(lambda: (call := self.desk.view.call) is not None and call.state == state)

    def text(self) -> str:
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not true():  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await self.settle()

    async def settle(self) -> None:
        """Until nothing is under way between console and server, and all is painted."""
        async with asyncio.timeout(LIMIT_S):
            calm = 0
            while calm < CALM_ROUNDS:
                await self._pilot.pause(0.01)
                busy = self.app._repainter.waiting or self.app.pending or self.app.workers
                calm = 0 if busy else calm + 1


def picture(app: EkcApp) -> str:
    """What the screen shows, as SVG; no font is fetched for it."""
    text = app.export_screenshot(simplify=True)
    return re.sub(r"\s*@font-face \{.*?\}", "", text, flags=re.DOTALL)


async def walk(folder: Path, size: tuple[int, int]) -> list[str]:
    """Write the pictures into the folder, which is there; returns their names in their order."""
    Standing.now_s = BEGIN
    with tempfile.TemporaryDirectory() as place:
        centre = Centre(Path(place))
        centre.clock = Standing
        await centre.open()
        try:
            return await _at(centre, Path(place), folder, size)
        finally:
            await centre.close()


async def _at(centre: Centre, place: Path, folder: Path, size: tuple[int, int]) -> list[str]:
    for login, name, role in (
        ("anna", "Анна Петрова", "operator"),
        ("oleg", "Олег Ким", "operator"),
        ("nina", "Нина Орлова", "supervisor"),
    ):
        person = accounts.User(login, name, role, hash_password(PASSWORD), QUEUES)  # type: ignore[arg-type]
        await centre.server.database.write(lambda conn, p=person: accounts.add(conn, p))
    oleg = Operator(centre, "oleg", "operator", ("feedback",))
    await oleg.work()
    desk = GuideDesk(centre, place / "console")
    app = EkcApp(desk, server="http://127.0.0.1:8122", state_dir=place / "console")
    shift = Walk(centre, desk, app, folder)
    nina = Operator(centre, "nina", "supervisor", QUEUES)
    nina.person = Person(nina.person.login, "Нина Орлова", "supervisor")
    nina.session = replace(nina.session, name=nina.person.name)
    shift.supervisor = await nina.come()
    async with app.run_test(size=size) as pilot:
        await shift.go(pilot)
    return shift.shots


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    """No pace between two paints."""
    with (
        mock.patch.dict("os.environ", {"EKC_LANG": "ru"}),
        mock.patch.object(repaint, "MIN_GAP_S", 0.0),
        mock.patch.object(held, "SAME_KEY_S", 0.0),
        suppress(asyncio.CancelledError),
    ):
        return asyncio.run(work())  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs/img"))
    parser.add_argument("--size", default="120x36")
    options = parser.parse_args()
    columns, _x, rows = options.size.partition("x")
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in run(lambda: walk(options.folder, (int(columns), int(rows)))):
        print(options.folder / f"{name}.svg")


if __name__ == "__main__":
    main()
