from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.server.engine.checks import (
    check_account,
    check_name,
    check_number,
    check_prompt,
    check_stem,
)
from ekc_console.server.engine.protocol import Account, EngineError


@pytest.mark.parametrize("number", ["122", "+79001112233", "*100#"])
def test_numbers_that_can_be_dialled(number: str) -> None:
    check_number(number)


@pytest.mark.parametrize("number", ["", "+", "1" * 33, "12@a", "12&13", "7 900", "١٢٣", "12\n"])
def test_numbers_that_cannot(number: str) -> None:
    with pytest.raises(EngineError) as caught:
        check_number(number)
    assert not number.strip() or number not in caught.value.message


@pytest.mark.parametrize("name", ["", "a/b", "a b", "../x", "a?b", ".a", "a\n"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(ValueError, match="engine name"):
        check_name(name)


@pytest.mark.parametrize("name", ["", "trunk-town", "a@b", "оля"])
def test_accounts_that_are_none(name: str) -> None:
    with pytest.raises(EngineError):
        check_account(Account(name, "secret"))


def test_an_empty_password_is_refused() -> None:
    with pytest.raises(EngineError, match="op-anna"):
        check_account(Account("op-anna", ""))


@pytest.mark.parametrize("path", ["a.wav", "/a,b.wav", "/a.mp3", "/a&b.wav", "/a\n.wav"])
def test_prompts_that_are_none(path: str) -> None:
    with pytest.raises(EngineError):
        check_prompt(Path(path))


@pytest.mark.parametrize("path", ["a", "/a,b", "/a)", "/a\nb"])
def test_stems_that_are_none(path: str) -> None:
    with pytest.raises(EngineError):
        check_stem(Path(path))
