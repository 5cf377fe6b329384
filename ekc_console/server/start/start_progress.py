"""A start that takes long says that it goes on.

systemd ends a start after ``TimeoutStartSec``; each word of progress asks for so long more
(sd_notify(3), ``EXTEND_TIMEOUT_USEC``). A start that hangs says nothing, and is ended.
"""

from __future__ import annotations

from ekc_console.server.tasks.watchdog import tell_systemd

PATIENCE_S = 90
"""Longer than any one step of a start between two words."""


def goes_on(status: str) -> None:
    """``status`` is shown by ``systemctl status``. From any thread."""
    tell_systemd(f"EXTEND_TIMEOUT_USEC={PATIENCE_S * 1_000_000}\nSTATUS={status}")


def replayed(done: int, of: int) -> None:
    """Facts of the journal."""
    goes_on(f"Журнал: {done} событий из {of}")


def spoken(done: int, of: int) -> None:
    """Prompts."""
    goes_on(f"Подсказки: {done} из {of}")
