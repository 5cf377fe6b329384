"""The texts of the title bar and of the call bar. Pure functions of what the desk knows."""

from __future__ import annotations

import functools
from collections.abc import Container, Iterable, Mapping
from typing import TYPE_CHECKING

from textual.content import Content

from ekc_console.i18n import _
from ekc_console.tui.shared import call_words, wording
from ekc_console.tui.shared.keys.conditions import Situation, enabled, offered
from ekc_console.tui.shared.keys.registry import ACTIONS, BY_ID, Action, key, shown_key
from ekc_console.wire.messages import Me, MyCall

if TYPE_CHECKING:
    from ekc_console.client.desk import Desk

GAP = "   "
BETWEEN = "  "
"""Keys in the key bar."""
ALWAYS = ("app.help", "app.quit")
BEFORE_ALL = ("call.emergency", "emergency.dial")
"""The last key to find no room, in whatever state it works."""
MATTERS = 10
"""For keys of the key bar up to this rank a narrow terminal puts them closer together."""
IN_TALK = 5
"""For those up to this one even the way to the help gets shorter."""
Part = tuple[str, str]
_WIDE = 100


# -- title bar -----------------------------------------------------------------------


def title_bar(desk: Desk, width: int, now: float, link_since: float) -> Content:
    """Own state with its timer, name, health of link, line and engine, time of day.

    What is wrong is marked and comes first; the name gives way when there is no room, and then
    what is in order.
    ``link_since`` is by the same clock as ``now`` (the link's own time is by the local one).
    """
    me = desk.view.me
    after = " · " + _("потом перерыв") if me and me.pending_break else ""
    if me and me.last_call and me.state != "offline":
        after = " · " + _("последний")
    state = Content.assemble((f" {_my_state(me, desk, now)}{after} ", "bold reverse"))
    clock = Content(wording.time_of_day(now))
    room = width - state.cell_length - clock.cell_length - 2 * len(GAP) - 2
    health = _health(desk, now - link_since, room)
    room -= health.cell_length
    name = me.name if me else ""
    named = Content(f"  {name}").truncate(max(0, room), ellipsis=True) if room > 6 else Content("")
    space = width - sum(part.cell_length for part in (state, named, health, clock)) - len(GAP) - 1
    return Content("").join([state, named, Content(" " * max(1, space)), health, GAP, clock, " "])


def _my_state(me: Me | None, desk: Desk, now: float) -> str:
    if me is None:
        return _("Загрузка").upper()
    word = wording.own_state(me).upper()
    if me.state == "break":
        word = break_title(desk, me.reason).upper()
    call = desk.view.call
    until = me.until or (call.offer_expires_at if call else None)
    if me.state == "offered" and until is not None:
        left = wording.seconds_left(until, now)
        return f"{word} " + _("{n} с").format(n=left)
    if me.state == "wrap_up" and me.until is not None:
        return f"{word} " + _("ещё {time}").format(time=wording.span(me.until - now))
    if me.state == "talking":
        return word  # its time stands in the call bar
    if me.state == "offline" and not me.since:
        return word  # of who begins no shift
    began_at = me.since if me.began_at is None else me.began_at
    return f"{word} {wording.calm(now - began_at)}"


def break_title(desk: Desk, code: str) -> str:
    if code == "login":
        return _("Не готов")
    reasons = desk.welcome.break_reasons if desk.welcome else ()
    title = next((reason.title for reason in reasons if reason.code == code), "")
    return _("Перерыв") + (f": {title}" if title else "")


def _health(desk: Desk, link_s: float, room: int) -> Content:
    parts = [_link_word(desk, link_s), _line_word(desk)]
    if desk.link.state == "online":  # nothing is known of the telephony without the server
        parts.append(_engine_word(desk))
    parts.sort(key=lambda part: not part[1])  # what is wrong comes first
    shown = [
        Content.assemble((f" {text} ", style) if style else (text, "")) for text, style in parts
    ]
    wrong = sum(bool(style) for _text, style in parts)
    while len(shown) > wrong and Content(" · ").join(shown).cell_length > room:
        shown.pop()
    return Content(" · ").join(shown)


_BAD = "bold $text-error on $error-muted"
_WARN = "bold $text-warning on $warning-muted"


def _link_word(desk: Desk, link_s: float) -> Part:
    if desk.link.state == "online":
        return _("связь есть"), ""
    return _("нет связи") + f" {wording.span(link_s)}", _BAD


def _line_word(desk: Desk) -> Part:
    line = desk.line.state
    if line.state == "up":
        if line.sound == "null":
            return _("линия без звука"), _WARN
        return _("линия по вызову") if line.per_call else _("линия есть"), ""
    if line.state == "connecting":
        return _("линия соединяется"), _WARN
    if line.state == "failed":
        return _("линии нет"), _BAD
    return _("линия выключена"), ""


def _engine_word(desk: Desk) -> Part:
    engine = desk.view.engine
    if engine.out_of_sight:
        return _("АТС не видна"), _WARN
    if engine.up and engine.trunks_in_trouble:
        return _("сбой внешней линии"), _WARN
    return (_("АТС есть"), "") if engine.up else (_("АТС не работает"), _BAD)


# -- call bar ------------------------------------------------------------------------


def call_bar(desk: Desk, situation: Situation, width: int, now: float) -> tuple[Content, Content]:
    """Two lines about the present call; the second one ends with its keys."""
    call = desk.view.call
    if call is None:
        return Content(""), Content("")
    region = wording.region(call.region)
    first = Content.assemble(
        (f" {_call_word(call, now)} ", "bold reverse"),
        "  ",
        (wording.phone(call.number), "bold"),
        (call_words.about_whom(call), "bold"),
        (f"  {region}" if region and call.consult is None else "", ""),
        (_other(call, now), "bold"),
        (_pressed(desk.line.state.keys), "bold $text-warning"),
        (call_words.overheard(call), "bold"),
    )
    offered = call.state == "offered"
    beside = _call_keys(situation) if offered else _sound(desk, call, width)
    urgent = call_words.urgent(call)
    marked = Content.styled(f" {urgent} ·", "bold $text-error") if urgent else Content("")
    room = width - beside.cell_length - marked.cell_length - 4
    second = Content.assemble(marked, " " + _about(call, now, room))
    left = _offer_left(call, now) if offered else Content("")
    return _sides(first, left, width), _sides(second, beside, width)


def _pressed(keys: str) -> str:
    """By who cannot speak: a key is not heard."""
    return "  " + _("нажал: {keys}").format(keys=keys) if keys else ""


def _other(call: MyCall, now: float) -> str:
    """The second party of a consultation, and whom one talks with."""
    consult = call.consult
    if consult is None:
        return ""
    who = wording.phone(consult.who) if consult.who[:1] in "+0123456789" else consult.who
    if consult.role == "asked":
        return "  " + _("Консультация: {who}").format(who=who)
    if not consult.open:
        return "  → " + _("{who}: ждём ответа {time}").format(
            who=who, time=wording.span(now - consult.since)
        )
    told = {
        "party": _("абонент ждёт"),
        "caller": _("второй ждёт"),
        "all": _("втроём"),
    }
    return f"  + {who}: {told[consult.heard]}"


def _sides(left: Content, right: Content, width: int) -> Content:
    right = right.truncate(max(0, width - 3), ellipsis=True)
    room = max(0, width - right.cell_length - 3)
    left = left.truncate(room, ellipsis=True)
    return Content("").join([left, Content(" " * (room - left.cell_length + 2)), right, " "])


def _call_word(call: MyCall, now: float) -> str:
    word = wording.call_state(call.state).upper()
    if call.state == "offered" and call_words.dials(call):
        return _("Обратный вызов").upper()
    if call.state == "held" and call.held_since is not None:
        return f"{word} {wording.span(now - call.held_since)}"
    if call.state == "talking" and call.answered_at is not None:
        return f"{word} {wording.span(now - call.answered_at)}"
    if call.state == "wrap_up" and call.ended_at is not None:
        return f"{word} {wording.span(now - call.ended_at)}"
    return word


def _about(call: MyCall, now: float, room: int) -> str:
    """Titles give way to what is said behind them."""
    own = call.direction == "out" and not (call.topic_title or call.callback)
    titles = [] if own else [call.topic_title or _("тема не выбрана")]
    if call.queue_title and call.queue_title != call.topic_title and not own:
        titles.append(call.queue_title)
    facts = _facts(call, now)
    title = Content(" · ".join(titles))
    title = title.truncate(max(1, room - len(" · ".join(["", *facts]))), ellipsis=True)
    return " · ".join(part for part in (title.plain, *facts) if part)


def _facts(call: MyCall, now: float) -> list[str]:
    facts = []
    if call.state == "offered" and call.queued_at is not None:
        facts.append(_("ждёт {time}").format(time=wording.span(now - call.queued_at)))
    elif call.answered_at is not None and call.queued_at is not None:
        waited = wording.span(call.answered_at - call.queued_at)
        facts.append(_("ждал {time}").format(time=waited))
    if call.caller_gone:
        facts.append(_("абонент положил трубку"))
    elif call.direction == "out" and call.state != "offered":
        facts.append(_("исходящий"))
    return facts


def _offer_left(call: MyCall, now: float) -> Content:
    if call.offer_expires_at is None:
        return Content("")
    left = wording.seconds_left(call.offer_expires_at, now)
    if call_words.dials(call):
        return Content.styled(_("позвоните за {n} с").format(n=left), "bold")
    return Content.styled(_("ответьте за {n} с").format(n=left), "bold")


def _sound(desk: Desk, call: MyCall, width: int) -> Content:
    """Recording and microphone while there is somebody to hear it; in wrap-up what is left."""
    if call.state == "wrap_up" and not call.card:
        return Content(_("вызов передан; F2 — готов"))
    card = desk.card_desk
    if call.state == "wrap_up" and card.card and card.card.state == "saved" and not card.unsaved:
        return Content(_("карточка сохранена; {key} — закончить").format(key=key("card.save")))
    if call.state == "wrap_up":
        return Content(_("заполните карточку и нажмите {key}").format(key=key("card.save")))
    if call.state not in ("talking", "held", "consult"):
        return Content("")
    muted = desk.line.state.muted
    microphone = (_("МИКРОФОН ВЫКЛЮЧЕН"), "bold reverse") if muted else (_("микрофон включён"), "")
    recording = _("● идёт запись") if call.recording else _("без записи")
    quality = desk.line.state.quality
    if quality is not None and quality.bad:
        return Content.assemble((quality.words, "bold $text-warning"), " · ", microphone)
    # A good line needs no room that the caller's own words want.
    good = f" · {quality.words}" if quality is not None and width >= _WIDE else ""
    return Content.assemble((recording, ""), " · ", microphone, good)


def _call_keys(situation: Situation) -> Content:
    """The keys of the offer: they stand beside it as well as in the key bar."""
    shown = [a for a in ACTIONS if a.when == "offered" and enabled(a, situation)]
    return Content("  ").join([key_label(action, situation) for action in shown])


def key_label(action: Action, situation: Situation | None = None) -> Content:
    """``F5 Ответить``; a click on it does the action."""
    return _labelled(action, _label(action, situation))


def _labelled(action: Action, label: str) -> Content:
    return _key_content(action.id, shown_key(action), label)


@functools.cache
def _key_content(action_id: str, shown: str, label: str) -> Content:
    """Made once: reading the markup anew at every paint costs more than the rest of the bar."""
    style = f"@click=app.perform('{action_id}')"
    markup = f"[{style}][bold]$key[/] $label[/]"
    return Content.from_markup(markup, key=shown, label=label)


def _label(action: Action, situation: Situation | None) -> str:
    if action.id == "call.answer" and situation is not None and situation.calls_back:
        return _("Позвонить")
    return _(action.label)


# -- a call past the centre ----------------------------------------------------------


def second_line(desk: Desk, width: int, now: float) -> Content:
    """The second call, with the keys that it has now; empty without one."""
    second = desk.second
    if second is None:
        return Content("")
    state, keys = {
        "ringing": (_("звонит"), _("{take} — взять, {decline} — отклонить")),
        "talking": (_("говорите"), _("{end} — завершить")),
        "held": (_("ждёт"), _("{take} — вернуться к нему")),
    }[second.state]
    if second.state == "talking" and desk.view.call and desk.view.call.state == "held":
        keys = _("{back} — к звонящему, {end} — завершить")
    keys = keys.format(
        take=key("second.take"),
        decline=key("second.decline"),
        end=key("second.hang_up"),
        back=key("call.resume"),
    )
    said = _("Второй вызов {number} мимо центра: {state} {time}").format(
        number=wording.phone(second.number), state=state, time=wording.span(now - second.since)
    )
    room = max(10, width - len(keys) - 5)
    shown = Content.styled(said, "bold $text-warning").truncate(room, ellipsis=True)
    return Content.assemble(shown, ("   " + keys, "$muted"))


# -- what waits for the operator --------------------------------------------------------------


def staff_line(desk: Desk, width: int) -> Content:
    """The unread message, the request for help that is open, or between calls the cards that
    were left unfinished; empty without one."""
    view = desk.view
    mine = view.me.id if view.me else ""
    others = [request for request in view.help_requests if request.login != mine]
    if others:
        text, key = f"! {others[0].name}: {wording.help_line(others[0])}", _("Ctrl+K — ответить")
    elif view.staff_messages:
        text, key = wording.unread_line(view.staff_messages), _("Ctrl+K — прочитать")
    elif view.help_requests:
        medic = view.help_requests[0].medic
        text = (
            _("Медик позван, ждите ответа.") if medic else _("Руководитель позван, ждите ответа.")
        )
        key = _("Ctrl+E — отменить")
    elif desk.unfinished.count and view.call is None:
        text = _("Незаконченных карточек: {n}").format(n=desk.unfinished.count)
        key = _("{key} — список").format(key=shown_key(BY_ID["find.open"]))
    else:
        return Content("")
    room = max(10, width - len(key) - 5)
    said = Content.styled(text, "bold $text-accent").truncate(room, ellipsis=True)
    return Content.assemble(said, ("   " + key, "$muted"))


# -- key bar -------------------------------------------------------------------------


def key_bar(situation: Situation, width: int) -> Content:
    """The most needed keys of this moment, as many as fit, in the order of the keyboard."""
    wanted = [a for a in sorted(ACTIONS, key=_need) if a.rank and offered(a, situation)]
    labels = {action: key_label(action, situation) for action in wanted}
    shown, between = _fitting(labels, width, BETWEEN), BETWEEN
    if _lost(labels, shown, MATTERS) and width < _WIDE:
        between = " "
        labels |= {a: _short(a) for a in labels if a.short and a.id not in ALWAYS}
        shown = _fitting(labels, width, between)
        if _lost(labels, shown, IN_TALK):
            labels |= {a: _short(a) for a in labels if a.short}
            shown = _fitting(labels, width, between)
    ordered = sorted(shown, key=_place)
    return Content(" ") + Content(between).join([shown[action] for action in ordered])


def _lost(wanted: Iterable[Action], shown: Container[Action], rank: int) -> bool:
    """Whether a key up to this rank has found no room."""
    return any(_need(action) <= rank for action in wanted if action not in shown)


def _short(action: Action) -> Content:
    return _labelled(action, _(action.short))


def _fitting(labels: Mapping[Action, Content], width: int, between: str) -> dict[Action, Content]:
    room = width - 1 + len(between)
    chosen: dict[Action, Content] = {}
    for action, label in labels.items():
        if label.cell_length + len(between) <= room:
            room -= label.cell_length + len(between)
            chosen[action] = label
    return chosen


def _need(action: Action) -> int:
    if action.id in BEFORE_ALL:
        return -1
    return 0 if action.id in ALWAYS else action.rank


def _place(action: Action) -> int:
    first = shown_key(action)[1:]
    return int(first) if first.isdigit() else 99
