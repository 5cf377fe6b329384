"""A keyring in memory."""

from __future__ import annotations


class MemoryPasswords:
    """As :class:`ekc_console.client.voice.secret.KeyringPasswords`."""

    def __init__(self, known: str = "", *, why_not_kept: str = "") -> None:
        self.known = known
        self.forgotten = 0
        self._why_not_kept = why_not_kept

    def recall(self, account: str) -> str:
        return self.known

    def keep(self, account: str, password: str) -> str:
        if not self._why_not_kept:
            self.known = password
        return self._why_not_kept

    def forget(self, account: str) -> None:
        self.known = ""
        self.forgotten += 1
