"""Passwords of accounts at a PBX: in the system's keyring, or nowhere; never in a file."""

from __future__ import annotations

from typing import Protocol

import keyring
import structlog
from keyring.errors import KeyringError

from ekc_console.i18n import _

log = structlog.get_logger(__name__)

SERVICE = "ekc-pbx"
SAFE_PRIORITY = 1
"""Backends below keep passwords in a plain file, or nowhere."""


class Passwords(Protocol):
    """Accounts are named ``user@domain``. Methods may block for as long as the system asks the
    person to open the keyring."""

    def recall(self, account: str) -> str:
        """Empty: not known."""

    def keep(self, account: str, password: str) -> str:
        """Empty when it is kept; else why not, for people."""

    def forget(self, account: str) -> None:
        """It was refused."""


class KeyringPasswords:
    """``given`` (from the environment) comes first, until it is refused."""

    def __init__(self, given: str = "") -> None:
        self._given = given

    def recall(self, account: str) -> str:
        if self._given:
            return self._given
        backend = keyring.get_keyring()
        if backend.priority < SAFE_PRIORITY:
            return ""
        try:
            return backend.get_password(SERVICE, account) or ""
        except KeyringError as error:
            log.warning("keyring not readable", error=type(error).__name__)
            return ""

    def keep(self, account: str, password: str) -> str:
        backend = keyring.get_keyring()
        if backend.priority < SAFE_PRIORITY:
            return _(
                "Связки ключей в этой системе нет: пароль не сохранён и будет спрошен при каждом "
                "запуске. Без вопроса его берут из переменной EKC_PBX_PASSWORD."
            )
        try:
            backend.set_password(SERVICE, account, password)
        except KeyringError as error:
            log.warning("keyring not writable", error=type(error).__name__)
            return _(
                "Связка ключей закрыта: пароль не сохранён и будет спрошен при следующем запуске."
            )
        return ""

    def forget(self, account: str) -> None:
        if self._given:
            self._given = ""
            return
        backend = keyring.get_keyring()
        if backend.priority < SAFE_PRIORITY:
            return
        try:
            backend.delete_password(SERVICE, account)
        except KeyringError as error:
            log.warning("keyring entry not removed", error=type(error).__name__)
