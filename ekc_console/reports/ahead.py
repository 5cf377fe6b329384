"""Days to come as people write them."""

from __future__ import annotations

from datetime import date, timedelta

from ekc_console.errors import EkcError, quoted
from ekc_console.i18n import N_, _
from ekc_console.reports.periods import ends

NEXT_WEEK, TOMORROW = N_("следующая неделя"), N_("завтра")
LAST_YEAR = 2100
_WORDS = (N_("сегодня"), TOMORROW, N_("неделя"), NEXT_WEEK, N_("следующий месяц"))


def read(text: str, today: date, most_days: int) -> tuple[date, date]:
    """«завтра», «следующая неделя», ``2026-12``, a date, two of these with ``..`` between them: the
    first and the last day. Raises EkcError that says what is wrong and what may be written."""
    first, last = days(text, today)
    if last < today:
        raise EkcError(
            _("Период «{text}» уже прошёл.").format(text=quoted(text)),
            _("Сегодня {today:%d.%m.%Y}: люди нужны с этого дня и дальше.").format(today=today),
        )
    first = max(first, today)
    if (last - first).days >= most_days or (last - today).days >= 2 * most_days:
        raise EkcError(
            _("Период «{text}» слишком далёкий или длинный.").format(text=quoted(text)),
            _("Не больше {days} дней, и не позже чем через {far}.").format(
                days=most_days, far=2 * most_days
            ),
        )
    return first, last


def days(text: str, today: date) -> tuple[date, date]:
    """The same of any time up to ``LAST_YEAR``, and as long as it may be. Raises EkcError."""
    found = _by_word(text.strip().lower(), today) or ends(text, today, may_be_written())
    if found[1].year > LAST_YEAR:
        raise EkcError(
            _("Период «{text}» слишком далёкий.").format(text=quoted(text)),
            _("Пишите год не позже {year}.").format(year=LAST_YEAR),
        )
    return found


def _by_word(text: str, today: date) -> tuple[date, date] | None:
    one = timedelta(days=1)
    monday = today - today.weekday() * one
    month = (today.replace(day=1) + 32 * one).replace(day=1)
    meant = (
        (today, today),
        (today + one, today + one),
        (monday, monday + 6 * one),
        (monday + 7 * one, monday + 13 * one),
        (month, (month + 32 * one).replace(day=1) - one),
    )
    words = zip(_WORDS, meant, strict=True)
    return next((both for word, both in words if text in (word, _(word))), None)


def may_be_written() -> str:
    return _(
        "Пишите: сегодня, завтра, неделя, следующая неделя, следующий месяц, 2026-12, 07.12.2026, "
        "2026-12-07 или два конца через «..»: 07.12.2026..13.12.2026."
    )
