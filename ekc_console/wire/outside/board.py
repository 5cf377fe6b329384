"""What a wall board is sent: figures of queues. No person, no number and no call is in it.

The stream is server-sent events; the ``data`` of each is one :class:`BoardFigures`, the whole of
what is shown. One comes every :data:`~ekc_console.wire.watch.BEAT_S` at least, so that a board
knows by its own clock how old its figures are.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.json_faults import NOT_JSON

PAGE_PATH = "/board"
EVENTS_PATH = "/board/events"
OLD_S = 10.0
"""Figures that are older are marked as old."""

Mark = Literal["", "warn", "alarm"]


class BoardQueue(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    waiting: int
    wait_s: int
    """Of who has waited longest; 0 while nobody waits."""
    wait_target_s: int
    """0: none is set."""
    wait_mark: Mark = ""
    level: float | None
    """Of this half-hour, 0 … 1; None where there is nothing to count."""
    level_target: float
    """0: none is set."""
    level_mark: Mark = ""
    ready: int
    ready_mark: Mark = ""
    abandoned: int
    """Today."""
    callbacks: int
    """Owed."""
    shut: Literal["", "paused", "closed"] = ""


class BoardFigures(msgspec.Struct, frozen=True, kw_only=True):
    queues: tuple[BoardQueue, ...]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(BoardFigures)


def event(figures: BoardFigures) -> bytes:
    """As it goes over the line."""
    return b"data: " + _encoder.encode(figures) + b"\n\n"


def read(data: bytes) -> BoardFigures:
    """The ``data`` of an event. Raises ValueError."""
    try:
        return _decoder.decode(data)
    except NOT_JSON as error:
        raise ValueError(f"no figures: {error}") from error
