"""The link to a node, without one."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock

import pytest
import structlog

from ekc_console.server.engine.asterisk import link as module
from ekc_console.server.engine.asterisk.link import CONNECTS_WITHIN_S, Link
from ekc_console.server.engine.asterisk.node import Node


def link_to(**node: Any) -> Link:
    return Link(cast(Node, SimpleNamespace(trunks=(), settings=None, **node)))


@pytest.mark.parametrize("error", [None, OSError(5, "Input/output error")])
async def test_notes_that_cannot_be_read_keep_no_caller_waiting(
    monkeypatch: pytest.MonkeyPatch, error: OSError | None
) -> None:
    """The disk fails, or (None) hangs: then nothing is known of how calls ended."""
    monkeypatch.setattr(module, "NOTES_WITHIN_S", 0.05)
    disk = threading.Event()

    def ended() -> dict[str, float]:
        if error:
            raise error
        disk.wait(20)
        return {"c1": 1.0}

    link = link_to(notes=lambda: SimpleNamespace(ended=ended))
    assert await link._ended_unseen() == {}
    disk.set()


async def test_events_that_nobody_reads_are_behind_beyond_what_a_connection_takes() -> None:
    link = link_to()
    assert link.behind_s == 0.0
    link.ari = cast(Any, SimpleNamespace(unread_s=CONNECTS_WITHIN_S))
    link._opened = True
    assert link.behind_s == 0.0
    link.ari = cast(Any, SimpleNamespace(unread_s=CONNECTS_WITHIN_S + 20))
    assert link.behind_s == pytest.approx(20)


async def test_a_stream_that_is_lost_and_back_is_logged_both_times() -> None:
    async def nothing() -> list[Any]:
        return []

    async def hangs() -> None:
        await asyncio.sleep(30)

    link = link_to()
    link.legs = cast(Any, SimpleNamespace(all=list, catch_up=lambda *_what: None))
    link.ari = cast(Any, SimpleNamespace(close_stream=nothing, connect=nothing, channels=nothing,
                                         bridges=nothing))  # fmt: skip
    with structlog.testing.capture_logs() as lines:
        assert await link._resume()
    assert [line["event"] for line in lines] == ["engine stream is lost", "engine stream is back"]
    link.ari.connect = hangs  # type: ignore[method-assign]
    with mock.patch.object(module, "RESUME_S", 0.01), structlog.testing.capture_logs() as lines:
        assert not await link._resume()
    assert [line.get("error") for line in lines] == [None, "TimeoutError"]


async def test_an_engine_that_is_back_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    async def connected() -> None:
        link._connected = True

    async def up() -> None:
        if len(tries) < 2:
            tries.append(1)
            raise TimeoutError

    tries: list[int] = []
    link = link_to(bring_up=up)
    link._connect = connected  # type: ignore[method-assign]
    monkeypatch.setattr(module, "_BACK_OFF_S", (0.0,))
    with structlog.testing.capture_logs() as lines:
        await link._come_back()
    assert [(line["event"], line.get("error"), line["tries"]) for line in lines] == [
        ("engine is not back yet", "TimeoutError", 1),
        ("engine is not back yet", "TimeoutError", 2),
        ("engine is back", None, 3),
    ]
