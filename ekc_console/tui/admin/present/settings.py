"""A change of settings in words: where, what, now and then; and what a rehearsal of it told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from textual.content import Content

from ekc_console.client.words.saying import said
from ekc_console.client.words.settings.keys import in_words
from ekc_console.client.words.settings.rehearsal import cells
from ekc_console.client.words.settings.values import value_in_words
from ekc_console.i18n import _
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.wire.centre.rehearsal import Rehearsal
from ekc_console.wire.way_in import SettingsChange


def columns(*, applied: bool = False) -> tuple[Column, ...]:
    """``applied``: what they show is in force."""
    before, after = (_("Было"), _("Действует")) if applied else (_("Сейчас"), _("Станет"))
    return (
        Column(_("Где"), 15),
        Column(_("Что"), 25),
        Column(before, share=1),
        Column(after, share=1),
    )


def columns_in_force() -> tuple[Column, ...]:
    return (Column(_("Где"), 20), Column(_("Что"), 30), Column(_("Действует"), share=1))


def rows_in_force(lines: Sequence[str], titles: Mapping[str, str]) -> list[Row]:
    """``titles``: of queues, by their ids."""
    told = (_one(line) for line in lines)
    cells = (_cells(key, "", value, titles) for key, value in told)
    return [Row(str(n), (where, what, now)) for n, (where, what, _was, now) in enumerate(cells)]


def rows(change: SettingsChange, titles: Mapping[str, str]) -> list[Row]:
    """``titles``: of queues, by their ids."""
    return [Row(str(n), _cells(*_told(line), titles)) for n, line in enumerate(change.changes)]


def _cells(key: str, now: str, then: str, titles: Mapping[str, str]) -> tuple[str, str, str, str]:
    now, then = (value_in_words(key, value, titles) if value else "" for value in (now, then))
    section, _dot, name = key.partition(".")
    if section == "queues" and name:
        queue, _dot, field = name.partition(".")
        return titles.get(queue, queue), in_words(key) if field else "", now, then
    where, _dot, field = key.rpartition(".")
    where = where or key
    return where if "." in where else in_words(where) or where, in_words(key) or field, now, then


def _one(line: str) -> tuple[str, str]:
    """Its key and value."""
    key, _sign, value = line.partition(": ")
    return key, value


def _told(line: str) -> tuple[str, str, str]:
    """Its key, now and then."""
    key, rest = _one(line)
    now, arrow, then = rest.partition(" → ")
    return (key, now, then) if arrow else (key, "", rest)


def detail(line: str, titles: Mapping[str, str], *, in_force: bool) -> Content:
    """All of one, where the table has no room: in words, and under them as the file has it."""
    key, *values = _one(line) if in_force else _told(line)
    name = in_words(key)
    if not name:
        return Content(line)
    said = " → ".join(value_in_words(key, value, titles) for value in values if value)
    return Content(f"{name}: {said}\n{line}" if said else f"{name}\n{line}")


def note(change: SettingsChange | None, applied: SettingsChange | None) -> Content:
    """What to do about it, and what would be wrong with it."""
    if change is None and applied is None:
        text = _("Действует сейчас. O — открыть файл: сначала видно, что он изменит.")
        return Content(text)
    shown = change or applied
    assert shown is not None
    lines = [Content(_said(change, applied))]
    for warning in shown.warnings:
        lines.append(Content.styled(warning, "$text-warning"))
    if shown.at_restart:
        text = _("Вступит в силу после перезапуска сервера: {keys}.")
        keys = [f"{in_words(key)} ({key})" for key in shown.at_restart]
        lines.append(Content(text.format(keys=", ".join(keys))))
    return Content("\n").join(lines)


def _said(change: SettingsChange | None, applied: SettingsChange | None) -> str:
    if change is None:
        if applied is not None and applied.change:
            return _(
                "Введено и действует. Ctrl+Z — вернуть, как было: пока открыта эта консоль и пока"
                " того же не изменил другой; позже — ekc config undo."
            )
        return _("Введено.")
    if not change.changes:
        return _("Настройки уже такие.")
    text = _("Изменений: {n}, пока ничего не изменено. R — репетиция, Enter — ввести.")
    return text.format(n=len(change.changes))


def faulty() -> Content:
    return Content.styled(_("Файл не годится, ничего не изменено:"), "$text-error")


def fault_rows(faults: Sequence[str]) -> list[Row]:
    """Under :func:`fault_columns`: each where it is and what is wrong, as the command line does."""
    return [Row(str(n), (line,)) for n, line in enumerate(faults)]


def fault_columns() -> tuple[Column, ...]:
    return (Column(_("Что"), share=1),)


def rehearsing(told: Rehearsal) -> str:
    return _("репетиция: {done} из {seeds}").format(done=told.done, seeds=told.seeds)


# -- what it told ----------------------------------------------------------------


def figure_columns() -> tuple[Column, ...]:
    return (
        Column(_("Показатель"), 20),
        Column(_("Сейчас"), 6, right=True),
        Column(_("Станет"), 6, right=True),
        Column(_("Разница"), share=1),
    )


def figure_rows(told: Rehearsal) -> Iterator[Row]:
    for queue in told.queues:
        calls = _("звонков: {n}").format(n=round(queue.calls))
        yield Row(queue.id, (queue.title, "", "", calls), "bold")
        for each in queue.figures:
            yield Row(f"{queue.id}.{each.figure}", cells(each))


def about(told: Rehearsal) -> Content:
    """How it was lived, and what was assumed."""
    text = _("Вперёд на {minutes} мин, прогонов: {done}. Разница — 95-процентный интервал.")
    lines = [Content(text.format(minutes=told.minutes, done=told.done))]
    lines += [Content.styled(said(words), "$text-warning") for words in told.notes]
    return Content("\n").join(lines)
