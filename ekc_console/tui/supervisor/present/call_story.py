"""A call's lines of the journal, what its card holds, and what is known of one that has ended."""

from __future__ import annotations

from collections.abc import Iterator

from ekc_console.client.words.journal import story as words
from ekc_console.i18n import _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.wire.day.calls import DayCall
from ekc_console.wire.day.story import CallStory

Fact = tuple[str, str]


def columns() -> tuple[Column, ...]:
    return (Column(_("Время"), 8), Column(_("Что было")))


def rows(story: CallStory | None) -> list[Row]:
    """A fact each, and below it in what it was decided."""
    found: list[Row] = []
    for index, line in enumerate(story.lines if story else ()):
        found.append(Row(f"{index}", (wording.clock(line.at), words.text(line)), "bold"))
        found += [
            Row(f"{index}.{number}", ("", "  " * (depth + 1) + text))
            for number, (depth, text) in enumerate(words.below(line, ranks=False))
        ]
    return found


def heading(story: CallStory | None) -> str:
    if story is None or story.decided:
        return _("Почему так")
    return _("Почему так · решений уже не восстановить: полностью — ekc explain {call}").format(
        call=story.call
    )


def nothing() -> str:
    return _("В журнале о нём ничего нет.")


def fields(story: CallStory | None) -> Iterator[Fact]:
    """What is filled in the card, for who may read it."""
    for field in story.fields if story else ():
        yield field.label, field.value


def ended(call: DayCall) -> Iterator[Fact]:
    yield _("Сейчас"), _("закончен: {outcome}").format(outcome=wording.outcome(call.outcome))
    yield _("Номер"), wording.phone(call.number)
    span = wording.clock(call.arrived_at)
    if call.ended_at is not None:
        span = f"{span} – {wording.clock(call.ended_at)}"
    yield _("Был"), span
    yield _("Тема"), call.topic_title
    if call.queued_at is not None:
        yield _("Очередь"), f"{call.queue_title} · {waited(call)}"
    yield _("У кого"), call.person_name
    if call.talk_s:
        yield _("Разговор"), wording.span(call.talk_s)


def waited(call: DayCall) -> str:
    """``ждал 0:42, дольше нормы``"""
    if call.wait_s is None:
        return ""
    text = _("ждал {time}").format(time=wording.minutes(call.wait_s))
    return _("{text}, дольше нормы").format(text=text) if call.late else text
