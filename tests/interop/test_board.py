"""The page of the wall board in a real Chromium: figures that change, a server that is killed and
comes back, a cable that is pulled, a withdrawn board, and no growth."""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from ekc_console.cli import main
from ekc_console.wire.outside import board
from tests.interop.chromium import Browser
from tests.interop.processes import Process
from tests.support.cut_link import CutLink
from tests.support.net import free_port, fresh_host
from tests.support.simulated_server import Outside

SEEN_S = 15.0
"""A change is on the page within so much, a reconnection included."""
FIGURE = "document.querySelectorAll('main b')[{n}]?.textContent"
TEXT = "document.body.innerText"
LOOK = "document.body.className"
AGE = "document.getElementById('age').textContent"
COLOUR = "getComputedStyle(document.querySelector('main')).filter"


class Hall:
    """A server with callers from outside, and its address through a link that can be cut."""

    def __init__(self, folder: Path) -> None:
        self.folder, host = folder, fresh_host()
        self.server = {"host": host, "port": free_port(host), "data_dir": str(folder / "data")}
        self.config = folder / "ekc.yaml"
        self.config.write_text(yaml.safe_dump({"server": self.server}), encoding="utf-8")
        self.outside = Outside(folder / "outside")
        self.link = CutLink()

    async def start(self) -> None:
        (self.folder / "outside").unlink(missing_ok=True)
        self.process = await Process.start(
            sys.executable, "-m", "tests.support.simulated_server", str(self.folder / "outside"),
            "--config", str(self.config), "--log-file", str(self.folder / "server.log"),
            log=self.folder / "server.out", cwd=Path(__file__).parents[2],
        )  # fmt: skip
        await self.process.says("Сервер готов", 60)

    async def kill(self) -> None:
        self.process.child.send_signal(signal.SIGKILL)
        await self.process.child.wait()

    def ekc(self, *arguments: str) -> str:
        result = CliRunner().invoke(main, [*arguments, "--config", str(self.config)])
        assert result.exit_code == 0, result.output
        return result.output


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    hall = Hall(tmp_path)
    await hall.start()
    await hall.link.open(str(hall.server["host"]), int(hall.server["port"]))
    yield hall
    await hall.link.close()
    await hall.process.stop()


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    browser = await Browser.start(tmp_path)
    yield browser
    await browser.stop()


async def opened(hall: Hall, browser: Browser) -> str:
    """The page of a new board, with figures; returns the board's token."""
    found = re.search(r"/board#(\S+)", hall.ekc("board", "add", "зал", "--queue", "appointments"))
    assert found
    await browser.open(f"http://{hall.link.address}/board#{found[1]}")
    await browser.until(FIGURE.format(n=0), lambda figure: figure == "0", SEEN_S)
    return found[1]


@pytest.mark.long
async def test_the_page_shows_what_is_and_says_how_old_it_is_whatever_breaks(
    hall: Hall, browser: Browser
) -> None:
    token = await opened(hall, browser)
    assert await browser.value("document.getElementById('title').textContent") == "Запись к врачу"
    leg = await hall.outside.wish("caller_calls", "+79000000101")
    await hall.outside.wish("caller_presses", leg, "1")
    await browser.until(FIGURE.format(n=0), lambda figure: figure == "1", 60)
    await browser.until(TEXT, lambda text: "! Готовы" in text, SEEN_S)
    assert re.fullmatch(r"Данные: \d с назад", await browser.value(AGE))
    await browser.until(TEXT, lambda text: "! Дольше всех" in text, 60)

    await hall.kill()
    await browser.until(TEXT, lambda text: re.search(r"Данные устарели: 1\d с назад", text), 15)
    assert "old" in await browser.value(LOOK)
    assert "grayscale" in await browser.value(COLOUR)
    assert await browser.value(FIGURE.format(n=0)) == "1", "the last figures stay"
    await hall.start()
    await browser.until(LOOK, lambda look: look == "", 40)
    assert re.fullmatch(r"Данные: \d с назад", await browser.value(AGE))

    hall.link.cut()
    await browser.until(TEXT, lambda text: "Данные устарели: 11 с назад" in text, 15)
    assert "old" in await browser.value(LOOK)
    hall.link.mend()
    await browser.until(LOOK, lambda look: look == "", 40)

    hall.ekc("board", "remove", "зал")
    await browser.until(TEXT, lambda text: "отозвано" in text, SEEN_S)
    assert await browser.value("getComputedStyle(document.querySelector('main')).visibility") == (
        "hidden"
    ), "a withdrawn board shows nothing"
    logs = (hall.folder / "server.log").read_text(), (hall.folder / "server.out").read_text()
    assert token not in "".join(logs)


def figures(n: int) -> board.BoardFigures:
    queues = [
        board.BoardQueue(
            title=f"Очередь {q}", waiting=n % 50, wait_s=n % 4000, wait_target_s=20,
            wait_mark=("", "warn", "alarm")[n % 3], level=None if n % 7 == 0 else (n % 101) / 100,
            level_target=0.8, ready=n % 9, abandoned=n % 300, callbacks=n % 20,
        )
        for q in range(4)
    ]  # fmt: skip
    return board.BoardFigures(queues=tuple(queues))


@pytest.mark.long
@pytest.mark.parametrize("events", [20_000])
async def test_a_page_that_took_many_events_is_as_large_as_before(
    browser: Browser, hall: Hall, events: int
) -> None:
    """The page's own handler, event by event, each painted."""
    await opened(hall, browser)
    samples = json.dumps([board.event(figures(n))[:-2].decode() for n in range(420)])
    push = "for (let n = 0; n < {n}; n += 1) take(samples[n % samples.length])"

    async def size() -> tuple[int, int]:
        await browser.value("gc()")
        await browser.value("new Promise(done => setTimeout(done, 200)).then(gc)")
        heap = await browser.value("performance.memory.usedJSHeapSize")
        return heap, await browser.value("document.querySelectorAll('*').length")

    await browser.value(f"var samples = {samples}; samples.length")
    await browser.value(push.format(n=events // 10))
    before: Any = await size()
    for _ in range(10):
        await browser.value(push.format(n=events // 10))
    after = await size()
    assert after[1] == before[1], "elements"
    assert after[0] - before[0] < 300_000, f"{before} before, {after} after {events} events"
