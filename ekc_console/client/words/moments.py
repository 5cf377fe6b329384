"""Moments and durations as people type them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from ekc_console.domain.scenario.moments import FARTHEST_DAYS, wanted_at
from ekc_console.errors import EkcError
from ekc_console.i18n import _

PATTERN = "%d.%m.%Y %H:%M"
_UNITS = {"m": 60.0, "h": 3600.0, "d": 86_400.0, "м": 60.0, "ч": 3600.0, "д": 86_400.0}


def moment(text: str, now: datetime) -> datetime:
    """``18:00``, ``31.12 18:00`` (the next one after ``now``), ``31.12.2026 18:00``,
    ``2026-12-31 18:00`` or a date alone (its first minute), in the time zone of ``now``. Raises
    EkcError; also for a moment that has passed."""
    if match := re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text.strip()):
        at = now.replace(hour=int(match[1]), minute=int(match[2]), second=0, microsecond=0)
        return at if at > now else at + timedelta(days=1)
    try:
        at = _by_calendar(text.strip(), now) or datetime.fromisoformat(text.strip())
    except ValueError:
        raise EkcError(
            _("«{text}» — не время.").format(text=text),
            _("Например, 18:00 или «31.12 18:00»."),
        ) from None
    at = at if at.tzinfo else at.replace(tzinfo=now.tzinfo)
    if at <= now:
        raise EkcError(
            _("Время {text} уже прошло.").format(text=text),
            _("Назначьте время позже, чем сейчас: {now}.").format(now=said(now)),
        )
    return at


def wanted_moment(text: str, now: datetime) -> datetime:
    """As :func:`moment`, and in the words of people: «через два часа», «завтра утром». Raises
    EkcError."""
    try:
        return moment(text, now)
    except EkcError:
        if (found := wanted_at(text, now)) is not None and found > now:
            return found
        raise


def _by_calendar(text: str, now: datetime) -> datetime | None:
    """Day first, as people write it; None for what is written otherwise. Without a year one that
    has just passed is not meant of the year to come. Raises ValueError."""
    match = re.fullmatch(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?(?:\s+(\d{1,2}):(\d{2}))?", text)
    if match is None:
        return None
    day, month, year, hour, minute = (int(part or 0) for part in match.groups())
    at = datetime(year or now.year, month, day, hour, minute, tzinfo=now.tzinfo)
    if year or at > now:
        return at
    ahead = at.replace(year=now.year + 1)
    return ahead if ahead <= now + timedelta(days=FARTHEST_DAYS) else at


def duration_s(text: str) -> float:
    """``30m``, ``2h``, ``7d`` in seconds. Raises EkcError."""
    match = re.fullmatch(rf"(\d+)\s*([{''.join(_UNITS)}])", text.strip())
    if match is None or not 0 < int(match[1]) * _UNITS[match[2]] <= 10 * 366 * 86_400:
        raise EkcError(
            _("«{text}» — не промежуток времени.").format(text=text),
            _("Например, 30m (минут), 2h (часа) или 7d (дней)."),
        )
    return int(match[1]) * _UNITS[match[2]]


def said(at: datetime) -> str:
    return at.strftime(PATTERN)
