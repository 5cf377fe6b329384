"""Times, numbers and states as the operator reads them. Pure functions of their arguments, of the
language (``i18n.use``) and of the centre's time zone (``client.words.zone``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from ekc_console.client.card.completion import WEEKDAYS
from ekc_console.client.words.kinds import AGENT_STATES, NUMBER_KINDS
from ekc_console.client.words.unreached import unreached
from ekc_console.client.words.zone import time_of_day as time_of_day
from ekc_console.client.words.zone import zone
from ekc_console.domain.scenario.moments import wanted_at
from ekc_console.domain.terms.dialling import AMBULANCE, NumberKind
from ekc_console.domain.terms.localtime import local, moment_of, said
from ekc_console.i18n import N_, SOURCE_LANGUAGE, _, language
from ekc_console.reports.kinds import OUTCOMES
from ekc_console.wire.call_control import NotTaken
from ekc_console.wire.messages import AgentState, CallStateName, Me
from ekc_console.wire.side_work import HelpRequest, StaffMessage

NOT_RESPONDING: dict[str, str] = {
    "no_answer": N_("вызов не принят вовремя"),
    "rejected": N_("вызов отклонён"),
    "unreachable": N_("голосовая линия недоступна"),
}
CALL_STATES: dict[CallStateName, str] = {
    "menu": N_("В голосовом меню"),
    "waiting": N_("Ждёт в очереди"),
    "offered": N_("Входящий вызов"),
    "connecting": N_("Соединяется"),
    "talking": N_("Разговор"),
    "held": N_("На удержании"),
    "consult": N_("Консультация"),
    "dialing": N_("Набор номера"),
    "wrap_up": N_("Постобработка"),
    "ended": N_("Завершён"),
}
LOST_WHERE: dict[str, str] = {
    "menu": N_("в меню"),
    "queue": N_("в очереди"),
    "cut": N_("связь прервалась"),
}
BEFORE_DIALLING: dict[NumberKind, str] = {
    "emergency": N_("Это номер экстренной службы."),
    "short": N_("Номер короткий: он может оказаться платным."),
    "premium": N_("Номер платный: за вызов заплатит центр."),
    "satellite": N_("Номер спутниковый: вызов дорогой, заплатит центр."),
    "foreign": N_("Номер зарубежный: вызов дорогой, заплатит центр."),
    "malformed": N_("Номер неполный."),
    "own": N_("Это номер самого центра: вызов придёт к нам же."),
}
NO_NUMBER = N_("номер скрыт")

_RUSSIAN = re.compile(r"\+7([\d*•x]{3})([\d*•x]{3})([\d*•x]{2})([\d*•x]{2})")


def agent_state(state: AgentState) -> str:
    return _(AGENT_STATES[state])


def own_state(me: Me) -> str:
    """Who has given the last call away waits whether it comes back: no other one is offered."""
    return _("Вызов отдан") if me.last_call and me.state == "ready" else agent_state(me.state)


def call_state(state: CallStateName) -> str:
    return _(CALL_STATES[state])


def outcome(code: str) -> str:
    """An unknown code of a newer server is shown as it is."""
    return _(OUTCOMES.get(code, code))


def lost_where(code: str) -> str:
    return _(LOST_WHERE.get(code, code))


def held(kind: NumberKind) -> str:
    return _(NUMBER_KINDS[kind])


def before_dialling(kind: NumberKind) -> str:
    """What to think of before a number of this kind is dialled."""
    said = BEFORE_DIALLING.get(kind)
    return _(said) if said else _("Такие номера программа сама не набирает.")


def phone(number: str) -> str:
    """``+79000000012`` as ``+7 900 000-00-12``; anything else unchanged."""
    if not number:
        return _(NO_NUMBER)
    if match := _RUSSIAN.fullmatch(number):
        return "+7 {} {}-{}-{}".format(*match.groups())
    return number


def to_the_caller(number: str) -> str:
    """What the operator says while this emergency service is called."""
    if number in AMBULANCE:
        return _("«Вызываю скорую, не кладите трубку»")
    return _("«Вызываю {number}, не кладите трубку»").format(number=number)


def not_taken(failed: Iterable[NotTaken]) -> str:
    """``103 не ответила, 112 занята``; ``Петрова Мария — нет ответа``."""
    return ", ".join(unreached(one, phone(one.who)) for one in failed)


def span(seconds: float) -> str:
    """A duration: ``0:07``, ``12:05``, ``1:02:05``. Never negative."""
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def minutes(seconds: float) -> str:
    """A wait as ``1:44`` or ``75:10``: minutes do not turn into hours, so columns stay narrow."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02}"


WAIT_STEP_S = 5


def wait(seconds: float) -> str:
    """A wait in a list of many, in steps of five seconds: ``1:40``, ``75:10``. A column of times
    that all tick each second is unrest on the screen and on the line."""
    return minutes(max(0.0, seconds) // WAIT_STEP_S * WAIT_STEP_S)


def calm(seconds: float) -> str:
    """A time that nobody waits for: ``0:07`` in the first minute, then ``12 мин``,
    ``1 ч 05 мин``. It repaints once a minute."""
    whole = max(0, int(seconds))
    if whole < 60:
        return span(whole)
    hours, rest = divmod(whole // 60, 60)
    if hours:
        return _("{h} ч {m:02} мин").format(h=hours, m=rest)
    return _("{m} мин").format(m=rest)


def seconds_left(until: float, now: float) -> int:
    """Whole seconds until a deadline, the last one counted as 1."""
    return max(0, -int(-(until - now) // 1))


def clock(at: float) -> str:
    return said(at, zone(), "%H:%M:%S")


def same_day(at: float, now: float) -> bool:
    """Of the centre."""
    return local(at, zone()).date() == local(now, zone()).date()


def moment(at: float, now: float) -> str:
    """Time of today, else the date with the time."""
    when, today = local(at, zone()), local(now, zone())
    if when.date() == today.date():
        return when.strftime("%H:%M")
    if when.year == today.year:
        return when.strftime("%d.%m %H:%M")
    return when.strftime("%d.%m.%y %H:%M")


def wish(text: str, now: float) -> str:
    """What somebody's words about a time mean; empty where they mean none."""
    wanted = wanted_at(text, local(now, zone())) if text.strip() else None
    return understood(moment_of(wanted, zone()), now) if wanted is not None else ""


def understood(at: float, now: float) -> str:
    """What a typed time means: «понято как сегодня 16:40»."""
    when, today = local(at, zone()), local(now, zone()).date()
    near = {0: _("сегодня"), 1: _("завтра")}.get((when.date() - today).days)
    day = near or f"{when:%d.%m}, {_(WEEKDAYS[when.weekday()])}"
    return _("понято как {day} {time}").format(day=day, time=when.strftime("%H:%M"))


def at_moment(at: float, now: float) -> str:
    """When, in the midst of a sentence: «в 00:42», «01.12 в 00:42»."""
    date, _space, clock = moment(at, now).rpartition(" ")
    said = _("в {time}").format(time=clock)
    return f"{date} {said}" if date else said


def region(words: Mapping[str, str]) -> str:
    """In the console's language, else in the one there is."""
    return words.get(language()) or words.get(SOURCE_LANGUAGE, "")


def help_line(request: HelpRequest) -> str:
    text = request.text or not_taken(request.unanswered)
    about = ": ".join(part for part in (request.topic_title, text) if part)
    asks = _("Вопрос медику") if request.medic else _("Просит помощи")
    return asks + (f" — {about}" if about else "")


def unread_line(messages: Sequence[StaffMessage]) -> str:
    """The oldest unread message, one's own before those to all, and how many more there are; ""
    for none."""
    if not messages:
        return ""
    first = next((message for message in messages if message.to), messages[0])
    more = "  " + _("и ещё {n}").format(n=len(messages) - 1) if len(messages) > 1 else ""
    return f"{first.sender_name}: {first.text}{more}"
