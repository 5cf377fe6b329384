from __future__ import annotations

from datetime import date

import pytest

from ekc_console.client.card.completion import completions, remark
from ekc_console.domain.scenario import Field, FieldType, Session, scenario_from_document
from ekc_console.wire.side_work import Caller, ClinicInfo, Directory, KnownValue
from tests.support.desk import SCENARIO
from tests.support.zones import MOSCOW

TODAY = date(2026, 11, 24)
CALLER = Caller(
    known=(
        KnownValue(type="person", value="Сидорова Елена Павловна"),
        KnownValue(type="person", value="Сидоров Пётр"),
        KnownValue(type="address", value="Тюмень, Садовая, 5, кв. 12"),
        KnownValue(type="snils", value="112-233-445 95"),
        KnownValue(type="clinic", value="Городская поликлиника № 1"),
    )
)
DIRECTORY = Directory(
    clinics=(
        ClinicInfo(title="Городская поликлиника № 1", address="Садовая, 12"),
        ClinicInfo(title="Детская поликлиника № 1", address="Школьная, 3", words=("ребёнок",)),
        ClinicInfo(title="Стоматологическая поликлиника", address="Мира, 21"),
    ),
    specialties=("кардиолог", "педиатр", "терапевт"),
)


def offered(type_: FieldType, typed: str) -> list[str]:
    scenario = scenario_from_document(SCENARIO)
    session = Session.start(
        scenario, 0.0, {"number": "+79000000012", "fio": "Иванов Пётр"}, zone=MOSCOW
    )
    field = Field("other", type_, "Поле")
    found = completions(
        field, typed, session=session, caller=CALLER, directory=DIRECTORY, today=TODAY
    )
    return [item.text for item in found]


@pytest.mark.parametrize(
    ("type_", "typed", "found"),
    [
        ("person", "", ["Иванов Пётр", "Сидорова Елена Павловна", "Сидоров Пётр"]),
        ("person", "сид петр", ["Сидоров Пётр"]),
        ("person", "Сидоров Пётр", []),
        ("address", "сад", ["Тюмень, Садовая, 5, кв. 12"]),
        ("phone", "", ["+7 900 000-00-12"]),
        ("phone", "0012", ["+7 900 000-00-12"]),
        ("snils", "112", ["112-233-445 95"]),
        ("oms", "", []),
        ("date", "", []),
        ("date", "зав", ["завтра"]),
        ("date", "пят", ["в пятницу"]),
        ("date", "в с", ["в среду", "в субботу"]),
        ("clinic", "", ["Городская поликлиника № 1"]),
        ("clinic", "ребенок", ["Детская поликлиника № 1"]),
        ("clinic", "стамат", ["Стоматологическая поликлиника"]),
        ("clinic", "школьн", ["Детская поликлиника № 1"]),
        ("clinic", "поликлиника 1", ["Городская поликлиника № 1", "Детская поликлиника № 1"]),
        ("clinic", "поликлиника 2", []),  # not № 1, and not that of the house 21
        ("specialty", "кар", ["кардиолог"]),
        ("specialty", "тирапевт", ["терапевт"]),
        ("text", "что", []),
    ],
)
def test_what_is_offered(type_: FieldType, typed: str, found: list[str]) -> None:
    assert offered(type_, typed) == found


@pytest.mark.parametrize(
    ("type_", "typed", "said"),
    [
        ("date", "завтра", "25.11.2026, среда"),
        ("date", "5 мая", "05.05.2027, среда"),
        ("date", "5 м", ""),
        ("date", "", ""),
        ("snils", "112-233", "ещё цифр: 5"),
        ("snils", "112-233-445 95", "номер верный"),
        ("snils", "112-233-445 96", "СНИЛС: контрольные цифры не сходятся, в номере ошибка."),
        ("clinic", "Городская поликлиника № 1", ""),
        ("clinic", "Медпункт", "нет в справочнике: запишется как есть"),
        ("specialty", "терапевт", ""),
        ("text", "что угодно", ""),
    ],
)
def test_what_is_said_while_typing(type_: FieldType, typed: str, said: str) -> None:
    assert remark(Field("f", type_, "Поле"), typed, TODAY, DIRECTORY) == said


@pytest.mark.parametrize(
    ("born", "said"),
    [
        ("12.03.1985", "12.03.1985, возраст: 41"),
        ("20.03.2025", "20.03.2025, возраст, месяцев: 20"),
        ("25.03.2025", "25.03.2025, возраст, месяцев: 19"),
        ("вчера", "23.11.2026, возраст, дней: 1"),
        ("завтра", ""),
    ],
)
def test_a_birth_date_echoes_the_age(born: str, said: str) -> None:
    field = Field("f", "date", "Дата рождения", when="birth")
    assert remark(field, born, TODAY, DIRECTORY) == said


def test_a_number_with_a_unit_is_shown_with_it() -> None:
    field = Field("f", "number", "Температура", unit="°C")
    assert remark(field, "38.5", TODAY, DIRECTORY) == "38,5 °C"
