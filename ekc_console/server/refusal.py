"""Why a command of a console is not done."""

from __future__ import annotations

from ekc_console.errors import Value, WordsError
from ekc_console.wire import messages


class Refusal(WordsError):
    """The command is not done; ``code`` is stable, ``key`` and ``values`` say why."""

    faults: tuple[messages.FieldFault, ...] = ()
    """Fields of a card that have reasons of their own."""

    def __init__(self, code: messages.RefusalCode, key: str, /, **values: Value) -> None:
        super().__init__(key, **values)
        self.code = code


def store_busy() -> Refusal:
    """What only stores is not done while the store is in trouble."""
    return Refusal("server_busy", "server.store_busy")


def store_damaged() -> Refusal:
    """What a console keeps until it is taken is kept: a copy of the store may bring the record
    back."""
    return Refusal("server_busy", "server.damaged")
