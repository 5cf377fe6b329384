"""A real Chromium without a screen, driven by its debugging protocol."""

from __future__ import annotations

import asyncio
import itertools
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

from tests.interop.processes import Process, program, true_within

STARTS_S = 30.0
_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-extensions", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--hide-scrollbars", "--enable-precise-memory-info",
    "--js-flags=--expose-gc", "--remote-debugging-port=0",
)  # fmt: skip


class Browser:
    """One page of it. ``await Browser.start(folder, "1920,1080")``, ``open``, ``stop``."""

    def __init__(self, process: Process, http: aiohttp.ClientSession) -> None:
        self._process = process
        self._http = http
        self._numbers = itertools.count(1)

    @classmethod
    async def start(cls, folder: Path, size: str = "1920,1080") -> Browser:
        process = await Process.start(
            program("chromium"),
            *_FLAGS,
            f"--user-data-dir={folder}/chromium",
            f"--window-size={size}",
            "about:blank",
            log=folder / "chromium.out",
        )
        browser = cls(process, aiohttp.ClientSession())
        try:
            await browser._join(folder / "chromium" / "DevToolsActivePort")
        except BaseException:
            await browser.stop()
            raise
        return browser

    async def _join(self, told: Path) -> None:
        """``told``: where the program writes its port."""
        await true_within(
            STARTS_S,
            lambda: told.exists() and told.read_text().count("\n") > 0,
            lambda: self._process.text,
        )
        port = told.read_text().split("\n")[0]  # noqa: ASYNC240 - a line
        async with self._http.get(f"http://127.0.0.1:{port}/json/list") as answer:
            pages = [page for page in await answer.json() if page["type"] == "page"]
        self._page = await self._http.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0)

    async def stop(self) -> None:
        await self._http.close()
        await self._process.stop()

    async def open(self, url: str) -> None:
        await self.order("Page.navigate", url=url)

    async def order(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        await self._page.send_json({"id": number, "method": method, "params": params})
        while True:
            answer = await self._page.receive_json(timeout=120)
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]

    async def value(self, script: str) -> Any:
        """Of an expression in the page; a promise is waited for."""
        result = await self.order(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    async def until(self, script: str, true: Callable[[Any], bool], limit_s: float) -> Any:
        """The first value that is so."""
        value: Any = None
        try:
            async with asyncio.timeout(limit_s):
                while not true(value := await self.value(script)):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"did not come: {script}, last {value!r}") from None
        return value

    async def picture(self) -> bytes:
        """PNG."""
        return b64decode((await self.order("Page.captureScreenshot", format="png"))["data"])
