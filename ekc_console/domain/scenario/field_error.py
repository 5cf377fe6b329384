"""What is wrong with a typed value, or with what a step is asked to do.

By a key and its values, so that it travels; here too are the words, which the voice menu's author
at the command line, the console and the server's log all need. A second line says how to mend it.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from ekc_console.errors import Value, WordsError, quoted
from ekc_console.i18n import N_, _

DATE_HOW: Mapping[str, str] = {
    "": N_(
        "Пишите день, месяц и год: 12.03.1985, 120385 или 12 марта 1985; близкие дни — словом: "
        "завтра, в пятницу, 5 мая, через 3 дня."
    ),
    "past": N_(
        "Нужен день не позже сегодняшнего: вчера, с понедельника, 3 дня назад, 5 мая или "
        "12.03.2025."
    ),
    "future": N_("Нужен день не раньше сегодняшнего: завтра, в пятницу, через 3 дня, 5 мая."),
    "birth": N_("Пишите день, месяц и год рождения: 12.03.1985, 120385 или 12 марта 1985."),
}
"""How a date is written, by the side of today that it lies on."""

TEXTS: Mapping[str, str] = {
    "field.empty": N_("Значение не указано.\nВведите его."),
    "field.required": N_("«{label}»: обязательное поле.\nВведите значение."),
    "field.not_canonical": N_("«{label}»: значение записано не так, как хранится.\nВведите его."),
    "field.unknown": N_("Поля «{label}» в сценарии нет.\nНачните сценарий заново."),
    "field.control_characters": N_("В значении есть управляющие знаки.\nНаберите его заново."),
    "field.too_long": N_("Слишком длинный текст: {length} знаков.\nСократите до {most} знаков."),
    "field.not_a_name": N_(
        "«{text}» не похоже на часть имени.\n"
        "Пишите фамилию, имя и отчество буквами: Иванова Анна Петровна."
    ),
    "field.name_too_long": N_(
        "Слишком длинное имя.\nПишите фамилию, имя и отчество буквами: Иванова Анна Петровна."
    ),
    "field.not_an_address": N_(
        "«{text}» мало для адреса.\n"
        "Укажите населённый пункт, улицу, дом и квартиру: Тюмень, Садовая, 5, кв. 12."
    ),
    "field.no_house": N_(
        "«{text}»: нет номера дома.\n"
        "Спросите ещё раз и допишите дом. Номера нет — напишите «ориентир» и по чему найти: "
        "Ембаево, Новая, ориентир: синий забор у магазина."
    ),
    "field.phone_digits_only": N_(
        "«{text}»: в номере телефона могут быть только цифры.\n"
        "Пишите номер с кодом: +7 912 345-67-89 или 8 (3452) 12-34-56."
    ),
    "field.not_a_phone": N_(
        "«{text}» не похоже на номер телефона.\n"
        "Пишите номер с кодом: +7 912 345-67-89 или 8 (3452) 12-34-56."
    ),
    "field.phone_too_short": N_(
        "Номер «{text}»: не хватает цифр или кода города.\n"
        "Пишите номер с кодом: +7 912 345-67-89 или 8 (3452) 12-34-56."
    ),
    "field.phone_too_long": N_(
        "Номер «{text}»: лишние цифры.\n"
        "Пишите номер с кодом: +7 912 345-67-89 или 8 (3452) 12-34-56."
    ),
    "field.phone_no_country": N_(
        "Номер «{text}»: нет такого кода страны.\n"
        "Пишите номер с кодом: +7 912 345-67-89 или 8 (3452) 12-34-56."
    ),
    "field.phone_no_code": N_(
        "Номера «{text}» быть не может: нет такого кода.\n"
        "Пишите номер с кодом: +7 912 345-67-89 или 8 (3452) 12-34-56."
    ),
    "field.snils_digits_only": N_(
        "СНИЛС: могут быть только цифры.\nПишите 11 цифр с карточки: 112-233-445 95."
    ),
    "field.snils_count": N_(
        "СНИЛС: цифр {length}, а должно быть {wanted}.\nПишите 11 цифр с карточки: 112-233-445 95."
    ),
    "field.snils_wrong": N_(
        "СНИЛС: контрольные цифры не сходятся, в номере ошибка.\n"
        "Пишите 11 цифр с карточки: 112-233-445 95."
    ),
    "field.oms_digits_only": N_(
        "Полис ОМС: могут быть только цифры.\n"
        "Пишите 16 цифр с полиса. Полис старого образца внесите в примечание."
    ),
    "field.oms_count": N_(
        "Полис ОМС: цифр {length}, а должно быть {wanted}.\n"
        "Пишите 16 цифр с полиса. Полис старого образца внесите в примечание."
    ),
    "field.oms_wrong": N_(
        "Полис ОМС: контрольная цифра не сходится, в номере ошибка.\n"
        "Пишите 16 цифр с полиса. Полис старого образца внесите в примечание."
    ),
    "field.not_a_number": N_("«{text}» не число.\nПишите цифрами, дробь через запятую: 38,5."),
    "field.below": N_("«{label}»: {value} — слишком мало.\nНапишите число от {min}{unit}."),
    "field.below_range": N_(
        "«{label}»: {value} — слишком мало.\nНапишите число от {min} до {max}{unit}."
    ),
    "field.above": N_("«{label}»: {value} — слишком много.\nНапишите число до {max}{unit}."),
    "field.above_range": N_(
        "«{label}»: {value} — слишком много.\nНапишите число от {min} до {max}{unit}."
    ),
    "field.not_yes_or_no": N_("«{text}»: нужен ответ да или нет.\nНапишите да (1) или нет (2)."),
    "field.not_in_list": N_("«{text}» нет в списке.\nМожно: {known}."),
    "field.no_such_answer": N_("«{text}»: такого ответа нет.\nМожно: {known}."),
    "field.not_a_date": N_("«{text}» не похоже на дату.\n{how:date_how}"),
    "field.no_such_date": N_("Даты «{text}» в календаре нет.\n{how:date_how}"),
    "field.no_such_month": N_("Месяца «{text}» нет.\n{how:date_how}"),
    "field.date_without_year": N_("«{text}»: не хватает года.\n{how:date_how}"),
    "field.no_such_time": N_(
        "Время «{text}» не понято.\nНапишите «через час», «в 18:30» или «завтра утром»."
    ),
    "field.date_ahead": N_("{day} ещё не наступило.\n{how:date_how}"),
    "field.date_over": N_("{day} уже прошло.\n{how:date_how}"),
    "field.date_too_old": N_("{day} слишком давно.\nПроверьте год."),
    "field.date_too_far": N_("{day} слишком далеко.\nПроверьте год."),
    "step.other_version": N_(
        "Карточка заполнена по другой версии сценария «{title}».\n"
        "Откройте её со сценарием {scenario} версии {version}."
    ),
    "step.damaged": N_("Сохранённый ход сценария «{title}» повреждён.\nНачните сценарий заново."),
    "step.checks_in_a_circle": N_(
        "Сценарий «{title}»: проверки ходят по кругу через «{step}».\nИсправьте then и else."
    ),
    "step.asks_nothing": N_("На этом шаге отвечать не на что.\nПерейдите дальше."),
    "step.answer_first": N_("Сначала нужен ответ.\nОтветьте на вопрос шага."),
    "step.last": N_("Сценарий на этом шаге кончается.\nВыберите итог и сохраните."),
    "step.not_skipped": N_("Этот шаг пропустить нельзя.\nОтветьте или перейдите дальше."),
    "step.no_way": N_("С этого шага нет пути к «{step}»."),
    "step.medics": N_("Так отвечает только медик.\nСпросите медика, пока абонент на линии."),
    "step.first": N_("Это первый шаг."),
    "step.not_seen": N_("На этом шаге ещё не были.\nПерейти можно к пройденным шагам."),
    "step.no_such_field": N_("Поля «{field}» в сценарии нет."),
}


class _Fault(WordsError):
    def __init__(self, key: str, /, **values: Value) -> None:
        super().__init__(key, **values)
        shown = {**values, "text": quoted(str(values.get("text", "")))}
        text = _Filler().vformat(_(TEXTS[key]), (), shown)
        self.message, _newline, self.remedy = text.partition("\n")

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class FieldError(_Fault):
    """The value cannot be used."""


class SessionError(_Fault):
    """The step does not allow what was asked."""


class _Filler(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        return _(DATE_HOW[value]) if format_spec == "date_how" else str(value)
