"""Who calls: number, region, way through the menu, waits, earlier contacts; and the own day."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from textual.content import Content

from ekc_console.domain.scenario import fields as values
from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.keys.registry import key
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.wire.messages import CallbackInfo, Contact, Me, MyCall
from ekc_console.wire.side_work import Caller, DayTargets, HomeVisit, OpenCallback

MIN_VALUE = 10
ROOMY = 50
"""Columns from which on everything is said of the caller."""
DAY_WIDTH = 40
NO_CALL = N_("Вызова нет. Когда он придёт, внизу появится строка вызова; ответить — {key}.")


def facts(pairs: Sequence[tuple[str, str]], width: int) -> Content:
    """Lines of name and value; the values stand in one column, also where they are wrapped to
    ``width``. Empty values are left out."""
    shown = [(name, value) for name, value in pairs if value]
    column = max((len(name) for name, _value in shown), default=0) + 2
    lines = []
    for name, value in shown:
        first, *rest = textwrap.wrap(value, max(MIN_VALUE, width - column)) or [""]
        lines.append(Content.assemble((f"{name:<{column}}", "$muted"), first))
        lines += [Content(" " * column + text) for text in rest]
    return Content("\n").join(lines)


def caller(call: MyCall | None, now: float, width: int) -> Content:
    if call is None:
        return Content.styled(_(NO_CALL).format(key=key("call.answer")), "$muted")
    known = call.caller
    # The call bar says these too; in a narrow column the earlier contacts need their lines more.
    in_the_bar = (
        [
            (_("Очередь"), call.queue_title),
            (_("Тема"), call.topic_title),
            (_("Позвонил"), _arrival(call, now)),
        ]
        if width >= ROOMY
        else []
    )
    text = facts(
        [
            (_("Номер"), wording.phone(call.about or call.number)),
            (_("Регион"), wording.region(call.region)),
            (_("Звонит"), ", ".join(known.callers)),
            (_("О ком") if known.callers else _("Имя"), _name(known)),
            (_("Ждёт звонка"), "; ".join(_callback(item, now) for item in known.callbacks)),
            (_("Врач вызван"), "; ".join(_visit(item, now) for item in known.home_visits)),
            (_("В меню"), " › ".join(call.menu_path)),
            *known.learned,
            (_("Вид"), _("исходящий вызов") if call.direction == "out" else ""),
            *in_the_bar,
        ],
        width,
    )
    notice = repeat_notice(call)
    return Content.assemble((f"! {notice}", "bold $text-warning"), "\n", text) if notice else text


ORDINALS = (
    N_("второй"), N_("третий"), N_("четвёртый"), N_("пятый"), N_("шестой"), N_("седьмой"),
    N_("восьмой"), N_("девятый"), N_("десятый"),
)  # fmt: skip


def repeat_notice(call: MyCall) -> str:
    """«Третий вызов за сутки»; "" for the first one and for outgoing calls."""
    count = call.caller.calls_24h
    if count < 2 or call.direction == "out":
        return ""
    if count - 2 < len(ORDINALS):
        ordinal = _(ORDINALS[count - 2])
        return _("{ordinal} вызов за сутки").format(ordinal=ordinal.capitalize())
    return _("{n}-й вызов за сутки").format(n=count)


def _name(known: Caller) -> str:
    """Whom the card is about; else the name of the newest card, and whom others of this number are
    about; not who calls."""
    if known.person:
        born = values.show("date", known.person.birth_date)
        return ", ".join(part for part in (known.person.name, born) if part)
    name = "" if known.name in known.callers else known.name
    others = [p.name for p in known.persons if p.name not in (known.name, *known.callers)]
    if not others:
        return name
    also = _("также: {names}").format(names=", ".join(others))
    return f"{name} ({also})" if name else ", ".join(others)


def _callback(item: OpenCallback, now: float) -> str:
    tries = _("попыток: {n}").format(n=item.attempts) if item.attempts else ""
    parts = [wording.moment(item.since, now), item.topic_title, tries]
    return ", ".join(part for part in parts if part)


def _visit(item: HomeVisit, now: float) -> str:
    parts = [wording.moment(item.at, now), item.person, item.address]
    return ", ".join(part for part in parts if part)


def _arrival(call: MyCall, now: float) -> str:
    if not call.arrived_at:
        return ""
    arrived = wording.clock(call.arrived_at)
    if call.queued_at is None:
        return arrived
    until = call.answered_at if call.answered_at is not None else call.ended_at
    if until is None:
        return _("{at}, ждёт {wait}").format(at=arrived, wait=wording.span(now - call.queued_at))
    return _("{at}, ждал {wait}").format(at=arrived, wait=wording.span(until - call.queued_at))


def history_columns() -> tuple[Column, ...]:
    return (
        Column(_("Когда"), 11),
        Column(_("Тема")),
        Column(_("Итог"), 22, from_width=46),
        Column(_("Исход"), 20, from_width=96),
        Column(_("Оператор"), 14, from_width=60),
    )


def found_columns() -> tuple[Column, ...]:
    return (
        Column(_("Когда"), 14),
        Column(_("Номер"), 16),
        Column(_("Имя"), from_width=66),
        Column(_("Тема")),
        Column(_("Итог"), 16, from_width=66),
        Column(_("Оператор"), 16, from_width=90),
    )


def history_rows(contacts: Sequence[Contact], now: float) -> list[Row]:
    return [
        Row(
            contact.call,
            (
                wording.moment(contact.at, now),
                contact.topic,
                _result(contact),
                wording.outcome(contact.outcome),
                contact.agent_name,
            ),
            _style(contact),
        )
        for contact in contacts
    ]


def found_rows(contacts: Sequence[Contact], now: float) -> list[Row]:
    return [
        Row(
            contact.call,
            (
                wording.moment(contact.at, now),
                wording.phone(contact.number),
                contact.person,
                contact.topic,
                _result(contact),
                contact.agent_name,
            ),
            _style(contact),
        )
        for contact in contacts
    ]


def _result(contact: Contact) -> str:
    """The disposition, or what became of the call; of a card that was never saved, that."""
    if contact.unfinished:
        return _("! не закончена")
    return contact.disposition or wording.outcome(contact.outcome)


def _style(contact: Contact) -> str:
    return "$text-warning" if contact.unfinished else ""


def unfinished_first(contacts: Sequence[Contact]) -> list[Contact]:
    return sorted(contacts, key=lambda contact: not contact.unfinished)


def own_count(contacts: Sequence[Contact], now: float) -> str:
    """Of the own contacts of the day, and of the unfinished ones of all days."""
    today = sum(1 for contact in contacts if wording.same_day(contact.at, now))
    parts = [_("Ваши обращения сегодня: {n}").format(n=today)]
    if waiting := sum(1 for contact in contacts if contact.unfinished):
        parts.append(_("не закончены: {n}").format(n=waiting))
    return ", ".join(parts)


def day(
    me: Me | None,
    targets: DayTargets,
    callbacks: Sequence[CallbackInfo],
    now: float,
    break_limit_s: float = 0.0,
) -> Content:
    """Calls, times and breaks beside what is expected. ``break_limit_s``: of the break now on."""
    if me is None:
        return Content("")
    handle_s = me.talk_s_today + me.wrap_up_s_today
    mean = handle_s / me.calls_today if me.calls_today else 0.0
    on_break = now - me.since if me.state == "break" and me.reason != "login" else 0.0
    breaks = me.break_s_today + on_break
    # What a call has taken from the break is no part of it.
    taken = on_break if me.until is None else break_limit_s - (me.until - now)
    due = sum(1 for item in callbacks if not item.taken_by and item.not_before <= now)
    return facts(
        [
            (_("Вызовов"), _against(str(me.calls_today), str(targets.calls or ""))),
            (_("Разговор"), wording.span(me.talk_s_today)),
            (
                _("На вызов"),
                _limited(mean, targets.handle_s) if me.calls_today else "—",
            ),
            (_("Перерывы"), _limited(breaks, targets.break_s)),
            (_("Сейчас"), _limited(taken, break_limit_s) if break_limit_s and on_break else ""),
            (_("Пора звонить"), str(due) if due else ""),
        ],
        DAY_WIDTH,
    )


def _against(value: str, target: str) -> str:
    return _("{value} из {target}").format(value=value, target=target) if target else value


def _limited(seconds: float, limit_s: float) -> str:
    """A time beside its limit; beyond it, said in a word."""
    if not limit_s:
        return wording.span(seconds)
    text = _("{value} из {target}").format(
        value=wording.span(seconds), target=wording.span(limit_s)
    )
    return f"! {text}" if seconds > limit_s else text


def history_title(call: MyCall) -> Content:
    count = len(call.history)
    text = _("Обращения") + (f": {count}" if count else "")
    keys = [_("Enter открыть")] if count else []
    keys += [_("Delete закрыть вызов врача")] if call.caller.home_visits else []
    return Content.assemble((text, "bold"), ("   " + "   ".join(keys) if keys else "", "$muted"))


def history_more(contact: Contact) -> Content:
    """Operator, person and note of one earlier contact."""
    parts = [
        contact.agent_name,
        contact.person,
        wording.outcome(contact.outcome) if contact.disposition else "",
        contact.note.replace("\n", " "),
    ]
    return Content.styled(" · ".join(part for part in parts if part), "$muted")
