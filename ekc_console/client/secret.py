"""A password in the system's keyring, or asked each time where there is none; never in a file."""

from __future__ import annotations

from collections.abc import Callable

import keyring
import structlog
from keyring.errors import KeyringError

from ekc_console.i18n import _

log = structlog.get_logger(__name__)

SERVICE = "ekc-pbx"
SAFE_PRIORITY = 1
"""Backends below keep passwords in a plain file, or nowhere."""


def recall(account: str, ask: Callable[[], str], tell: Callable[[str], None]) -> str:
    """The password of ``account`` (``user@domain``). ``ask`` is called when the keyring has none;
    what it gave is kept there. ``tell`` hears why it could not be kept."""
    backend = keyring.get_keyring()
    if backend.priority < SAFE_PRIORITY:
        password = ask()
        tell(
            _(
                "Связки ключей в этой системе нет: пароль не сохранён и будет спрошен при каждом "
                "запуске. Без вопроса его берут из переменной EKC_PBX_PASSWORD."
            )
        )
        return password
    try:
        if kept := backend.get_password(SERVICE, account):
            return kept
    except KeyringError as error:
        log.warning("keyring not readable", error=type(error).__name__)
    password = ask()
    try:
        backend.set_password(SERVICE, account, password)
    except KeyringError as error:
        log.warning("keyring not writable", error=type(error).__name__)
        tell(_("Связка ключей закрыта: пароль не сохранён и будет спрошен при следующем запуске."))
    return password


def forget(account: str) -> None:
    """A password that was refused is asked for again. Without a keyring there is nothing to do."""
    backend = keyring.get_keyring()
    if backend.priority < SAFE_PRIORITY:
        return
    try:
        backend.delete_password(SERVICE, account)
    except KeyringError as error:
        log.warning("keyring entry not removed", error=type(error).__name__)
