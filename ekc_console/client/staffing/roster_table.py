"""A table of shifts (CSV) as spreadsheets save it, read and written; what a shift may be is known
to the server."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path

from ekc_console.domain.terms.localtime import DAY_S, local, moments_at, said, second_of_day
from ekc_console.errors import EkcError, quoted
from ekc_console.i18n import _
from ekc_console.reports import csv_text
from ekc_console.reports.csv_cells import harmless
from ekc_console.wire.centre.roster import MOST_SHIFTS, Kind, NewShift, RosterShift

COLUMNS = ("login", "day", "from", "until", "kind")
NEEDED = COLUMNS[:4]
KINDS: tuple[Kind, ...] = ("planned", "offered")
MOST_FAULTS = 20
"""Told; of more only how many."""
YEARS = range(2000, 2101)
_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::00)?")
_SEPARATOR = re.compile(r"sep=[;,\t]\s*", re.IGNORECASE)
"""A first line by which spreadsheets are told the delimiter."""
_HOURS = re.compile(r"\s*(\S+?)\s*[-–—]\s*(\S+)\s*")


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    """In the file, from 1, the heading included."""
    shift: NewShift


class NoShift(ValueError):
    """The text says why, in the language in use."""


def moments(day: date, first: str, last: str, zone: tzinfo) -> tuple[float, float]:
    """Of a shift ``first`` – ``last`` that begins on the day; where it ends no later than it
    begins, it ends on the next. Of an hour that clocks show twice the first one. Raises NoShift."""
    begin, end = _second(first), _second(last)
    if begin >= DAY_S:
        raise NoShift(_("смена начинается до 24:00"))
    if day.year not in YEARS:
        raise NoShift(
            _("год {year} не подходит: пишите от {first} до {last}").format(
                year=day.year, first=YEARS[0], last=YEARS[-1]
            )
        )
    after = day if end > begin else day + timedelta(days=1)
    since, until = moments_at(day, begin, zone)[0], moments_at(after, end, zone)[0]
    if since >= until:
        raise NoShift(_("в эту ночь переводят часы: такого времени не будет"))
    return since, until


def hours(text: str) -> tuple[str, str]:
    """``09:00-18:00``. Raises NoShift."""
    match = _HOURS.fullmatch(text)
    if match is None:
        raise NoShift(_("«{text}» — не часы: пишите 09:00-18:00").format(text=quoted(text)))
    return match[1], match[2]


def _second(text: str) -> float:
    match = _TIME.fullmatch(text)
    second = int(match[1]) * 3600.0 + int(match[2]) * 60 if match else DAY_S + 1
    if second > DAY_S:
        raise NoShift(_("«{text}» — не время: пишите 09:00").format(text=quoted(text)))
    return second


# -- reading ---------------------------------------------------------------------


def read(file: Path, zone: tzinfo) -> list[Line]:
    """Raises EkcError that names every line that is none."""
    text = _text(file)
    first = text.split("\n", 1)[0]
    delimiter = next((mark for mark in (";", "\t") if mark in first), ",")
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    lines: list[Line] = []
    faults: list[str] = []
    try:
        if _SEPARATOR.fullmatch(first):
            next(reader)
        columns = _heading(file, next(reader, []))
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            try:
                lines.append(Line(reader.line_num, _shift(columns, cells, zone)))
            except NoShift as why:
                faults.append(_at(reader.line_num, str(why)))
    except csv.Error:
        faults.append(_at(reader.line_num, _("на ячейки не делится: проверьте кавычки")))
    require_none(file, faults)
    if len(lines) > MOST_SHIFTS:
        raise EkcError(
            _("{file}: смен {count}, а за раз берётся не больше {most}.").format(
                file=file, count=len(lines), most=MOST_SHIFTS
            ),
            _("Разделите его."),
        )
    return lines


def require_none(file: Path, faults: Sequence[str]) -> None:
    """Raises EkcError."""
    if faults:
        told = list(faults[:MOST_FAULTS])
        if more := len(faults) - len(told):
            told.append(_("… и ещё {count}").format(count=more))
        raise EkcError(
            _("{file}: ошибок {count}, ничего не изменено.\n{faults}").format(
                file=file, count=len(faults), faults="\n".join(told)
            ),
            _("Исправьте названные строки."),
        )


def _at(line: int, why: str) -> str:
    return _("строка {line}: {why}").format(line=line, why=why)


def said_fault(lines: Sequence[Line], place: int, why: str) -> str:
    """What the server says of the shift at this place."""
    return _at(lines[place].number, why)


def _text(file: Path) -> str:
    """In UTF-16 too, as Excel saves «Unicode text». Raises EkcError."""
    raw = csv_text.content(file)
    try:
        wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = raw.decode("utf-16") if wide else csv_text.decoded(file, raw)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text.split("\n", 1)[0]:
        raise EkcError(
            _("{file} — не текст.").format(file=file), _("Сохраните таблицу как CSV (UTF-8).")
        )
    return text


def _heading(file: Path, cells: Sequence[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    missing = [name for name in NEEDED if name not in columns]
    strange = [name for name in columns if name not in COLUMNS]
    if missing or strange or len(set(columns)) < len(columns):
        raise EkcError(
            _("{file}: в первой строке не те столбцы.").format(file=file),
            _("Нужны {needed}; может быть kind (planned или offered).").format(
                needed=", ".join(NEEDED)
            ),
        )
    return columns


def _shift(columns: Sequence[str], cells: Sequence[str], zone: tzinfo) -> NewShift:
    if len(cells) != len(columns):
        raise NoShift(
            _("ячеек {have}, а столбцов {columns}").format(have=len(cells), columns=len(columns))
        )
    row = {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
    kind = row.get("kind") or "planned"
    known = next((one for one in KINDS if one == kind), None)
    if known is None:
        raise NoShift(_("kind «{kind}»: есть planned и offered").format(kind=quoted(kind)))
    since, until = moments(_day(row["day"]), row["from"], row["until"], zone)
    login = row["login"].removeprefix("'")
    if not login.isprintable():
        raise NoShift(_("в логине — лишний знак, которого не видно"))
    return NewShift(login=login, kind=known, since=since, until=until)


def _day(text: str) -> date:
    for pattern in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    raise NoShift(_("«{text}» — не день: пишите 07.12.2026").format(text=quoted(text)))


# -- writing ---------------------------------------------------------------------


def written(shifts: Iterable[RosterShift], zone: tzinfo) -> bytes:
    """As ``read`` reads it and spreadsheets of this country open it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for shift in shifts:
        day = f"{local(shift.since, zone):%d.%m.%Y}"
        begin, end = (said(at, zone, "%H:%M") for at in (shift.since, shift.until))
        if second_of_day(shift.until, zone) == 0:
            end = "24:00"
        writer.writerow([harmless(shift.login), day, begin, end, shift.kind])
    return text.getvalue().encode("utf-8-sig")
