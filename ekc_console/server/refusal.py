"""Why a command of a console is not done."""

from __future__ import annotations

from ekc_console.errors import EkcError
from ekc_console.wire import messages

STORE_BUSY = "Сервер сейчас не может записать: диск полон или не отвечает.\nПовторите чуть позже."
"""With ``server_busy``: what only stores is not done while the store is in trouble."""


class Refusal(EkcError):
    """The command is not done; ``code`` is stable, the message is for the person."""

    def __init__(self, code: messages.RefusalCode, message: str) -> None:
        super().__init__(message)
        self.code = code
