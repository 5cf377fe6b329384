"""What is said of alarms over the telephone: in general words, of no caller and of no person."""

from __future__ import annotations

from collections.abc import Iterable

from ekc_console.domain.terms.alarm_limits import Figure
from ekc_console.server.services.prompts import Prompt

MOST = 3
"""Alarms that are named; of the others it is said that there are more."""
KEY = "1"
"""By which somebody says to see to them."""
BEGIN = Prompt("Говорит контакт-центр. За сменой никто не наблюдает.", "alarm_begin")
MORE = Prompt("Есть и другие события.", "alarm_more")
ASK = Prompt("Чтобы принять, нажмите один.", "alarm_ask")
THANKS = Prompt("Принято. Спасибо.", "alarm_thanks")
_OF_QUEUE = "Очередь «{title}». {what}"
_WHAT: dict[Figure, str] = {
    "waiting": "Слишком много ждущих.",
    "wait_s": "Ждут слишком долго.",
    "level": "Принятых вовремя слишком мало.",
    "ready": "Не хватает готовых операторов.",
    "abandoned": "Слишком много потерянных вызовов.",
    "talk_s": "У сотрудника слишком долгий разговор.",
    "wrap_up_s": "У сотрудника слишком долгая постобработка.",
    "break_s": "У сотрудника слишком долгий перерыв.",
    "not_responding_s": "Сотрудник не отвечает на вызовы.",
    "idle_s": "Сотрудник долго без вызовов.",
}


def announcement(things: Iterable[tuple[Figure, str]]) -> list[Prompt]:
    """Of each its figure, and the queue's title; empty: it is a person's."""
    named = list(dict.fromkeys(_sentence(figure, queue) for figure, queue in things))
    more = [MORE] if len(named) > MOST else []
    return [BEGIN, *map(Prompt, named[:MOST]), *more, ASK]


def _sentence(figure: Figure, queue: str) -> str:
    what = _WHAT[figure]
    return _OF_QUEUE.format(title=queue, what=what) if queue else what
