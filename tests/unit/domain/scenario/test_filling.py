"""A field that nobody asked for leaves no gap in a text."""

from __future__ import annotations

import pytest

from ekc_console.domain.scenario.filling import fill

ORDER = (
    "Оформите вызов: {fio}, {born}, {address}, жалобы: {complaint}, температура {fever}, "
    "телефон {phone}. Впишите номер вызова."
)


@pytest.mark.parametrize(
    ("text", "known", "filled"),
    [
        (ORDER, {"fio": "Иванова", "address": "Тюмень", "complaint": "кашель", "phone": "+7"},
         "Оформите вызов: Иванова, Тюмень, жалобы: кашель, телефон +7. Впишите номер вызова."),
        (ORDER, {"born": "1.1", "fever": "38"},
         "Оформите вызов: 1.1, температура 38. Впишите номер вызова."),
        (ORDER, {"born": "1.1", "complaint": "кашель"},
         "Оформите вызов: 1.1, жалобы: кашель. Впишите номер вызова."),
        (ORDER, {}, "Впишите номер вызова."),
        ("Организация: {clinic}. Вопрос: {details}.", {"details": "часы"}, "Вопрос: часы."),
        ("Найдите: {who}, {clinic}. Запишите пациента ({fio}, {born}).", {"who": "хирург"},
         "Найдите: хирург. Запишите пациента."),
        ("Запишите пациента ({fio}, {born}).", {"born": "1.1"}, "Запишите пациента (1.1)."),
        ("Передано, ждите звонка по номеру {phone}. Спасибо!", {}, "Передано. Спасибо!"),
        ("{fio}, добрый день.", {}, "Добрый день."),
        ("Вопрос: {kind}, {town}: {details}.", {"kind": "жильё", "details": "кран"},
         "Вопрос: жильё: кран."),
        ("Вы записаны: {visit}. Возьмите паспорт.", {}, "Возьмите паспорт."),
        ("{x}", {}, ""),
        ("Адрес, дом 5, кв. 2. Верно?", {}, "Адрес, дом 5, кв. 2. Верно?"),
        ("{a} {b}!", {"b": "да"}, "Да!"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_left_out_with_the_words_around_it(
    text: str, known: dict[str, str], filled: str
) -> None:
    assert fill(text, lambda name: known.get(name, "")) == filled


def test_what_is_known_stands_where_it_stood() -> None:
    names = ("fio", "born", "address", "complaint", "fever", "phone")
    assert fill(ORDER, lambda name: name) == ORDER.replace("{", "").replace("}", "")
    assert all(name in fill(ORDER, lambda name: name) for name in names)
