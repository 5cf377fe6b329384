"""Entries of the audit trail in words, and what they are narrowed by."""

from __future__ import annotations

from datetime import date, timedelta

from textual.content import Content

from ekc_console.client.words.audit import ACTIONS, CODED, FAULTS, REASONS
from ekc_console.client.words.zone import zone
from ekc_console.domain.terms.localtime import said, start_of
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.wire.admin.audit_work import AuditCheck, AuditEntry, ReadAudit

SECONDS = "%d.%m.%Y %H:%M:%S"
SHORT = "%d.%m %H:%M"
DAY = "%d.%m.%Y"
WIDE = 100
"""Columns of the table from which what an entry is about and its reason stand apart."""
_ALARMING = frozenset({"login_failed", "gap", "lost"})


def columns() -> tuple[Column, ...]:
    return (
        Column(_("Когда"), 11, below_width=WIDE),
        Column(_("Когда"), 19, from_width=WIDE),
        Column(_("Кто"), 12),
        Column(_("Что"), 23),
        Column(_("О чём · причина"), below_width=WIDE),
        Column(_("О чём"), share=1, from_width=WIDE),
        Column(_("Показано"), 8, right=True, from_width=WIDE),
        Column(_("Причина"), share=1, from_width=WIDE),
    )


def row(entry: AuditEntry) -> Row:
    return Row(
        str(entry.seq),
        (
            said(entry.at, zone(), SHORT),
            said(entry.at, zone(), SECONDS),
            who(entry),
            action(entry.action),
            " · ".join(filter(None, (entry.about, reason(entry)))),
            entry.about,
            str(entry.found) if entry.found else "",
            reason(entry),
        ),
        "$text-warning" if entry.action in _ALARMING else "",
    )


def who(entry: AuditEntry) -> str:
    return entry.who or "—"


def action(name: str) -> str:
    return _(ACTIONS[name]) if name in ACTIONS else name


def reason(entry: AuditEntry) -> str:
    """What was done, in words, and the word of who did it, if any."""
    code, sign, why = entry.reason.partition(": ")
    if entry.action not in CODED or code not in REASONS:
        return entry.reason
    return f"{_(REASONS[code])}{sign}{why}"


def detail(entry: AuditEntry) -> Content:
    """All of one, where the table has no room."""
    parts = [
        _("№ {seq}").format(seq=entry.seq),
        said(entry.at, zone(), SECONDS),
        who(entry),
        action(entry.action),
    ]
    if entry.about:
        parts.append(_("о чём: {about}").format(about=entry.about))
    if entry.found:
        parts.append(_("показано: {n}").format(n=entry.found))
    if entry.reason:
        parts.append(_("причина: {why}").format(why=reason(entry)))
    return Content(" · ".join(parts))


def filters(asked: ReadAudit) -> str:
    """What is left out; "" for nothing."""
    parts = []
    if asked.who:
        parts.append(_("кто: {who}").format(who=asked.who))
    if asked.action:
        parts.append(_("что: {what}").format(what=action(asked.action)))
    if asked.about:
        parts.append(_("о чём: {about}").format(about=asked.about))
    if asked.since is not None or asked.until is not None:
        parts.append(_("когда: {days}").format(days=days(asked)))
    return " · ".join(parts)


def days(asked: ReadAudit) -> str:
    """As :func:`bounds` reads them."""
    first = "" if asked.since is None else said(asked.since, zone(), DAY)
    last = "" if asked.until is None else said(asked.until - 1, zone(), DAY)
    return first if first == last else f"{first}–{last}"


def bounds(text: str) -> tuple[float | None, float | None]:
    """Begin and end of a day or of days, seconds since the epoch: ``12.03.2026``,
    ``12.03.2026–14.03.2026``, one side of it, or nothing for all. Raises EkcError."""
    if not text.strip():
        return None, None
    first, sign, last = text.replace("–", "-").partition("-")
    begin, end = _day(first), _day(last) if sign else _day(first)
    until = None if end is None else start_of(end + timedelta(days=1), zone())
    since = None if begin is None else start_of(begin, zone())
    if since is not None and until is not None and until <= since:
        raise EkcError(_("Конец раньше начала."), _("Поменяйте дни местами."))
    return since, until


def _day(text: str) -> date | None:
    """None for an empty one."""
    if not text.strip():
        return None
    try:
        day, month, year = map(int, text.strip().split("."))
        return date(year, month, day)
    except ValueError as error:
        raise EkcError(
            _("«{text}» — не день.").format(text=text.strip()),
            _("Напишите так: 12.03.2026 или 12.03.2026–14.03.2026."),
        ) from error


def checking(check: AuditCheck) -> str:
    return _("проверка: {n} из {all}").format(n=check.entries, all=check.total)


def broken(check: AuditCheck) -> str:
    fault = FAULTS.get(check.fault, check.fault)
    return _("Журнал доступа испорчен: {what}.").format(what=_(fault).format(seq=check.seq))
