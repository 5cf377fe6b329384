"""A card of an earlier contact: read, mended, linked to a person; home visits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from ekc_console.client.link.errors import Refused
from ekc_console.tui.operator.screens.card import CardScreen
from ekc_console.tui.operator.screens.operator import OperatorScreen
from ekc_console.tui.shared.widgets.choices import Choices
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import card_work, messages
from ekc_console.wire.side_work import HomeVisit, PersonRecord
from ekc_console.wire.words import words
from tests.support.desk import CALL, HISTORY, NOW, ScriptedDesk
from tests.tui.steps import TALK, be_ready, commands, focused, log_in, press, settle, shown, talk

pytestmark = pytest.mark.long

replace = msgspec.structs.replace
SMALL, LARGE = (80, 24), (120, 40)


async def open_card(pilot: Any) -> None:
    """From the own contacts of the day."""
    await be_ready(pilot)
    await press(pilot, "f3", "down", "enter")
    assert isinstance(pilot.app.screen, CardScreen)


def labels(app: EkcApp) -> list[str]:
    """Of the panel's choices."""
    return [choice.label for choice in app.screen.query_one("Panel Choices", Choices).choices]


def joined(pilot: Any) -> str:
    """The card's text without its line ends."""
    return " ".join(shown(pilot, "#card-text").split())


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_an_old_card_is_mended_and_saved(app: EkcApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await open_card(pilot)
        text = shown(pilot, "#card-text")
        assert "Внесён в лист ожидания" in text
        assert "Записан → Внесён в лист ожидания" in text
        assert "Орлова Нина" in text
        await press(pilot, "enter")
        assert labels(app)[:4] == ["Итог", "Примечание", "Человек", "Врач на дом"]
        await press(pilot, "5", "ctrl+u", "1", "enter")
        assert "не похоже на часть имени" in shown(pilot, "#prompt-note")
        await press(pilot, "ctrl+u", "петрова елена", "enter")
        assert "* Петрова Елена" in shown(pilot, "#card-text")
        await press(pilot, "enter", "1", "1")
        await press(pilot, "enter", "2", "space", "д", "а", "tab")
        assert "терапевта. да" in shown(pilot, "#card-text")
        assert not commands(pilot, card_work.EditCard)
        await press(pilot, "f9")
        assert commands(pilot, card_work.EditCard) == [
            card_work.EditCard(
                card="card-old-1",
                revision=4,
                fields={"fio": "Петрова Елена"},
                note="Просила перезвонить, когда появится время у терапевта. да",
                disposition="booked",
                edit=4,
            )
        ]
        assert "Карточка сохранена" in shown(pilot, "#message")
        assert "*" not in shown(pilot, "#card-text")


async def test_changes_are_taken_back(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await open_card(pilot)
        await press(pilot, "enter", "1", "1", "enter")
        assert labels(app)[-1] == "Отменить изменения"
        await press(pilot, "end", "enter")
        assert "*" not in shown(pilot, "#card-text")
        await press(pilot, "f9")
        assert not commands(pilot, card_work.EditCard)


async def test_a_call_in_between_costs_no_work(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await open_card(pilot)
        await press(pilot, "enter", "1", "1")
        desk.put(CALL)
        await settle(pilot)
        await press(pilot, "f5")
        assert isinstance(app.screen, OperatorScreen)
        desk.put(TALK)
        await settle(pilot)
        await press(pilot, "f3", "down", "enter")
        assert "* Записан" in shown(pilot, "#card-text")
        assert labels(app) == ["Продолжить", "Отбросить"]
        await press(pilot, "escape", "escape")
        assert "не сохранена" in shown(pilot, "#message")


@pytest.mark.long
async def test_somebody_elses_change_is_told_and_shown(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await open_card(pilot)
        await press(pilot, "enter", "1", "1")
        desk.old_card = replace(desk.old_card, note="Перезвонила сама.", revision=5)
        desk.refuse[card_work.EditCard] = Refused(
            "conflict", "Карточку тем временем изменили: Орлова."
        )
        await press(pilot, "f9")
        assert "Орлова" in shown(pilot, "#message")
        assert "Перезвонила сама." in shown(pilot, "#card-text")
        assert "* Записан" in shown(pilot, "#card-text")
        del desk.refuse[card_work.EditCard]
        await press(pilot, "f9")
        assert commands(pilot, card_work.EditCard)[-1].revision == 5


def another_console(desk: ScriptedDesk, state_dir: Path) -> EkcApp:
    """After a kill: the same server, the same disk, nothing of the old console's memory."""
    again = ScriptedDesk(state_dir)
    again.edits, again.old_card = desk.edits, desk.old_card
    return EkcApp(again, server="http://127.0.0.1:8122", state_dir=state_dir)


@pytest.mark.long
async def test_the_next_console_offers_what_was_not_saved(
    app: EkcApp, desk: ScriptedDesk, tmp_path: Path
) -> None:
    async with app.run_test(size=SMALL) as pilot:
        await open_card(pilot)
        await press(pilot, "enter", "5", "ctrl+u", "петрова елена", "enter")
        assert desk.edits["card-old-1"].fields == {"fio": "Петрова Елена"}
    app = another_console(desk, tmp_path)
    async with app.run_test(size=SMALL) as pilot:
        await log_in(pilot)
        assert "Несохранённых правок карточек: 1" in shown(pilot, "#message")
        assert labels(app) == ["11.03 10:24, Запись к врачу, +7 912 000-00-17"]
        await press(pilot, "1")
        panel = app.screen.query_one("Panel")
        assert panel.border_title == "Есть несохранённая правка от 10:24"
        assert labels(app) == ["Продолжить", "Отбросить"]
        assert "* Петрова Елена (в карточке: Сидорова Елена Павловна)" in joined(pilot)
        await press(pilot, "enter", "f9")
        assert commands(pilot, card_work.EditCard)[0].fields == {"fio": "Петрова Елена"}
        await press(pilot, "escape")
        app.perform("card.edits")
        await settle(pilot)
        assert "Несохранённых правок нет" in shown(pilot, "#message")


@pytest.mark.long
async def test_what_was_not_saved_is_dropped(
    app: EkcApp, desk: ScriptedDesk, tmp_path: Path
) -> None:
    async with app.run_test() as pilot:
        await open_card(pilot)
        await press(pilot, "enter", "1", "1", "escape")
        app.perform("card.edits")
        await settle(pilot)
        await press(pilot, "1", "2")
        assert "*" not in shown(pilot, "#card-text")
        assert desk.edits["card-old-1"].empty
        await press(pilot, "f9")
        assert not commands(pilot, card_work.EditCard)


@pytest.mark.long
async def test_somebody_has_saved_the_card_meanwhile(
    app: EkcApp, desk: ScriptedDesk, tmp_path: Path
) -> None:
    async with app.run_test() as pilot:
        await open_card(pilot)
        await press(pilot, "enter", "2", "space", "д", "а", "tab")
    desk.old_card = replace(desk.old_card, note="Перезвонила сама.", revision=5)
    app = another_console(desk, tmp_path)
    async with app.run_test() as pilot:
        await log_in(pilot)
        await press(pilot, "1")
        told = "Карточку тем временем изменили: Орлова Нина, 09:24"
        assert told in shown(pilot, "#message")
        text = shown(pilot, "#card-text")
        assert told in text
        assert "терапевта. да" in text
        assert "в карточке: Перезвонила сама." in text
        await press(pilot, "1")
        assert told not in shown(pilot, "#card-text")
        await press(pilot, "f9")
        assert commands(pilot, card_work.EditCard)[0].revision == 5


@pytest.mark.long
async def test_a_call_is_not_covered_by_the_list_of_unsaved_edits(
    desk: ScriptedDesk, tmp_path: Path
) -> None:
    desk.edits["card-old-1"] = card_work.UnsavedEdit(
        card="card-old-1", revision=2, base=4, at=NOW - 60, note="другое"
    )
    app = another_console(desk, tmp_path)
    async with app.run_test() as pilot:
        await settle(pilot)
        app.desk.view.apply(messages.Snapshot(seq=1, entities=(CALL,)))
        app.cards.offer_edits(tuple(desk._edit_infos()))
        await settle(pilot)
        assert not app.screen.query("Panel")


async def test_a_card_that_may_not_be_mended_says_why(app: EkcApp, desk: ScriptedDesk) -> None:
    desk.old_card = replace(
        desk.old_card, may_edit=False, may_link=False, visit=None, why_not=words("card.of_another")
    )
    async with app.run_test() as pilot:
        await open_card(pilot)
        assert "только руководитель." in shown(pilot, "#card-text")
        await press(pilot, "enter")
        assert "только руководитель." in shown(pilot, "#message")
        assert not app.screen.query("Panel")


# -- people ---------------------------------------------------------------------------


@pytest.mark.long
async def test_the_card_of_the_call_is_linked_to_somebody_known(app: EkcApp) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await talk(pilot)
        app.screen.query_one("#card-fields", LineTable).focus()
        await press(pilot, "enter")
        assert labels(app)[0] == "Сидорова Елена Павловна, 12.03.1985"
        await press(pilot, "enter")
        assert commands(pilot, card_work.LinkPerson) == [
            card_work.LinkPerson(card="card-1", person=1)
        ]
        assert "Сидорова Елена" in shown(pilot, "#message")
        row = app.screen.query_one("#card-fields", LineTable).rows[0]
        assert row.cells == ("Человек", "Сидорова Елена Павловна, 12.03.1985")
        assert focused(pilot) == "card-fields"


@pytest.mark.long
async def test_the_person_in_the_fields_is_recorded(app: EkcApp) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await talk(pilot)
        await press(pilot, "1", "иванов олег", "enter", "120385", "enter")
        app.perform("card.person")
        await settle(pilot)
        assert labels(app)[-1] == "Записать из карточки: Иванов Олег, 12.03.1985"
        await press(pilot, "up", "enter")
        assert commands(pilot, card_work.AddPerson) == [
            card_work.AddPerson(card="card-1", name="Иванов Олег", birth_date="1985-03-12")
        ]


@pytest.mark.long
async def test_a_person_is_searched_for_or_recorded_by_hand(app: EkcApp) -> None:
    async with app.run_test(size=SMALL) as pilot:
        await open_card(pilot)
        app.perform("card.person")
        await settle(pilot)
        await press(pilot, "ива")
        assert labels(app) == ["Искать «ива» во всей картотеке", "Записать нового: ива"]
        await press(pilot, "enter")
        assert labels(app) == ["Иванова Анна, 01.01.1990", "Записать нового: ива"]
        await press(pilot, "ольга", "down", "enter", "01.02.1999", "enter")
        assert commands(pilot, card_work.AddPerson) == [
            card_work.AddPerson(card="card-old-1", name="ольга", birth_date="01.02.1999")
        ]
        assert "ольга" in shown(pilot, "#card-text")
        app.perform("card.person")
        await settle(pilot)
        assert labels(app)[-1] == "Убрать связь с человеком"
        await press(pilot, "up", "enter")
        assert commands(pilot, card_work.LinkPerson)[-1].person == 0


# -- the caller's pane -------------------------------------------------------------------


@pytest.mark.long
async def test_the_caller_pane_knows_people_and_visits(app: EkcApp, desk: ScriptedDesk) -> None:
    visits = tuple(
        HomeVisit(at=NOW - 3600 * n, card=f"card-v{n}", person=name, address="Садовая, 5")
        for n, name in enumerate(("Сидоров Пётр", "Сидорова Елена"), start=1)
    )
    known = replace(
        CALL.caller,
        home_visits=visits,
        persons=(
            PersonRecord(id=1, name="Сидорова Елена Павловна"),
            PersonRecord(id=2, name="Сидоров Пётр Ильич"),
        ),
    )
    async with app.run_test(size=SMALL) as pilot:
        await talk(pilot, caller=known)
        await press(pilot, "ctrl+n")
        facts = shown(pilot, "#caller-facts")
        assert "также: Сидоров Пётр Ильич" in facts.replace("\n", " ").replace("  ", "")
        assert "Врач вызван" in facts
        assert "Петрова Мария" in shown(pilot, "#history-more")
        assert "Delete закрыть вызов врача" in shown(pilot, "#history-title")
        await press(pilot, "delete", "2", "1", "был в 14:00", "enter")
        assert commands(pilot, card_work.CloseVisit) == [
            card_work.CloseVisit(card="card-v2", state="done", note="был в 14:00")
        ]
        assert "Вызов врача закрыт" in shown(pilot, "#message")


@pytest.mark.long
async def test_a_visit_is_closed_from_its_card(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await open_card(pilot)
        await press(pilot, "enter", "4", "2", "enter")
        assert commands(pilot, card_work.CloseVisit) == [
            card_work.CloseVisit(card="card-old-1", state="cancelled", note="")
        ]
        assert len(commands(pilot, messages.OpenCard)) == 2


@pytest.mark.long
async def test_a_linked_person_is_named_with_the_birth_date(app: EkcApp) -> None:
    person = PersonRecord(id=1, name="Сидорова Елена Павловна", birth_date="1985-03-12")
    async with app.run_test(size=SMALL) as pilot:
        await talk(pilot, caller=replace(CALL.caller, person=person))
        await press(pilot, "ctrl+n")
        assert "Сидорова Елена Павловна, 12.03.1985" in shown(pilot, "#caller-facts")


@pytest.mark.long
async def test_the_own_contacts_of_the_day_open_the_search(app: EkcApp, desk: ScriptedDesk) -> None:
    desk.own = (replace(HISTORY[0], at=NOW - 600),)
    async with app.run_test() as pilot:
        await be_ready(pilot)
        await press(pilot, "f3")
        assert "Ваши обращения сегодня: 1" in shown(pilot, "#find-note")
        assert focused(pilot) == "find-text"
        desk.own = ()
        await press(pilot, "escape", "f3")
        table = app.screen.query_one("#found", LineTable)
        assert "ещё не было" in table._empty
