"""The centre in plain sentences, for a screen reader: what is important, queues, people, calls, who
is owed a call. No times that tick, no colours."""

from __future__ import annotations

from collections.abc import Iterator

from ekc_console.client.link.watched import Watched
from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.supervisor.present import (
    alarms,
    callbacks,
    calls,
    important,
    people,
    top,
    words,
)
from ekc_console.wire.watch import WatchCall, WatchCallback, WatchPerson, WatchQueue

Sentence = tuple[str, str]
"""What it is about, and the sentence."""
MARKS = {"?": N_("Просят помочь"), "▲": N_("Тревога"), "!": N_("Внимание")}
ENDS = {
    "important": N_("Прошло: {what}"),
    "person": N_("{what} Смена закончена."),
    "call": N_("{what} Вызов закончен."),
    "callback": N_("{what} В списке его больше нет."),
}
"""Of what is not there any more, by the first word of what it is about."""


class SpokenCentre:
    """Tells once of each thing that it is gone."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}

    def sentences(self, desk: SupervisorDesk) -> dict[str, str]:
        """By what they are about; a sentence that differs from the last one is news."""
        told = dict(_sentences(desk))
        ended = {about: text for about, text in self._last.items() if about not in told}
        self._last = told
        return told | {f"end {about}": text for about, text in _ends(ended)}


def _ends(ended: dict[str, str]) -> Iterator[Sentence]:
    for about, text in ended.items():
        if said := ENDS.get(about.split()[0]):
            yield about, _(said).format(what=text)


def _sentences(desk: SupervisorDesk) -> Iterator[Sentence]:
    watched, now = desk.watched, desk.now()
    yield "state", _state(desk)
    for item in important.items(watched, desk.view, now):
        alarm = watched.alarms.get(item.alarm)
        began = alarms.sentence(alarm, watched, alarm.at) if alarm else item.text
        yield f"important {item.key}", _ended(f"{_(MARKS[item.mark])}: {began}")
    for queue in watched.queues.values():
        yield f"queue {queue.id}", _queue(queue)
    for person in watched.people.values():
        yield f"person {person.id}", _person(person)
    for call in watched.calls.values():
        yield f"call {call.id}", _call(call)
    for owed in sorted(watched.callbacks.values(), key=callbacks.order_by("urgent", now)):
        yield f"callback {owed.id}", _callback(owed, watched, now)


def _state(desk: SupervisorDesk) -> str:
    me = desk.view.me
    parts = [_ended(_("Экран смены: {name}.").format(name=me.name if me else ""))]
    parts.append(_("Связь есть.") if desk.link.state == "online" else _("Нет связи с сервером."))
    if top.is_stale(desk.age_s()):
        parts.append(_("Данные устарели."))
    parts.append(_counts(desk.watched))
    return " ".join(parts)


def _ended(text: str) -> str:
    """With one full stop, also where a name has one of its own."""
    return text.rstrip(".") + "."


def _counts(watched: Watched) -> str:
    return _("Очередей {queues}, людей {people}.").format(
        queues=len(watched.queues), people=len(watched.people)
    )


def _queue(row: WatchQueue) -> str:
    text = _(
        "Очередь «{title}»: ждут {waiting}, готовы {ready}, заняты {busy}, отошли {away}; уровень "
        "за полчаса {half}, за день {day}; поступило {offered}, принято {answered}, "
        "потеряно {lost}."
    ).format(
        title=row.title,
        waiting=row.waiting,
        ready=row.ready,
        busy=row.busy,
        away=row.away,
        half=words.percent(row.level_half),
        day=words.percent(row.level_day),
        offered=row.offered,
        answered=row.answered,
        lost=row.abandoned,
    )
    if row.closed:
        text += " " + _("Закрыта.")
    if row.paused:
        text += " " + _("Приостановлена.")
    return text


def _person(row: WatchPerson) -> str:
    doing = people.doing(row).replace(" · ", ", ")
    state = words.person_state(row)
    counted = _("вызовов {n}").format(n=row.calls)
    return f"{row.name}: {', '.join(filter(None, (state, doing, counted)))}."


def _call(row: WatchCall) -> str:
    about = calls.about(row).replace(" · ", ", ").replace("↑ ", "")
    with_whom = calls.with_whom(row).removeprefix("→ ")
    parts = [words.call_state(row), about, with_whom]
    number = wording.phone(row.number)
    text = _("Вызов {number}: {what}.")
    return _ended(text.format(number=number, what=", ".join(filter(None, parts))))


def _callback(item: WatchCallback, watched: Watched, now: float) -> str:
    parts = (
        _(callbacks.KINDS[item.kind]),
        item.topic_title or item.queue_title,
        callbacks.standing(item, watched, now),
    )
    text = _("Перезвонить {number}: {what}.")
    what = ", ".join(filter(None, parts))
    return _ended(text.format(number=wording.phone(item.number), what=what))
