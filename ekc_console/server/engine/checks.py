"""What every engine refuses before it does anything: values with a meaning of their own for the
engines' command languages, so that no input can say more than it should."""

from __future__ import annotations

import re
from pathlib import Path

from ekc_console.server.engine.protocol import Account, BadNumber, EngineError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
_NUMBER = re.compile(r"\+?[0-9*#]{1,32}")
_UNSAFE_PATH = re.compile(r"[\x00-\x1f,;()|&]")
TRUNK_PREFIX = "trunk-"
"""Names that begin so belong to trunks."""

_KEYS = re.compile(r"[0-9*#A-D]{1,32}")


def is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def check_number(number: str) -> None:
    if not is_number(number):
        raise BadNumber("Такой номер набрать нельзя.", "Допустимы цифры, *, # и + впереди.")


def check_name(name: str) -> None:
    """Names of legs and bridges are made by the server: a wrong one is a fault of the program."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not an engine name: {name!r}")


def check_account(account: Account) -> None:
    if not _NAME.fullmatch(account.name) or account.name.startswith(TRUNK_PREFIX):
        raise EngineError(
            f"Недопустимое имя учётной записи «{account.name}».",
            "Имя состоит из латинских букв, цифр, точки, дефиса и подчёркивания "
            f"и не начинается с «{TRUNK_PREFIX}».",
        )
    if not account.password:
        raise EngineError(f"У учётной записи «{account.name}» пустой пароль.")


def check_stem(stem: Path) -> None:
    """Where a recording may go."""
    if not stem.is_absolute() or _UNSAFE_PATH.search(str(stem)):
        raise EngineError(
            f"Записывать в «{stem}» нельзя.",
            "Нужен полный путь без запятых, точек с запятой, скобок, & и |.",
        )


def check_prompt(file: Path) -> None:
    """What may be played."""
    if file.suffix != ".wav" or not file.is_absolute() or _UNSAFE_PATH.search(str(file)):
        raise EngineError(
            f"Проиграть «{file}» нельзя.",
            "Нужен полный путь к файлу .wav без запятых, точек с запятой, скобок, & и |.",
        )


def check_keys(keys: str) -> None:
    """What can be sent as DTMF."""
    if not _KEYS.fullmatch(keys):
        raise EngineError("Клавиши тонального набора: цифры, *, # и A–D.")
