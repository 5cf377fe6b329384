"""Work that waits, beside the screen: one at a time for each key, its end told by a message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from textual.message import Message

from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.shared import faults

log = structlog.get_logger(__name__)

Work = Callable[[], Awaitable[object]]
Then = Callable[[Any], None]
Failed = Callable[[EkcError], None]


class WorkDone(Message):
    """A worker has finished; ``error`` says that it failed."""

    def __init__(self, key: str, result: object, error: EkcError | None) -> None:
        super().__init__()
        self.key = key
        self.result = result
        self.error = error


async def run(key: str, work: Work) -> WorkDone:
    """Do the work; every failure is an error in words for people."""
    try:
        return WorkDone(key, await work(), None)
    except EkcError as error:
        return WorkDone(key, None, error)
    except Exception as error:
        log.error("command failed", command=key, error=faults.where(error))
        unexpected = EkcError(
            _("Непредвиденная ошибка: команда не выполнена."),
            _("Повторите; подробности в файле журнала."),
        )
        return WorkDone(key, None, unexpected)
