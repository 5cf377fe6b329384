"""What only a demonstration offers: a fault of the telephony, made on purpose."""

from __future__ import annotations

import contextlib
import os
import signal

from ekc_console.i18n import _
from ekc_console.tui.shared.host import Host

PID = "EKC_DEMO_PID"
"""In the environment: the process of the demonstration."""


def is_around() -> bool:
    return os.environ.get(PID, "").isdigit()


def ask_fault(host: Host) -> None:
    """A letter that was meant for another list stops nothing by itself."""
    host.confirm(
        _("Остановить телефонию?"),
        _("Учебный сбой: идущие разговоры оборвутся, сервер поднимет её снова."),
        no=_("Не останавливать"),
        yes=_("Остановить"),
        then=lambda: _fault(host),
    )


def _fault(host: Host) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(os.environ[PID]), signal.SIGUSR1)
    host.tell("info", _("Телефония остановлена; сервер поднимет её снова."))
