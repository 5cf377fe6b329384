"""What ``ekc simulate`` is told, read and checked: profiles of the day, dates, ranges."""

from __future__ import annotations

import csv
import datetime
import itertools
import math
import time
from datetime import tzinfo
from pathlib import Path
from typing import Any

from ekc_console.config import read_yaml
from ekc_console.domain.terms.ids import QueueId
from ekc_console.domain.terms.localtime import HALF_HOUR_S, day_of, start_of
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.errors import EkcError
from ekc_console.simulation.plan import Slot


def number(option: str, text: str, least: float = 0.0) -> float:
    """Raises EkcError that names the option."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < least:
        raise EkcError(
            f"{option}: «{text}» не подходит.", f"Укажите число не меньше {least:g}."
        ) from None
    return value


def varied(text: str, known: tuple[str, ...]) -> tuple[str, list[float]]:
    """``agents=20..40`` or ``agents=20..40:5`` or ``agents=20,25,40``."""
    name, _, values = text.partition("=")
    if name not in known or not values:
        raise EkcError(
            f"--vary: «{text}» не подходит.",
            f"Напишите, например, agents=20..40 или agents=20..40:5; есть: {', '.join(known)}.",
        )
    option = f"--vary {name}"
    if ".." not in values:
        return name, [number(option, v) for v in values.split(",")]
    span, _, step_text = values.partition(":")
    low_text, _, high_text = span.partition("..")
    low, high = number(option, low_text), number(option, high_text)
    step = number(option, step_text, 0.001) if step_text else 1.0
    count = math.floor((high - low) / step + 1e-9) + 1
    if not 1 <= count <= 200:
        raise EkcError(
            f"{option}: от {low:g} до {high:g} шагом {step:g} — вариантов {max(count, 0)}.",
            "Укажите от 1 до 200 вариантов, меньшее число первым.",
        )
    return name, [low + i * step for i in range(count)]


def profile(path: Path) -> tuple[Slot, ...]:
    """Half-hours of a day: CSV with the columns time, calls, agents; or a YAML list of
    ``{time: "08:00", calls: 120, agents: 20}``. Raises EkcError naming file and line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EkcError(f"--profile: файл {path} не читается: {error}.") from error
    rows: Any
    if path.suffix.lower() in (".yaml", ".yml"):
        known = read_yaml(text)
        if known.faults:
            first = known.faults[0]
            where = f"--profile: {path}:{first.line}: {first.key}"
            raise EkcError(f"{where}: {first.message}", first.remedy)
        rows = known.document
    else:
        try:
            rows = list(csv.DictReader(text.splitlines()))
        except csv.Error as error:
            raise EkcError(
                f"--profile: {path}: на ячейки не делится.", "Проверьте кавычки и запятые."
            ) from error
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        raise EkcError(
            f"--profile: в {path} нет строк.", "Нужны столбцы time, calls, agents: 08:00,120,20."
        )
    slots = tuple(_slot(path, i, row) for i, row in enumerate(rows, start=1))
    for a, b in itertools.pairwise(slots):
        if b.from_s < a.to_s:
            raise EkcError(
                f"--profile: {path}: получасы не по порядку.", "Расставьте их по времени."
            )
    return slots


def _slot(path: Path, i: int, row: dict[str, Any]) -> Slot:
    where = f"--profile: {path}, строка {i}"
    try:
        hours, minutes = str(row["time"]).split(":")
        start = int(hours) * 3600.0 + int(minutes) * 60.0
    except (KeyError, ValueError, OverflowError) as error:
        raise EkcError(
            f"{where}, time: {row.get('time')!r} — не время.", "Напишите 08:30."
        ) from error
    calls = number(f"{where}, calls", str(row.get("calls")))
    agents = number(f"{where}, agents", str(row.get("agents")))
    return Slot(start, start + HALF_HOUR_S, calls, int(agents))


def day_between(text: str | None, zone: tzinfo) -> tuple[float, float]:
    """Midnight to midnight at the centre; yesterday without ``text``. Raises EkcError."""
    try:
        day = (
            datetime.date.fromisoformat(text)
            if text
            else day_of(time.time(), zone) - datetime.timedelta(days=1)
        )
    except ValueError as error:
        raise EkcError(f"--day: «{text}» — не дата.", "Напишите так: 2026-11-23.") from error
    return start_of(day, zone), start_of(day + datetime.timedelta(days=1), zone)


def chosen_queue(queues: tuple[QueueSettings, ...], wanted: str | None) -> QueueId:
    """Raises EkcError that lists the known ones."""
    if wanted is None:
        return queues[0].id
    if all(q.id != wanted for q in queues):
        known = ", ".join(q.id for q in queues)
        raise EkcError(f"--queue: очереди «{wanted}» нет.", f"Есть: {known}.")
    return QueueId(wanted)
