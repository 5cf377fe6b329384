"""What the fields of the shipped scripts take and do without."""

from __future__ import annotations

import pytest

from ekc_console.domain.scenario import FieldError
from tests.unit.domain.scenario_data import SHIPPED, TODAY, scenarios

SCRIPTS = scenarios(SHIPPED)
NUMBERS = sorted(
    (name, field)
    for name, script in SCRIPTS.items()
    for field, shape in script.fields.items()
    if shape.type == "number"
)


@pytest.mark.parametrize(("script", "name"), NUMBERS)
def test_a_number_has_its_range_and_its_unit(script: str, name: str) -> None:
    field = SCRIPTS[script].fields[name]
    assert field.unit
    for text in ("-1", "999"):
        with pytest.raises(FieldError):
            field.parse(text, TODAY)


@pytest.mark.parametrize("script", ["home_visit", "vaccination"])
def test_a_temperature_of_45_is_refused(script: str) -> None:
    field = SCRIPTS[script].fields["temperature"]
    assert field.parse("39", TODAY)
    with pytest.raises(FieldError):
        field.parse("45", TODAY)


@pytest.mark.parametrize("name", ["address", "settlement", "landmark", "region"])
def test_where_an_ambulance_is_to_go_is_not_skipped(name: str) -> None:
    assert SCRIPTS["emergency"].fields[name].required


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_name_of_who_calls_is_not_that_of_whom_it_is_about(name: str) -> None:
    people = [field for field in SCRIPTS[name].fields.values() if field.type == "person"]
    assert all(field.caller is (field.name == "caller") for field in people)


def test_no_doctor_is_sent_to_an_address_without_a_house_and_an_ambulance_is_not_kept() -> None:
    with pytest.raises(FieldError, match="нет номера дома"):
        SCRIPTS["home_visit"].fields["address"].parse("Тюмень, Садовая", TODAY)
    assert SCRIPTS["emergency"].fields["address"].parse("Тюмень, Садовая", TODAY)


@pytest.mark.parametrize(
    "name", [n for n, script in SCRIPTS.items() if "no_signs" in script.fields]
)
def test_that_there_is_no_threat_is_not_read_aloud_as_one(name: str) -> None:
    field = SCRIPTS[name].fields["no_signs"]
    shown = {code: f"{field.label}: {field.show(code)}" for code in ("yes", "no")}
    assert shown["yes"] == "Об угрозе спрошено: признаков нет"
    assert shown["no"] == "Об угрозе спрошено: есть признак"
