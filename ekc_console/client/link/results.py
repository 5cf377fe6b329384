"""What a command's answer carries."""

from __future__ import annotations

from typing import TypeVar

from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.wire.messages import Result

R = TypeVar("R", bound=Result)


def expect(result: Result | None, kind: type[R]) -> R:
    """The result as what the command promises. Raises EkcError for anything else."""
    if isinstance(result, kind):
        return result
    raise EkcError(
        _("Сервер ответил не тем: нужно {wanted}, пришло {got}.").format(
            wanted=kind.__name__, got=type(result).__name__
        ),
        _("Обновите консоль до версии сервера."),
    )
