"""Why a command of a console is not done."""

from __future__ import annotations

from ekc_console.errors import EkcError
from ekc_console.wire import messages as wire


class Refusal(EkcError):
    """The command is not done; ``code`` is stable, the message is for the person."""

    def __init__(self, code: wire.RefusalCode, message: str) -> None:
        super().__init__(message)
        self.code = code
