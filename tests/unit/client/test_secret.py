"""A password in the keyring, and without one."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked, PasswordDeleteError

from ekc_console.client import secret

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


class Person:
    def __init__(self) -> None:
        self.asked = 0
        self.told: list[str] = []

    def ask(self) -> str:
        self.asked += 1
        return "typed"

    def recall(self) -> str:
        return secret.recall(NAME, self.ask, self.told.append)


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def test_it_is_asked_once_and_again_after_it_was_refused() -> None:
    keyring.set_keyring(Kept())
    person = Person()
    assert [person.recall(), person.recall()] == ["typed", "typed"]
    assert (person.asked, person.told) == (1, [])
    secret.forget(NAME)
    secret.forget(NAME)
    person.recall()
    assert person.asked == 2


@pytest.mark.parametrize("backend", [NoKeyring, Plain])
def test_without_a_keyring_it_is_asked_each_time_and_says_so(backend: type) -> None:
    keyring.set_keyring(backend())
    person = Person()
    person.recall()
    person.recall()
    assert person.asked == 2
    assert "EKC_PBX_PASSWORD" in person.told[0]
    secret.forget(NAME)
    if isinstance(kept := keyring.get_keyring(), Plain):
        assert not kept.entries


def test_a_locked_keyring_is_told() -> None:
    backend = Kept()
    backend.locked = True
    keyring.set_keyring(backend)
    person = Person()
    assert person.recall() == "typed"
    assert "не сохранён" in person.told[0]
