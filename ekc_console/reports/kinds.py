"""What people call the kinds that calls are told apart by, and those values that are codes."""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.i18n import N_, _

TITLES: Mapping[str, str] = {
    "queue": N_("Очередь"),
    "topic": N_("Тема"),
    "agent": N_("Оператор"),
    "team": N_("Команда"),
    "called": N_("Набранный номер"),
    "trunk": N_("Линия связи"),
    "direction": N_("Направление"),
    "outcome": N_("Чем кончилось"),
    "clinic": N_("Клиника"),
    "disposition": N_("Итог"),
}
_NONE: Mapping[str, str] = {
    "queue": N_("без очереди"),
    "topic": N_("без темы"),
    "agent": N_("без оператора"),
    "team": N_("без команды"),
    "called": N_("номер неизвестен"),
    "trunk": N_("линия неизвестна"),
    "clinic": N_("без клиники"),
    "disposition": N_("без итога"),
}
DIRECTIONS: Mapping[str, str] = {"in": N_("входящие"), "out": N_("исходящие")}
OUTCOMES: Mapping[str, str] = {
    "answered": N_("отвечен"),
    "abandoned_menu": N_("потерян в меню"),
    "abandoned_queue": N_("потерян в очереди"),
    "short_abandoned": N_("сразу положил трубку"),
    "served_by_menu": N_("обслужен в меню"),
    "flowed_out": N_("снят без разговора"),
    "forwarded": N_("переведён на внешний номер"),
    "refused": N_("не принят"),
    "no_answer": N_("не ответил"),
    "busy": N_("занято"),
    "moved": N_("номер переадресован"),
    "no_way": N_("нет исходящей связи"),
    "failed": N_("не соединён"),
    "cancelled": N_("отменён"),
    "cut": N_("связь прервалась"),
}
EVERY: Mapping[str, str] = {
    "half_hour": N_("полчаса"),
    "hour": N_("час"),
    "day": N_("день"),
    "week": N_("неделя"),
    "month": N_("месяц"),
}


def said(by: str, key: str, title: str = "", gone: bool = False) -> str:
    """A value as people know it; ``title``: the centre's word for it."""
    if not key:
        return _(_NONE.get(by, ""))
    if gone:
        return _("{id} (нет в настройках)").format(id=key)
    codes = {"direction": DIRECTIONS, "outcome": OUTCOMES}.get(by, {})
    return title or (_(codes[key]) if key in codes else key)
