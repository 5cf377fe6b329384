"""A queue, a person, a call opened: what is known of it, in lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual.content import Content

from ekc_console.client.link.watched import Watched
from ekc_console.i18n import _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.tui.supervisor.present import alarms, calls, people, queues, words
from ekc_console.wire.watch import WatchCall, WatchPerson, WatchQueue

Fact = tuple[str, str]
LABEL = 16


def lines(facts: Iterable[Fact]) -> Content:
    """A label and a value each; those without a value are left out."""
    told = [(label, value) for label, value in facts if value]
    width = max([LABEL, *(len(label) for label, _value in told)])
    shown = [Content.assemble((f"{label:<{width}} ", "$muted"), value) for label, value in told]
    return Content("\n").join(shown)


def gone(what: str) -> Content:
    return Content.styled(what, "bold $text-warning")


# -- a queue -----------------------------------------------------------------------


def queue(row: WatchQueue, now: float) -> Content:
    return lines(_queue_facts(row, now))


def _queue_facts(row: WatchQueue, now: float) -> Iterator[Fact]:
    wait = queues.wait_s(row, now)
    longest = "" if wait is None else _(", дольше всех {time}").format(time=wording.minutes(wait))
    yield _("Ждут"), f"{row.waiting}{longest}"
    error = (
        ""
        if row.expected_error_s is None or queues.expected_s(row) is None
        else _(", ошибка в среднем {time}").format(time=wording.minutes(row.expected_error_s))
    )
    expected_s = queues.expected_s(row)
    expected = words.NONE if expected_s is None else wording.minutes(expected_s)
    yield _("Ждать новому"), _("пока не снимут паузу") if row.paused else expected + error
    yield (
        _("Уровень"),
        _("5 минут {now} · полчаса {half} · день {day} · норма {limit} с").format(
            now=words.percent(row.level_now),
            half=words.percent(row.level_half),
            day=words.percent(row.level_day),
            limit=round(row.level_s),
        ),
    )
    yield _("Цели"), alarms.targets(row)
    yield (
        _("Сегодня"),
        _("поступило {offered} · принято {answered} · потеряно {lost}").format(
            offered=row.offered, answered=row.answered, lost=row.abandoned
        ),
    )
    yield (
        _("Люди"),
        _("готовы {ready} · заняты {busy} · постобработка {after} · отошли {away}").format(
            ready=row.ready, busy=row.busy, after=row.wrapping_up, away=row.away
        ),
    )
    if row.closed:
        yield _("Вход"), _("закрыта: новые вызовы сюда не ставятся")
    if row.paused:
        yield _("Раздача"), _("на паузе: вызовы ждут, никому не предлагаются")


def waiting_columns() -> tuple[Column, ...]:
    return (
        Column(_("№"), 3, right=True),
        Column(_("Ждёт"), 6, right=True),
        Column(_("Номер"), 16),
        Column(_("Тема")),
        Column(_("Кому"), share=1, from_width=60),
    )


def waiting_row(place: int, call: WatchCall, now: float) -> Row:
    up = "↑ " if call.priority > 0 else ""
    return Row(
        call.id,
        (
            str(place),
            wording.minutes(now - calls.started(call)),
            wording.phone(call.number),
            f"{up}{call.topic_title}",
            calls.with_whom(call),
        ),
    )


def serving_columns() -> tuple[Column, ...]:
    return (Column(_("Человек")), Column(_("Возьмёт ли"), share=2))


def serving_row(person: WatchPerson, queue_title: str, now: float) -> Row:
    why = why_not(person, queue_title)
    text = why or _("готов: {time}").format(time=wording.calm(now - person.since))
    return Row(person.id, (person.name, text), "" if why else "bold")


def why_not(person: WatchPerson, queue_title: str) -> str:
    """Why no call is offered to the person now; empty: it could be."""
    if not person.console:
        return _("консоль пропала")
    if person.state == "ready":
        return "" if person.line_up else _("голосовой линии нет")
    state = words.person_state(person)
    if person.queue_title and person.queue_title != queue_title:
        return _("{state}: {queue}").format(state=state, queue=person.queue_title)
    reason = people.reason(person)
    return f"{state}: {reason}" if reason else state


def serving(watched: Watched, queue_id: str) -> list[WatchPerson]:
    """Who is on shift for the queue, those first who could take a call."""
    found = [p for p in watched.people.values() if queue_id in p.queues]
    return sorted(found, key=lambda p: (bool(why_not(p, "")), p.name, p.id))


# -- a person ----------------------------------------------------------------------


def person(row: WatchPerson, watched: Watched, now: float) -> Content:
    return lines(_person_facts(row, watched, now))


def _person_facts(row: WatchPerson, watched: Watched, now: float) -> Iterator[Fact]:
    state = f"{words.person_state(row)} {wording.span(now - row.since)}"
    if row.until is not None:
        left = row.until - now
        text = _("ещё {time}") if left >= 0 else _("дольше положенного на {time}")
        state += " · " + text.format(time=wording.span(abs(left)))
    yield _("Состояние"), state
    yield _("Чем занят"), people.doing(row)
    if call := watched.calls.get(row.call):
        yield _("Вызов"), f"{wording.phone(call.number)} · {calls.about(call)}"
    yield (
        _("Сегодня"),
        _("вызовов {n} · в среднем {time} · занятость {share}").format(
            n=row.calls,
            time=words.NONE if row.handling_s is None else wording.minutes(row.handling_s),
            share=words.percent(row.occupancy),
        ),
    )
    yield _("Связь"), _link(row)


def _link(row: WatchPerson) -> str:
    console = _("консоль есть") if row.console else _("консоль пропала")
    line = _("линия есть") if row.line_up else _("линии нет")
    return f"{console} · {line}"


def load_columns() -> tuple[Column, ...]:
    return (
        Column(_("Очередь")),
        Column(_("Ждут"), 4, right=True),
        Column(_("Дольше"), 6, right=True),
        Column(_("Готовы"), 6, right=True, from_width=36),
        Column(_("Заняты"), 6, right=True, from_width=42),
    )


def load_row(row: WatchQueue, now: float) -> Row:
    wait = queues.wait_s(row, now)
    return Row(
        row.id,
        (
            queues.titled(row),
            str(row.waiting),
            words.NONE if wait is None else wording.wait(wait),
            str(row.ready),
            str(row.busy),
        ),
    )


# -- a call ------------------------------------------------------------------------


def call_facts(row: WatchCall, watched: Watched, now: float) -> Iterator[Fact]:
    yield _("Сейчас"), f"{words.call_state(row)} {wording.span(now - row.since)}"
    yield _("Номер"), wording.phone(row.number)
    yield _("Пришёл"), wording.clock(row.arrived_at)
    if row.path:
        yield _("В меню"), " › ".join(row.path)
    yield _("Тема"), row.topic_title
    if row.queued_at is not None:
        place = _place(row, watched)
        yield _("Очередь"), f"{row.queue_title} · {wording.clock(row.queued_at)}{place}"
    if row.offered_to:
        yield _("Предложен"), ", ".join(row.offered_to)
    if row.assigned:
        known = watched.people.get(row.assigned)
        yield _("Назначен"), known.name if known else row.assigned
    yield _("У кого"), row.person_name
    if row.priority:
        yield _("Приоритет"), str(row.priority)
    if row.virtual:
        yield _("Вид"), _("обратный вызов: на линии никого, номер наберёт тот, кто примет")
    if row.party_of:
        yield _("Вид"), _("линия к внешнему участнику другого вызова")


def _place(row: WatchCall, watched: Watched) -> str:
    mine = [each for each in watched.calls.values() if each.queue == row.queue]
    order = [each.id for each in calls.places(mine)]
    if row.id not in order:
        return ""
    return " · " + _("место {n} из {all}").format(n=order.index(row.id) + 1, all=len(order))
