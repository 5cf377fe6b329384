"""How values are written: codes of roles, numbers, states and causes; sizes, spans, moments."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ekc_console.client.words import alarms, zone
from ekc_console.client.words.settings import keys
from ekc_console.client.words.unreached import services
from ekc_console.domain.scenario.field_error import DATE_HOW
from ekc_console.domain.terms.dialling import NumberKind
from ekc_console.domain.terms.ids import Role
from ekc_console.domain.terms.rights import Workplace
from ekc_console.i18n import N_, _
from ekc_console.reports import kinds as report_kinds
from ekc_console.reports import periods
from ekc_console.wire.messages import AgentState

ROLES: Mapping[Role, str] = {
    "operator": N_("оператор"),
    "volunteer": N_("волонтёр"),
    "medic": N_("медик"),
    "supervisor": N_("руководитель"),
    "trainer": N_("наставник"),
    "trainee": N_("стажёр"),
    "author": N_("автор сценариев"),
    "analyst": N_("аналитик"),
    "clinic": N_("клиника"),
    "admin": N_("администратор"),
}
SCREENS: Mapping[Workplace, str] = {
    "operator": N_("Рабочее место оператора"),
    "supervisor": N_("Экран смены"),
    "admin": N_("Экран администратора"),
    "clinic": N_("Экран клиники"),
}
NUMBER_KINDS: Mapping[NumberKind, str] = {
    "mobile": N_("мобильный"),
    "fixed": N_("городской"),
    "toll_free": N_("бесплатный"),
    "emergency": N_("экстренный"),
    "short": N_("короткий"),
    "premium": N_("платный"),
    "satellite": N_("спутниковый"),
    "foreign": N_("зарубежный"),
    "malformed": N_("неполный"),
    "own": N_("номер самого центра"),
}
AGENT_STATES: Mapping[AgentState, str] = {
    "offline": N_("Не в смене"),
    "ready": N_("Готов"),
    "break": N_("Перерыв"),
    "offered": N_("Вызов"),
    "connecting": N_("Соединение"),
    "talking": N_("Разговор"),
    "dialing": N_("Набор номера"),
    "consulting": N_("Консультация"),
    "wrap_up": N_("Постобработка"),
    "not_responding": N_("Не отвечает"),
}
NOT_FREE = {
    "offline": N_("не работает"),
    "break": N_("на перерыве"),
    "wrap_up": N_("заполняет карточку"),
    "not_responding": N_("не отвечает"),
    "busy": N_("занят"),
    "no_line": N_("без линии"),
    "no_console": N_("без связи"),
}
NOT_TAKEN = {
    "busy": N_("занято"),
    "no_answer": N_("никто не снял трубку"),
    "rejected": N_("вызов отклонён"),
    "unreachable": N_("номер недоступен"),
    "moved": N_("номер переадресован"),
    "no_way": N_("линия связи не приняла вызов"),
    "failed": N_("вызов не удался"),
}
NOT_REACHED = {
    "no_answer": N_("никто не ответил"),
    "busy": N_("занято"),
    "moved": N_("номер переадресован на другой, по переадресации не звоним"),
    "no_way": N_("линия связи не приняла вызов"),
    "failed": N_("вызов не прошёл"),
}
CONSULT_ENDS = {
    "busy": N_("Второй участник занят."),
    "no_answer": N_("Второй участник не ответил."),
    "rejected": N_("Второй участник отклонил вызов."),
    "left": N_("Второй участник отключился."),
    "unreachable": N_("Второй участник недоступен."),
    "moved": N_("Номер второго участника переадресован на другой."),
    "no_way": N_("Линия связи не приняла вызов второму участнику."),
    "failed": N_("Соединить со вторым участником не удалось."),
    "caller_gone": N_("Абонент положил трубку: консультация закончена."),
    "engine": N_("Телефония отказала: консультация закончена."),
}
CALLER_PLACES = {
    "back": N_(" Абонент снова у вас."),
    "queued": N_(" Абонент стоит первым в очереди."),
}
"""After a consultation or a transfer that came to nothing."""
SUGGESTION_STATUSES = {
    "new": N_("новое"),
    "reviewed": N_("рассмотрено"),
    "accepted": N_("принято"),
    "declined": N_("отклонено"),
}
PLACES = {
    "switch": N_("управление вызовом"),
    "transfers": N_("переводы"),
    "listening": N_("прослушивание"),
    "screens": N_("экраны"),
    "recordings": N_("записи разговоров"),
    "opening hours": N_("часы работы"),
    "live updates": N_("экраны"),
    "views": N_("экраны"),
    "effect": N_("ход вызова"),
    "deadline": N_("сроки"),
    "core": N_("учёт вызовов"),
    "trouble told": N_("сообщения"),
    "set aside told": N_("сообщения"),
}
"""Of faults inside the server."""
DIRECTIONS = {"ahead": N_("вперёд"), "back": N_("назад")}
TRUNK_FAULTS = {"no_answer": N_("нет ответа на OPTIONS")}
"""Anything else is the trunk's own word, ``SIP 503``."""
NETWORK_SAID = {"timeout": N_("нет ответа")}
"""Why a call out ended; anything else is the network's own word, ``SIP 403``."""
DOCUMENTS = {"snils": N_("СНИЛС"), "oms": N_("Полис ОМС")}

Value = str | int | float


def _coded(texts: Mapping[str, str]) -> Callable[[Value], str]:
    """A code that is not known, of a newer server, is shown as it is."""
    return lambda value: _(texts.get(str(value), str(value)))


def _roles(value: Value) -> str:
    """``operator,supervisor``."""
    named = [_(ROLES.get(role, role)) for role in str(value).split(",") if role]  # type: ignore[call-overload]
    *others, last = named or [_("никто")]
    return _("{others} или {last}").format(others=", ".join(others), last=last) if others else last


def _free(names: Value) -> str:
    """Who could take a call at once."""
    return _("Свободны: {names}.").format(names=names) if names else _("Свободных сейчас нет.")


def _network(said: Value) -> str:
    """What the network said, in brackets; empty for nothing."""
    return f" ({_coded(NETWORK_SAID)(said)})" if said else ""


def size(mb: Value) -> str:
    """Of so many megabytes; less than none: not known."""
    amount = float(mb)
    if amount < 0:
        return _("неизвестно сколько")
    if amount < 1024:
        return _("{n} МБ").format(n=round(amount))
    return _("{n} ГБ").format(n=decimal(amount / 1024))


def decimal(number: float) -> str:
    """With three digits that count, and the comma or the point of the language."""
    return f"{number:.3g}".replace(".", _(","))


def long_span(seconds: Value) -> str:
    """``12 мин``, ``3 ч 05 мин``, ``2 дн 4 ч``."""
    hours, minutes = divmod(round(float(seconds) / 60), 60)
    if hours < 1:
        return _("{m} мин").format(m=minutes)
    if hours < 48:
        return _("{h} ч {m:02} мин").format(h=hours, m=minutes)
    return _("{d} дн {h} ч").format(d=hours // 24, h=hours % 24)


SHAPES: Mapping[str, Callable[[Value], str]] = {
    "talked_with": lambda name: _(" у {name}").format(name=name) if name else "",
    "colon": lambda value: f": {value}" if value else "",
    "roles": _roles,
    "role": _coded(dict(ROLES)),  # type: ignore[arg-type]
    "workplace": _coded(dict(SCREENS)),  # type: ignore[arg-type]
    "free": _free,
    "number_kind": _coded(dict(NUMBER_KINDS)),  # type: ignore[arg-type]
    "not_free": _coded(NOT_FREE),
    "not_taken": _coded(NOT_TAKEN),
    "not_reached": _coded(NOT_REACHED),
    "consult_end": _coded(CONSULT_ENDS),
    "caller_place": _coded(CALLER_PLACES),
    "suggestion_status": _coded(SUGGESTION_STATUSES),
    "place": _coded(PLACES),
    "direction": _coded(DIRECTIONS),
    "trunk_fault": _coded(TRUNK_FAULTS),
    "period_fault": _coded(dict(periods.FAULTS)),
    "report_kind": _coded(dict(report_kinds.TITLES)),
    "network": _network,
    "alarm_figure": _coded(dict(alarms.FIGURES)),
    "services": lambda tried: services(str(tried)),
    "document": _coded(DOCUMENTS),
    "date_how": _coded(DATE_HOW),
    "settings_keys": lambda named: keys.named(str(named)),
    "size": size,
    "long_span": long_span,
    "time": lambda at: zone.time_of_day(float(at)),
    "moment": lambda at: zone.moment(float(at)),
    "date": lambda at: zone.date(float(at)),
}
"""By what stands after the colon of a place to fill in: ``{at:time}``."""
