"""The first line: the shift, the age of what is shown, what works; and words for empty tables."""

from __future__ import annotations

from textual.content import Content

from ekc_console.client.link.watched import Watched
from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.i18n import _
from ekc_console.tui.shared import wording
from ekc_console.tui.supervisor.present import words

STALE_S = 10.0
"""What is older must not be taken for the centre as it is."""
_BAD = "bold $text-error on $error-muted"
_WARN = "bold $text-warning on $warning-muted"
Part = tuple[str, str]


def is_stale(age_s: float | None) -> bool:
    return age_s is not None and age_s > STALE_S


def line(desk: SupervisorDesk, width: int, now: float) -> Content:
    """What is wrong is marked and comes first; the counts give way when there is no room."""
    watched = desk.watched
    word = _("Смена").upper()
    state = Content.assemble((f" {word} ", "bold reverse"))
    clock = Content(wording.time_of_day(now))
    health = _health(desk, watched)
    room = width - sum(part.cell_length for part in (state, clock, health)) - 6
    about = words.whole_parts(_about(desk, watched), room - 2)
    named = Content(f"  {about}" if about else "")
    used = sum(part.cell_length for part in (state, named, health, clock)) + 4
    gap = Content(" " * max(1, width - used))
    return Content("").join([state, named, gap, health, "   ", clock, " "])


def _about(desk: SupervisorDesk, watched: Watched) -> list[str]:
    parts = [desk.view.me.name if desk.view.me else ""]
    if watched.at is not None:
        parts += [
            _("очередей {n}").format(n=len(watched.queues)),
            _("людей {n}").format(n=len(watched.people)),
        ]
    return parts


def _health(desk: SupervisorDesk, watched: Watched) -> Content:
    parts = [_age(desk.age_s()), _link(desk)]
    if desk.link.state == "online":  # nothing is known of the telephony without the server
        parts += [_engine(watched), *_trunks(watched)]
    parts.sort(key=lambda part: not part[1])
    shown = [
        Content.assemble((f" {text} ", style) if style else (text, "")) for text, style in parts
    ]
    return Content(" · ").join(shown)


def _age(age_s: float | None) -> Part:
    if age_s is None:
        return _("данных ещё нет"), _WARN
    text = wording.span(age_s) if age_s >= 60 else _("{n} с").format(n=int(age_s))
    if is_stale(age_s):
        return _("ДАННЫЕ УСТАРЕЛИ: {time}").format(time=text), _BAD
    return _("данные {time}").format(time=text), ""


def _link(desk: SupervisorDesk) -> Part:
    return (_("связь есть"), "") if desk.link.state == "online" else (_("нет связи"), _BAD)


def _engine(watched: Watched) -> Part:
    return {
        "up": (_("АТС есть"), ""),
        "out_of_sight": (_("АТС не видна"), _WARN),
        "down": (_("АТС не работает"), _BAD),
    }[watched.centre.engine]


def _trunks(watched: Watched) -> list[Part]:
    trunks = watched.centre.trunks
    if not trunks:
        return []
    up = sum(state == "up" for state in trunks.values())
    text = _("транки {up} из {all}").format(up=up, all=len(trunks))
    return [(text, "" if up == len(trunks) else _WARN)]


def no_queues(watched: Watched) -> str:
    if watched.at is None:
        return loading()
    return _("Очередей нет: добавьте их в раздел queues файла настроек и примените: ekc config.")


def no_people(watched: Watched) -> str:
    if watched.at is None:
        return loading()
    return _("На смене никого: вызовы некому принять. Операторы входят командой ekc operator.")


def no_calls(watched: Watched) -> str:
    if watched.at is None:
        return loading()
    if watched.centre.engine != "up":
        return _("Вызовов нет: телефония не работает. Подробности — в «Важном».")
    if watched.queues and all(queue.closed for queue in watched.queues.values()):
        return _("Вызовов нет: все очереди закрыты.")
    return _("Вызовов нет.")


def nothing_important(watched: Watched) -> str:
    return loading() if watched.at is None else _("Ничего не требует внимания.")


def loading() -> str:
    return _("Данные загружаются…")
