"""A table of accounts (CSV) read: every cell that cannot be, by line and column, or all of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from ekc_console.commands.admin import account_options as given
from ekc_console.config import Config
from ekc_console.errors import EkcError
from ekc_console.server.store.people import accounts
from ekc_console.server.store.people.accounts import User
from ekc_console.wire.messages import Role

COLUMNS = ("login", "name", "role", "queues", "skills", "until")
_NEEDED = ("login", "name")
_BETWEEN = re.compile(r"[,\s]+")
_NO_CELLS = "на ячейки не делится: кавычки не закрыты, стоят посреди слова, или это не текст"
MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    """From 1, the heading included."""
    cells: Mapping[str, str]
    columns: Mapping[str, int]
    """Name to number from 1."""


@dataclass(frozen=True, slots=True)
class Fault:
    line: int
    column: str
    """Number and name; "" for the whole line."""
    why: str

    def __str__(self) -> str:
        where = f"строка {self.line}" + (f", столбец {self.column}" if self.column else "")
        return f"{where}: {self.why}"


@dataclass(frozen=True, slots=True)
class Planned:
    user: User
    """As it will be; who is new has no password yet."""
    new: bool


def read(file: Path) -> tuple[list[Line], list[Fault]]:
    """Raises EkcError when there is no such file or its heading is none."""
    text = _text(file)
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ",", strict=True)
    lines: list[Line] = []
    faults: list[Fault] = []
    try:
        columns = _heading(file, next(reader, []))
    except csv.Error:
        return lines, [Fault(1, "", _NO_CELLS)]
    while True:
        begins = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return lines, faults
        except csv.Error:
            faults.append(Fault(begins, "", _NO_CELLS))
            return lines, faults
        if not any(cells):
            continue
        if len(cells) != len(columns):
            faults.append(Fault(begins, "", f"ячеек {len(cells)}, а столбцов {len(columns)}"))
            continue
        numbers = {name: number for number, name in enumerate(columns, start=1)}
        lines.append(Line(begins, dict(zip(columns, cells, strict=True)), numbers))


def planned(
    lines: list[Line], config: Config, existing: Mapping[str, User]
) -> tuple[list[Planned], list[Fault]]:
    """What would be; an empty cell of an account that is there leaves what it has."""
    plan: list[Planned] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for line in lines:
        login = line.cells["login"]
        if login in seen:
            why = f"«{login}» уже есть в строке {seen[login]}"
            faults.append(Fault(line.number, _column(line, "login"), why))
            continue
        seen[login] = line.number
        user, wrong = _user(line, config, existing.get(login))
        faults += wrong
        if user is not None:
            plan.append(Planned(user, login not in existing))
    return plan, faults


def _user(line: Line, config: Config, old: User | None) -> tuple[User | None, list[Fault]]:
    faults: list[Fault] = []

    def value(name: str, read: Callable[[str], Any], otherwise: Any) -> Any:
        text = line.cells.get(name, "")
        if not text:
            return otherwise
        try:
            return read(text)
        except EkcError as error:
            faults.append(Fault(line.number, _column(line, name), error.message))
            return otherwise

    login = line.cells["login"]
    base = old or User(login=login, name="", role="operator", password_hash="")
    role = value("role", _role, base.role)
    usual = base.queues if old else given.usual_queues(role, config)
    user = replace(
        base,
        name=line.cells["name"] or base.name,
        role=role,
        queues=value("queues", lambda text: _each(text, config, given.check_queue), usual),
        skills=value("skills", lambda text: _each(text, config, _skill), base.skills),
        expires_at=value("until", lambda text: given.ends_at(text, config), base.expires_at),
    )
    if not faults:
        try:
            accounts.check(user)
        except accounts.PeopleError as error:
            column = _column(line, error.column) if error.column in line.columns else ""
            faults.append(Fault(line.number, column, error.message))
    return (None if faults else user), faults


def _role(text: str) -> Role:
    if text not in get_args(Role):
        raise EkcError(f"роли «{text}» нет; есть: {', '.join(get_args(Role))}")
    return text  # type: ignore[return-value]


def _each(text: str, config: Config, check: Callable[[Config, str], None]) -> tuple[str, ...]:
    parts = tuple(part for part in _BETWEEN.split(text) if part)
    for part in parts:
        check(config, part)
    return parts


def _skill(_config: Config, text: str) -> None:
    given.check_skill(text)


def _column(line: Line, name: str) -> str:
    return f"{line.columns[name]} ({name})"


def _heading(file: Path, cells: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    strange = [name for name in names if name not in COLUMNS]
    if strange or len(set(names)) != len(names) or not set(_NEEDED) <= set(names):
        raise EkcError(
            f"{file}, строка 1: столбцы не те: {', '.join(names) or 'пусто'}.",
            f"Нужны {', '.join(_NEEDED)}; могут быть {', '.join(COLUMNS[2:])}; через «;» или «,».",
        )
    return names


def _text(file: Path) -> str:
    """As spreadsheets write it: UTF-8, or the code page that was there before it."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise EkcError(f"{file}: больше {MOST_BYTES} байт.", "Разделите таблицу на части.")
        raw = file.read_bytes()
    except OSError as error:
        raise EkcError(f"{file}: не читается ({error.strerror}).", "Проверьте путь.") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1251", "replace")


def reasons(faults: list[Fault]) -> Iterator[str]:
    """In the order of the lines."""
    yield from (str(fault) for fault in sorted(faults, key=lambda fault: fault.line))
