"""The link to a node, without one."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any, cast

import pytest

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
