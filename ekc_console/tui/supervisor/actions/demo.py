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
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(os.environ[PID]), signal.SIGUSR1)
    host.tell("info", _("Телефония остановлена; сервер поднимет её снова."))
