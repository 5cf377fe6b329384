"""What the figures of a report are called, and the formula of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ekc_console.i18n import N_


@dataclass(frozen=True, slots=True)
class FigureWords:
    title: str
    short: str
    """For the head of a column."""
    formula: str


WORDS: Mapping[str, FigureWords] = {
    "calls": FigureWords(N_("Вызовов всего"), N_("Всего"), N_("все вызовы, входящие и исходящие")),
    "offered": FigureWords(
        N_("Поступило в очередь"), N_("Пост."), N_("отвечено + потеряно + ушло иначе")
    ),
    "answered": FigureWords(
        N_("Отвечено"), N_("Отв."), N_("входящие через очередь, с которыми оператор поговорил")
    ),
    "abandoned": FigureWords(
        N_("Потеряно"), N_("Пот."), N_("абонент положил трубку в очереди; короткие входят")
    ),
    "short_abandoned": FigureWords(
        N_("Коротких потерь"),
        N_("Кор."),
        N_("потеряно раньше порога короткой потери своей очереди (short_abandon_s)"),
    ),
    "flowed_out": FigureWords(
        N_("Ушло иначе"),
        N_("Иначе"),
        N_("из очереди без разговора не по воле абонента: обратный вызов, внешний номер, сбой"),
    ),
    "level": FigureWords(
        N_("Уровень обслуживания"),
        N_("Уров."),
        N_("отвечено в срок / (поступило − короткие потери); срок — service_level_s очереди"),
    ),
    "level_of_answered": FigureWords(
        N_("Уровень от отвеченных"), N_("Ур.отв."), N_("отвечено в срок / отвечено")
    ),
    "level_with_abandons": FigureWords(
        N_("Уровень с ранними потерями"),
        N_("Ур.рп."),
        N_("(отвечено в срок + потеряно в срок) / (отвечено + потеряно)"),
    ),
    "level_of_offered": FigureWords(
        N_("Уровень от поступивших"), N_("Ур.пост."), N_("отвечено в срок / поступило")
    ),
    "abandonment": FigureWords(N_("Доля потерь"), N_("Потери"), N_("потеряно / поступило")),
    "abandonment_without_short": FigureWords(
        N_("Доля потерь без коротких"),
        N_("Пот.бк."),
        N_("(потеряно − короткие) / (поступило − короткие)"),
    ),
    "asa": FigureWords(
        N_("Среднее ожидание ответа"),
        N_("Ожид."),
        N_("сумма ожиданий отвеченных / отвечено; от первой очереди до начала разговора"),
    ),
    "longest_wait": FigureWords(
        N_("Самое долгое ожидание"),
        N_("Макс."),
        N_("наибольшее ожидание в очереди, чем бы ни кончилось"),
    ),
    "handled": FigureWords(
        N_("Обработано"), N_("Обр."), N_("законченные вызовы с разговором, входящие и исходящие")
    ),
    "aht": FigureWords(
        N_("Среднее время обработки"),
        N_("AHT"),
        N_("(разговор + удержание + постобработка) / обработано"),
    ),
    "talk": FigureWords(N_("Средний разговор"), N_("Разг."), N_("разговор / обработано")),
    "held": FigureWords(N_("Среднее удержание"), N_("Удерж."), N_("удержание / обработано")),
    "wrap_up": FigureWords(
        N_("Средняя постобработка"), N_("Постобр."), N_("постобработка / обработано")
    ),
    "outgoing": FigureWords(
        N_("Исходящих"), N_("Исх."), N_("набрано операторами и обратным вызовом")
    ),
    "outgoing_answered": FigureWords(
        N_("Исходящих с разговором"), N_("Исх.разг."), N_("исходящие, в которых оператор поговорил")
    ),
    "menu_served": FigureWords(
        N_("Обслужено меню"),
        N_("Меню"),
        N_("входящие, которые сценарий довёл до конца без очереди"),
    ),
    "menu_left": FigureWords(
        N_("Не вышли из меню"), N_("Не вышли"), N_("абонент положил трубку раньше очереди")
    ),
}
"""By ``Figure.id`` of ``domain.insight.tally``."""
