"""About listening to a talk."""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.i18n import N_

TEXTS: Mapping[str, str] = {
    "listening.one_of_two": N_("Назовите или вызов, или оператора."),
    "listening.no_talk": N_("Разговора нет: слушать нечего."),
    "listening.taken": N_("Этот разговор уже слушает {name}."),
    "listening.not_free": N_("Слушать можно, пока вы не на линии: сначала перерыв."),
    "listening.first": N_("Вы никого не слушаете: забрать можно вызов, который слушаете."),
    "listening.consultation": N_("Идёт консультация: забрать вызов можно после неё."),
    "listening.service_called": N_(
        "Оператор вызвал экстренную службу: вызов остаётся у него, чтобы она не потерялась. "
        "Помочь можно, войдя в разговор."
    ),
    "listening.handed_on": N_(
        "Вызов отдан на другой номер: забрать его можно, если он оттуда вернётся."
    ),
    "listening.nothing_to_take": N_("Разговора сейчас нет: забирать нечего."),
    "listening.call_over": N_("Разговор закончен: вы больше не слушаете."),
    "listening.line_down": N_("Ваша линия оборвалась: вы больше не слушаете, разговор идёт."),
    "listening.other_work": N_("Вы на линии: прослушивание закончено, разговор идёт."),
    "listening.other_team": N_(
        "Вызов ушёл в команду, которую ведёте не вы: вы больше не слушаете."
    ),
    "listening.failed": N_("Телефония не дала слушать: разговор идёт, попробуйте ещё раз."),
    "right.no_listen": N_("Вашей роли слушать разговоры нельзя."),
    "right.no_whisper": N_("Вашей роли подсказывать оператору голосом нельзя."),
    "right.no_barge": N_("Вашей роли входить в разговор нельзя."),
    "right.no_take_over": N_("Вашей роли забирать вызов нельзя."),
}
