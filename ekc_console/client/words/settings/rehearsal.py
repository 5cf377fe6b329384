"""What a rehearsal of settings says, in words that claim no more than its intervals."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor

from ekc_console.i18n import N_, _
from ekc_console.wire.centre.rehearsal import Figure, RehearsedFigure

TEXTS: Mapping[str, str] = {
    "rehearsal.running": N_("Репетиция уже идёт ({name}).\nДождитесь её конца."),
    "rehearsal.minutes": N_("Минут — от {least} до {most}, а не {number}."),
    "rehearsal.seeds": N_("Прогонов — от {least} до {most}, а не {number}."),
    "rehearsal.people": N_("Людей — от {least} до {most}, а не {number}."),
    "rehearsal.other_people": N_("Людей на смене: сейчас {now}, с новыми настройками {then}."),
    "rehearsal.short": N_(
        "Наблюдение короткое: звонков {calls} за {span:long_span}. Сколько их придёт, известно с"
        " точностью ±{error} %, и интервалы разницы этого не считают: повторите позже."
    ),
    "rehearsal.no_calls": N_(
        "Ни одного звонка в изменённых очередях: {queues}. Что в них станет, репетиция не знает."
    ),
    "rehearsal.calls_of_day": N_(
        "За последние полчаса не звонил никто: звонки взяты за сутки, поровну на каждый час."
    ),
    "rehearsal.calls": N_("За сутки не звонил никто: взято по 10 звонков в час на очередь."),
    "rehearsal.talk": N_("Разговоров за сутки меньше 20: взято 3 минуты в среднем."),
    "rehearsal.wrap_up": N_("Обработка после разговора взята по 30 секунд в среднем."),
    "rehearsal.patience": N_("Сдавшихся за сутки меньше 10: терпение взято 2 минуты в среднем."),
    "rehearsal.answers": N_(
        "Предложений за сутки меньше 20: взято, что на каждое отвечают через 3 секунды."
    ),
    "rehearsal.not_counted": N_(
        "Этого репетиция не считает, и разницы от этого не покажет: {keys:settings_keys}."
    ),
    "rehearsal.hopeful": N_(
        "Новых перерывов и обратных вызовов в прогонах нет: «сейчас» и «станет» чуть лучше, чем"
        " будет на деле, верить — разнице."
    ),
    "rehearsal.nobody": N_("На смене сейчас никого нет: звонки принять некому."),
    "rehearsal.queue_gone": N_("Очереди «{queue}» не станет: её звонки не в счёт."),
    "rehearsal.queue_new": N_("Очередь «{queue}» новая: звонков в неё ещё не было."),
    "rehearsal.scenarios": N_("Изменения меню и сценариев не репетируются, только настройки."),
    "rehearsal.at_restart": N_(
        "Не репетируется, вступит в силу после перезапуска: {keys:settings_keys}."
    ),
}
FIGURES: Mapping[Figure, str] = {
    "wait_s": N_("ожидание, среднее"),
    "wait_p95_s": N_("ожидание, 95 из 100"),
    "level": N_("уровень"),
    "abandoned": N_("сдались"),
    "served": N_("приняты"),
    "occupancy": N_("занятость людей"),
}
_MORE: Mapping[Figure, str] = {
    "wait_s": N_("ждать будут на {span} дольше"),
    "wait_p95_s": N_("самые долгие: на {span} дольше"),
    "level": N_("уровень выше на {span}"),
    "abandoned": N_("сдавшихся больше на {span}"),
    "served": N_("принятых больше на {span}"),
    "occupancy": N_("люди заняты больше на {span}"),
}
_LESS: Mapping[Figure, str] = {
    "wait_s": N_("ждать будут на {span} меньше"),
    "wait_p95_s": N_("самые долгие: на {span} меньше"),
    "level": N_("уровень ниже на {span}"),
    "abandoned": N_("сдавшихся меньше на {span}"),
    "served": N_("принятых меньше на {span}"),
    "occupancy": N_("люди заняты меньше на {span}"),
}


def value(figure: Figure, number: float | None) -> str:
    """One figure of one variant; ``—`` where there is none."""
    if number is None:
        return "—"
    return _seconds(round(number)) if _in_seconds(figure) else _percent(round(number * 100))


def difference(told: RehearsedFigure) -> str:
    """What the change does: no more than the interval holds, whose ends are rounded outwards."""
    if told.low is None or told.high is None:
        return _("сравнить не по чему")
    if told.low == told.high == 0:
        return _("разницы нет ни в одном прогоне")
    if told.low <= 0 <= told.high:
        low, high = _outwards(told.figure, told.low, told.high)
        return _("разницы не видно: от {low} до {high}").format(
            low=_signed(low), high=_unit(told.figure, _signed(high))
        )
    if told.low > 0:
        least, most = _outwards(told.figure, told.low, told.high)
        text = _MORE[told.figure]
    else:
        least, most = _outwards(told.figure, -told.high, -told.low)
        text = _LESS[told.figure]
    return _(text).format(span=_unit(told.figure, f"{least}–{most}"))


def cells(told: RehearsedFigure) -> tuple[str, str, str, str]:
    """What it is, now, then, and the difference."""
    before, after = value(told.figure, told.before), value(told.figure, told.after)
    return _(FIGURES[told.figure]), before, after, difference(told)


def _outwards(figure: Figure, low: float, high: float) -> tuple[int, int]:
    """In whole seconds, or points of a hundred, of which no share can change by more."""
    if _in_seconds(figure):
        return floor(low), ceil(high)
    return max(-100, floor(low * 100)), min(100, ceil(high * 100))


def _in_seconds(figure: Figure) -> bool:
    return figure in ("wait_s", "wait_p95_s")


def _unit(figure: Figure, number: str) -> str:
    return (_("{n} с") if _in_seconds(figure) else _("{n} п. п.")).format(n=number)


def _signed(number: int) -> str:
    return f"+{number}" if number > 0 else str(number).replace("-", "−")


def _seconds(number: int) -> str:
    return _("{n} с").format(n=number)


def _percent(number: int) -> str:
    return _("{n} %").format(n=number)
