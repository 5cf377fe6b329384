"""Why a command of the operator was not done."""

from __future__ import annotations

from ekc_console.errors import EkcError
from ekc_console.wire.messages import RefusalCode


class Refused(EkcError):
    """The server said no; message and remedy are made of its words."""

    def __init__(self, code: RefusalCode, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.code = code


class Offline(EkcError):
    """There is no link to the server, or it did not answer in time."""


class Kept(EkcError):
    """Not at the server yet, but on this machine's disk, and on its way; nothing is to be done."""
