"""A password in the keyring, and without one."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked, PasswordDeleteError

from ekc_console.client.voice.secret import KeyringPasswords

NAME = "1007@pbx.example.ru"


class Kept(KeyringBackend):
    """A keyring in memory."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.entries:
            raise PasswordDeleteError
        del self.entries[service, username]


class Plain(Kept):
    """One that would keep it in a plain file."""

    priority = 0.5  # type: ignore[assignment]


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def test_it_is_kept_until_it_was_refused() -> None:
    keyring.set_keyring(Kept())
    passwords = KeyringPasswords()
    assert passwords.recall(NAME) == ""
    assert passwords.keep(NAME, "typed") == ""
    assert passwords.recall(NAME) == "typed"
    passwords.forget(NAME)
    passwords.forget(NAME)
    assert passwords.recall(NAME) == ""


def test_one_from_the_environment_comes_first_until_it_was_refused() -> None:
    keyring.set_keyring(Kept())
    passwords = KeyringPasswords("given")
    passwords.keep(NAME, "typed")
    assert passwords.recall(NAME) == "given"
    passwords.forget(NAME)
    assert passwords.recall(NAME) == "typed"


@pytest.mark.parametrize("backend", [NoKeyring, Plain])
def test_without_a_keyring_nothing_is_kept_and_it_says_so(backend: type) -> None:
    keyring.set_keyring(backend())
    passwords = KeyringPasswords()
    assert "EKC_PBX_PASSWORD" in passwords.keep(NAME, "typed")
    assert passwords.recall(NAME) == ""
    passwords.forget(NAME)
    if isinstance(kept := keyring.get_keyring(), Plain):
        assert not kept.entries


def test_a_locked_keyring_is_told() -> None:
    backend = Kept()
    backend.locked = True
    keyring.set_keyring(backend)
    passwords = KeyringPasswords()
    assert passwords.recall(NAME) == ""
    assert "не сохранён" in passwords.keep(NAME, "typed")
