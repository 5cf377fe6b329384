"""The state of the machine in rows: what, how, since when, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content

from ekc_console.client.words.machine import telling
from ekc_console.client.words.zone import zone
from ekc_console.domain.terms.localtime import said
from ekc_console.i18n import _
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.wire.admin.machine_work import MachinePart

WIDE = 100
"""Columns of the table from which what to do stands in it."""
_SHORT = "%d.%m %H:%M"
_SIGNS: Mapping[str, str] = {"attention": "!", "trouble": "▲"}
_STYLES: Mapping[str, str] = {"attention": "$text-warning", "trouble": "$text-error"}
_WORST = ("trouble", "attention")


def columns() -> tuple[Column, ...]:
    return (
        Column(_("Что"), 24),
        Column(_("Состояние"), 13),
        Column(_("С"), 11),
        Column(_("Подробно"), share=1),
        Column(_("Что сделать"), share=1, from_width=WIDE),
    )


def key(part: MachinePart) -> str:
    return f"{part.kind} {part.name}"


def ordered(parts: Sequence[MachinePart]) -> list[MachinePart]:
    """The worst first, the others as the server names them."""
    worst = {state: n for n, state in enumerate(_WORST)}
    return sorted(parts, key=lambda part: worst.get(part.state, len(worst)))


def row(part: MachinePart) -> Row:
    return Row(
        key(part),
        (
            telling.title(part),
            f"{_SIGNS.get(part.state, ' ')} {telling.state(part)}",
            said(part.since, zone(), _SHORT),
            telling.what(part),
            telling.remedy(part),
        ),
        _STYLES.get(part.state, ""),
    )


def detail(part: MachinePart) -> Content:
    """All of one, where the table has no room."""
    lines = [f"{telling.title(part)}: {telling.what(part)}"]
    if remedy := telling.remedy(part):
        lines.append(_("Что сделать: {what}").format(what=remedy))
    return Content("\n".join(lines))


def heading(parts: Sequence[MachinePart]) -> str:
    """How many are not in order."""
    wrong = sum(part.state != "ok" for part in parts)
    return _("не в порядке: {n}").format(n=wrong) if wrong else _("всё в порядке")


def sentence(parts: Sequence[MachinePart]) -> str:
    """For who hears the screen: all that is not in order."""
    wrong = [part for part in ordered(parts) if part.state != "ok"]
    if not wrong:
        return _("Сервер: всё в порядке.")
    told = "; ".join(f"{telling.title(part)} — {telling.what(part).rstrip('.')}" for part in wrong)
    return _("Сервер, не в порядке: {what}.").format(what=told)
