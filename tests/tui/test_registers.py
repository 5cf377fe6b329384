"""Open home visits, and records of people: corrected, merged, a merge undone."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ekc_console.client.link.errors import Refused
from ekc_console.tui.operator.screens.card import CardScreen
from ekc_console.tui.operator.screens.find import FindScreen
from ekc_console.tui.operator.screens.operator import OperatorScreen
from ekc_console.tui.operator.screens.person import PersonScreen
from ekc_console.tui.operator.screens.visits import VisitsScreen
from ekc_console.tui.shared.widgets.choices import Choices
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import card_work, messages
from ekc_console.wire.card_work import Person, PersonChange, VisitInfo, Visits
from ekc_console.wire.side_work import HomeVisit, PersonRecord
from ekc_console.wire.words import words
from tests.support.desk import CALL, HISTORY, NOW, PERSONS, ScriptedDesk
from tests.tui.steps import be_ready, commands, focused, press, settle, shown, talk

pytestmark = pytest.mark.long

replace = msgspec.structs.replace
SMALL, LARGE = (80, 24), (120, 40)
HOUR = 3600.0
WAITING = (
    ("Сидорова Елена Павловна", "Тюмень, Садовая, 5, кв. 12", 49),
    ("Ёлкин Пётр Ильич", "Тюмень, Республики, 143, корп. 2, подъезд 4, кв. 318", 25),
    ("Константинопольская Маргарита", "Ембаево, Новая, 1", 3),
)


def visit(index: int, name: str, address: str, hours: float) -> VisitInfo:
    return VisitInfo(
        visit=HomeVisit(
            at=NOW - hours * HOUR, card=f"card-v{index}", person=name, address=address,
            ordered_by="Петрова Мария",
        ),
        contact=replace(HISTORY[0], call=f"v{index}", card=f"card-v{index}"),
    )  # fmt: skip


VISITS = tuple(visit(index, *row) for index, row in enumerate(WAITING))


def serve(desk: ScriptedDesk, visits: tuple[VisitInfo, ...], total: int | None = None) -> None:
    desk.results[card_work.ListVisits] = Visits(
        visits=visits, total=len(visits) if total is None else total, overdue_s=24 * HOUR
    )


def marks(app: EkcApp) -> list[str]:
    return [row.cells[0] for row in app.screen.query_one("#visits", LineTable).rows]


def labels(app: EkcApp) -> list[str]:
    """Of the panel's choices."""
    choices = app.screen.query_one("Panel Choices", Choices).choices
    return [f"{choice.label} {choice.note}".strip() for choice in choices]


async def open_visits(pilot: Any) -> None:
    await be_ready(pilot)
    await press(pilot, "f3", "f3")
    assert isinstance(pilot.app.screen, VisitsScreen)


# -- home visits --------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_overdue_visits_are_marked(
    app: EkcApp, desk: ScriptedDesk, size: tuple[int, int]
) -> None:
    serve(desk, VISITS)
    async with app.run_test(size=size) as pilot:
        await open_visits(pilot)
        assert marks(app) == ["!", "!", ""]
        assert "открыто: 3, просрочено: 2" in shown(pilot, "#visits-note")
        assert focused(pilot) == "visits"
        assert "Садовая, 5, кв. 12" in shown(pilot, "#visits-more")
        await press(pilot, "down")
        assert "подъезд 4, кв. 318" in shown(pilot, "#visits-more")


@pytest.mark.long
async def test_a_visit_becomes_overdue_while_one_looks(app: EkcApp, desk: ScriptedDesk) -> None:
    serve(desk, VISITS)
    async with app.run_test() as pilot:
        await open_visits(pilot)
        desk.time += 22 * HOUR
        app._tick()
        await settle(pilot)
        assert marks(app) == ["!", "!", "!"]


@pytest.mark.long
async def test_the_list_of_visits_is_filtered_while_one_types(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    serve(desk, VISITS)
    async with app.run_test(size=SMALL) as pilot:
        await open_visits(pilot)
        serve(desk, VISITS[1:2])
        await press(pilot, "/", "елкин")
        assert focused(pilot) == "visits-text"
        assert commands(pilot, card_work.ListVisits)[-1].text == "елкин"
        assert len(marks(app)) == 1
        await press(pilot, "enter")
        assert focused(pilot) == "visits"
        serve(desk, ())
        await press(pilot, ".", "н")
        assert "сотрите лишнее" in app.screen.query_one("#visits", LineTable)._empty


async def test_a_visit_is_closed_from_the_list_with_its_result(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    serve(desk, VISITS)
    async with app.run_test() as pilot:
        await open_visits(pilot)
        await press(pilot, "down", "delete")
        assert labels(app) == ["Врач был", "Вызов отменён"]
        serve(desk, (VISITS[0], VISITS[2]))
        await press(pilot, "1", "был в 14:00", "enter")
        assert commands(pilot, card_work.CloseVisit) == [
            card_work.CloseVisit(card="card-v1", state="done", note="был в 14:00")
        ]
        assert "Вызов врача закрыт" in shown(pilot, "#message")
        assert marks(app) == ["!", ""]
        assert focused(pilot) == "visits"


@pytest.mark.long
async def test_a_visit_that_was_closed_meanwhile_is_told_and_goes(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    serve(desk, VISITS)
    async with app.run_test() as pilot:
        await open_visits(pilot)
        desk.refuse[card_work.CloseVisit] = Refused("wrong_state", "Его уже закрыли.")
        serve(desk, VISITS[1:])
        await press(pilot, "delete", "2", "enter")
        assert "Его уже закрыли." in shown(pilot, "#message")
        assert len(marks(app)) == 2


@pytest.mark.long
async def test_enter_opens_the_card_and_back_is_the_list(app: EkcApp, desk: ScriptedDesk) -> None:
    serve(desk, (replace(VISITS[0], contact=HISTORY[0]),))
    async with app.run_test() as pilot:
        await open_visits(pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, CardScreen)
        serve(desk, ())
        await press(pilot, "escape")
        assert isinstance(app.screen, VisitsScreen)
        assert "Открытых вызовов врача нет" in app.screen.query_one("#visits", LineTable)._empty
        assert shown(pilot, "#visits-note") == ""


@pytest.mark.long
async def test_of_very_many_visits_the_first_are_shown(app: EkcApp, desk: ScriptedDesk) -> None:
    many = tuple(visit(n, f"Имя {n}", f"Садовая, {n}", 10) for n in range(500))
    serve(desk, many, total=5000)
    async with app.run_test(size=SMALL) as pilot:
        await open_visits(pilot)
        assert "показаны первые 500 из 5000" in shown(pilot, "#visits-note")
        await press(pilot, "end")
        assert "Садовая, 499" in shown(pilot, "#visits-more")


@pytest.mark.long
async def test_a_list_that_cannot_be_read_says_why(app: EkcApp, desk: ScriptedDesk) -> None:
    desk.refuse[card_work.ListVisits] = Refused("server_busy", "Сервер занят.")
    async with app.run_test() as pilot:
        await open_visits(pilot)
        assert "Сервер занят." in shown(pilot, "#visits-note")


@pytest.mark.long
async def test_the_key_of_the_search_leads_to_the_visits_and_back(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    serve(desk, VISITS)
    async with app.run_test(size=SMALL) as pilot:
        await open_visits(pilot)
        await press(pilot, "f3")
        assert isinstance(app.screen, FindScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, OperatorScreen)
        app.perform("visit.list")
        await settle(pilot)
        assert isinstance(app.screen, VisitsScreen)


# -- records of people ----------------------------------------------------------------------

ELENA = replace(PERSONS[0], revision=3)
TWIN = PersonRecord(
    id=7, name="Сидорова Елена", birth_date="1985-03-21", oms="1234567890123452", contacts=2,
    revision=5,
)  # fmt: skip
RECORD = Person(
    record=ELENA,
    changes=(
        PersonChange(
            at=NOW - HOUR,
            agent_name="Орлова Нина",
            event="corrected",
            parts=(("birth_date", "", "1985-03-12"),),
        ),
        PersonChange(at=NOW - 90 * HOUR, agent_name="Петрова Мария", event="created"),
    ),
    may_correct=True,
)


async def open_record(pilot: Any, desk: ScriptedDesk, record: Person) -> None:
    """From the menu of whom an old card is about."""
    desk.old_card = replace(desk.old_card, person=record.record)
    desk.results[card_work.OpenPerson] = record
    await be_ready(pilot)
    await press(pilot, "f3", "down", "enter")
    pilot.app.perform("card.person")
    await settle(pilot)
    at = labels(pilot.app).index("Запись о человеке: исправить, кто что менял")
    await press(pilot, *["down"] * at, "enter")
    assert isinstance(pilot.app.screen, PersonScreen)


@pytest.mark.long
@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_record_says_who_has_changed_what(
    app: EkcApp, desk: ScriptedDesk, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await open_record(pilot, desk, RECORD)
        text = " ".join(shown(pilot, "#person-text").split())
        assert "Сидорова Елена Павловна" in text
        assert "Орлова Нина исправлено Дата рождения — → 12.03.1985" in text
        assert "Петрова Мария записан" in text


async def test_a_person_is_corrected(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await open_record(pilot, desk, RECORD)
        await press(pilot, "enter")
        assert labels(app) == [
            "ФИО Сидорова Елена Павловна", "Дата рождения 12.03.1985", "СНИЛС 112-233-445 95",
            "Полис ОМС",
        ]  # fmt: skip
        await press(pilot, "2", "ctrl+u", "никогда", "enter")
        assert not commands(pilot, card_work.CorrectPerson)
        fixed = replace(ELENA, birth_date="1985-03-13", revision=4)
        desk.results[card_work.CorrectPerson] = replace(RECORD, record=fixed)
        await press(pilot, "ctrl+u", "13.03.1985", "enter")
        assert commands(pilot, card_work.CorrectPerson) == [
            card_work.CorrectPerson(
                card="card-old-1", person=1, revision=3, fields={"birth_date": "13.03.1985"}
            )
        ]
        assert "Запись исправлена." in shown(pilot, "#message")
        assert "13.03.1985" in shown(pilot, "#person-text")
        await press(pilot, "escape")
        assert "Сидорова Елена Павловна, 13.03.1985" in shown(pilot, "#card-text")


@pytest.mark.long
async def test_a_refused_correction_says_why_and_shows_what_is_there_now(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await open_record(pilot, desk, RECORD)
        desk.refuse[card_work.CorrectPerson] = Refused("conflict", "Изменил: Орлова Нина.")
        desk.results[card_work.OpenPerson] = replace(
            RECORD, record=replace(ELENA, name="Сидорова Е")
        )
        await press(pilot, "enter", "1", "ctrl+u", "Иное Имя", "enter")
        assert "Изменил: Орлова Нина." in shown(pilot, "#message")
        assert "Сидорова Е\n" in shown(pilot, "#person-text")


@pytest.mark.long
async def test_who_may_not_correct_is_told_why(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await open_record(
            pilot,
            desk,
            replace(RECORD, may_correct=False, why_not=words("card.of_another")),
        )
        assert "только руководитель." in shown(pilot, "#person-text")
        await press(pilot, "enter")
        assert "только руководитель." in shown(pilot, "#message")


SUPERVISED = replace(RECORD, may_merge=True, duplicates=(TWIN,))


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_two_records_are_merged_value_by_value(
    app: EkcApp, desk: ScriptedDesk, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await open_record(pilot, desk, SUPERVISED)
        assert "Возможно, записан ещё раз" in shown(pilot, "#person-text")
        await press(pilot, "enter")
        assert labels(app)[4:] == [
            "Объединить Сидорова Елена, 21.03.1985", "Объединить с другой записью найти её",
        ]  # fmt: skip
        await press(pilot, "5")
        panel = app.screen.query_one("Panel")
        assert panel.border_title == "Что оставить: ФИО"
        await press(pilot, "1")
        assert app.screen.query_one("Panel").border_title == "Что оставить: Дата рождения"
        assert labels(app)[1].startswith("21.03.1985")
        await press(pilot, "2")
        assert not commands(pilot, card_work.MergePersons)
        desk.results[card_work.MergePersons] = replace(
            SUPERVISED,
            record=replace(ELENA, birth_date=TWIN.birth_date, oms=TWIN.oms, contacts=6),
            duplicates=(),
            merge=2,
            merged=TWIN.name,
        )
        await press(pilot, "right", "enter")
        assert commands(pilot, card_work.MergePersons) == [
            card_work.MergePersons(
                card="card-old-1", person=1, revision=3, other=7, other_revision=5,
                take=("oms", "birth_date"),
            )
        ]  # fmt: skip
        assert "Записи объединены" in shown(pilot, "#message")
        desk.results[card_work.UndoMerge] = SUPERVISED
        await press(pilot, "enter", "5", "right", "enter")
        assert commands(pilot, card_work.UndoMerge) == [
            card_work.UndoMerge(card="card-old-1", merge=2)
        ]
        assert "Объединение отменено." in shown(pilot, "#message")


async def test_the_safe_answer_merges_nothing(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await open_record(pilot, desk, SUPERVISED)
        await press(pilot, "enter", "5", "1", "1", "enter")
        assert isinstance(app.screen, PersonScreen)
        assert not commands(pilot, card_work.MergePersons)


@pytest.mark.long
async def test_another_record_to_merge_with_is_searched_for(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await open_record(pilot, desk, SUPERVISED)
        await press(pilot, "enter", "6", "никого", "enter")
        assert "Других записей" in shown(pilot, "#message")
        await press(pilot, "enter", "6", "иванова", "enter")
        assert labels(app) == ["Иванова Анна, 01.01.1990"]
        await press(pilot, "enter")
        assert app.screen.query_one("Panel").border_title == "Что оставить: ФИО"


@pytest.mark.long
async def test_a_card_about_nobody_has_no_record(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await talk(pilot)
        app.perform("person.open")
        await settle(pilot)
        assert "ни с кем не связана" in shown(pilot, "#message")
        assert isinstance(app.screen, OperatorScreen)


@pytest.mark.long
async def test_a_merge_elsewhere_is_seen_in_the_open_card(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await talk(pilot, caller=replace(CALL.caller, person=TWIN))
        call = desk.view.call
        assert call is not None
        desk.put(replace(call, caller=replace(call.caller, person=ELENA)))
        await settle(pilot)
        row = app.screen.query_one("#card-fields", LineTable).rows[0]
        assert row.cells[1] == "Сидорова Елена Павловна, 12.03.1985"
        await press(pilot, "f9")
        assert not commands(pilot, messages.SaveCard)  # the disposition is asked for as ever
