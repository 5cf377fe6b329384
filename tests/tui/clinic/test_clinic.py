"""The screen of a clinic's desk: its visits, its cards, and nothing of what others do."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ekc_console.client.clinic_lists import AGAIN_S
from ekc_console.client.link.errors import Refused
from ekc_console.tui.clinic.face import ClinicFace
from ekc_console.tui.clinic.screen import ClinicScreen
from ekc_console.tui.operator.screens.card import CardScreen
from ekc_console.tui.operator.screens.operator import OperatorScreen
from ekc_console.tui.shared.widgets.choices import Choices
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import card_work, messages
from ekc_console.wire.words import words
from tests.support.clinic import LATER, VISITS, ScriptedClinic
from tests.support.desk import ME, ScriptedDesk
from tests.tui.steps import commands, log_in, press, settle, shown

SMALL, LARGE = (80, 24), (120, 40)


def marks(app: EkcApp) -> list[tuple[str, str]]:
    """Mark and person of each visit."""
    return [row.cells[0:3:2] for row in app.screen.query_one("#clinic-visits", LineTable).rows]  # type: ignore[misc]


def keys(app: EkcApp) -> list[str]:
    return [row.key for row in app.screen.query_one("#clinic-visits", LineTable).rows]


async def test_a_clinic_that_logs_in_sees_its_visits_and_cards_and_no_operators_screen(
    app: EkcApp,
) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await log_in(pilot)
        assert isinstance(app.screen, ClinicScreen)
        assert [mark for mark, _who in marks(app)] == ["", "!", "!"]
        assert keys(app) == ["card-v2", "card-v1", "card-v0"]
        title = app.screen.pane("visits").border_title
        assert title is not None
        assert "открыто: 3, просрочено: 2" in str(title)
        assert len(app.screen.query_one("#clinic-cards", LineTable).rows) == 2
        assert "КЛИНИКА" in shown(pilot, "#title")
        bar = shown(pilot, "#keys")
        assert "Найти" in bar
        for strange in ("Готов", "Набрать", "Перерыв", "Помощь", "Ответы", "Поиск", "Медик"):
            assert strange not in bar
        await press(pilot, "f5", "f4", "f2")
        assert "вызов" not in shown(pilot, "#message").casefold()


async def test_what_is_not_a_clinics_is_neither_offered_nor_explained(app: EkcApp) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await log_in(pilot)
        await press(pilot, "ctrl+o")
        choices = app.screen.query_one("Panel Choices", Choices).choices
        offered = {choice.value for choice in choices}
        assert "clinic.find" in offered
        assert "visit.close" in offered
        strange = ("call.", "state.", "script.", "messages.", "help.", "callback.", "watch.")
        assert not [name for name in offered if name.startswith(strange)]
        await press(pilot, "escape", "f1")
        assert "вызовы врача" in shown(pilot, "#help-text").casefold()
        await press(pilot, "перевести")
        assert "F4" not in shown(pilot, "#help-text")


async def test_a_visit_is_closed_with_its_result_and_the_list_read_again(
    app: EkcApp, desk: ScriptedClinic
) -> None:
    async with app.run_test(size=SMALL) as pilot:
        await log_in(pilot)
        desk.open_visits = VISITS[:2]
        await press(pilot, "delete", "1", "был в 12", "enter")
        (order,) = commands(pilot, card_work.CloseVisit)
        assert (order.card, order.state, order.note) == ("card-v2", "done", "был в 12")
        assert "закрыт" in shown(pilot, "#message")
        assert keys(app) == ["card-v1", "card-v0"]


async def test_a_visit_closed_in_its_card_is_gone_from_the_list_on_the_way_back(
    app: EkcApp, desk: ScriptedClinic
) -> None:
    async with app.run_test(size=SMALL) as pilot:
        await log_in(pilot)
        await press(pilot, "enter")
        desk.open_visits = VISITS[:2]
        await press(pilot, "escape")
        assert keys(app) == ["card-v1", "card-v0"]


@pytest.mark.long
async def test_a_visit_that_somebody_has_closed_is_told_and_goes(
    app: EkcApp, desk: ScriptedClinic
) -> None:
    desk.refuse[card_work.CloseVisit] = Refused("wrong_state", words("visit.not_open"))
    async with app.run_test(size=SMALL) as pilot:
        await log_in(pilot)
        desk.open_visits = VISITS[:2]
        await press(pilot, "delete", "2", "enter")
        assert shown(pilot, "#message")
        assert keys(app) == ["card-v1", "card-v0"]


async def test_a_visit_that_comes_is_marked_as_new_and_heard_until_it_is_opened(
    app: EkcApp, desk: ScriptedClinic
) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await log_in(pilot)
        desk.open_visits = (*VISITS, LATER)
        desk.time += AGAIN_S
        app._tick()
        await settle(pilot)
        assert marks(app)[0] == ("+", "Уткина Зоя")
        assert "Новых вызовов врача: 1" in shown(pilot, "#message")
        spoken = app.face.sentences(app)  # type: ignore[arg-type]
        assert "Уткина Зоя" in spoken["visit card-v9"]
        assert "просрочен" in spoken["visit card-v0"]
        await press(pilot, "home", "enter")
        assert isinstance(app.screen, CardScreen)
        await press(pilot, "escape")
        assert marks(app)[0] == ("", "Уткина Зоя")


@pytest.mark.long
async def test_visits_are_narrowed_by_words_and_the_cards_searched_at_the_server(
    app: EkcApp,
) -> None:
    async with app.run_test(size=SMALL) as pilot:
        await log_in(pilot)
        for typed, left in (
            ("елкин", ["card-v1"]),
            ("садовая 5", ["card-v0"]),
            ("550102", ["card-v1"]),
        ):
            await press(pilot, "/", "home", "ctrl+k", typed, "enter")
            assert keys(app) == left
        await press(pilot, "/", "home", "ctrl+k", "enter")
        assert len(keys(app)) == len(VISITS)
        await press(pilot, "tab", "/", "уткина", "enter")
        assert commands(pilot, messages.FindContacts)[-1].text == "уткина"
        await press(pilot, "enter")
        assert isinstance(app.screen, CardScreen)
        await press(pilot, "f1")
        assert "исправить" not in shown(pilot, "#help-text").casefold()


@pytest.mark.long
async def test_an_empty_list_says_that_a_new_one_will_come(
    app: EkcApp, desk: ScriptedClinic
) -> None:
    desk.open_visits, desk.found = (), ()
    async with app.run_test(size=SMALL) as pilot:
        await log_in(pilot)
        assert (
            "Новый появится здесь сам" in app.screen.query_one("#clinic-visits", LineTable)._empty
        )
        assert "ещё не было" in app.screen.query_one("#clinic-cards", LineTable)._empty
        await press(pilot, "delete", "enter")
        assert isinstance(app.screen, ClinicScreen)


@pytest.mark.long
async def test_lists_that_cannot_be_read_say_so_and_old_ones_are_marked(
    app: EkcApp, desk: ScriptedClinic
) -> None:
    desk.refuse[card_work.ListVisits] = Refused("not_allowed", words("right.other_queues"))
    async with app.run_test(size=SMALL) as pilot:
        await log_in(pilot)
        assert "R — ещё раз" in app.screen.query_one("#clinic-visits", LineTable)._empty
        desk.refuse.clear()
        await press(pilot, "r")
        assert len(keys(app)) == len(VISITS)
        desk.set_link("connecting", "")
        desk.time += 200
        app._tick()
        await settle(pilot)
        assert app.screen.has_class("-stale")


@pytest.mark.long
async def test_who_becomes_an_operator_again_gets_the_operators_screen(
    app: EkcApp, desk: ScriptedClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await log_in(pilot)
        desk.set_link("offline", "Сеанс закончен")
        await settle(pilot)
        await press(pilot, "f2")
        desk.person = ME
        monkeypatch.setattr(ScriptedClinic, "log_in", ScriptedDesk.log_in)
        await log_in(pilot)
        assert isinstance(app.screen, OperatorScreen)
        await press(pilot, "f2")
        assert commands(pilot, messages.GoReady)


@pytest.mark.long
async def test_another_role_at_the_clinics_screen_is_told_where_to_go(tmp_path: Path) -> None:
    desk = ScriptedDesk(tmp_path)
    app = EkcApp(desk, server="127.0.0.1", state_dir=tmp_path, face=ClinicFace(desk))
    async with app.run_test(size=SMALL) as pilot:
        await log_in(pilot)
        assert "ekc operator" in shown(pilot, "#message")


@pytest.mark.long
async def test_a_desk_of_several_clinics_sees_whose_a_row_is_and_chooses_one(
    app: EkcApp, desk: ScriptedClinic
) -> None:
    named = (("Поликлиника № 1", VISITS[0]), ("Поликлиника № 2", VISITS[1]))
    desk.open_visits = tuple(
        msgspec.structs.replace(one, contact=msgspec.structs.replace(one.contact, clinic=clinic))
        for clinic, one in named
    )
    desk.clinics = tuple(clinic for clinic, _visit in named)
    async with app.run_test(size=LARGE) as pilot:
        await log_in(pilot)
        table = app.screen.query_one("#clinic-visits", LineTable)
        assert [row.cells[4] for row in table.rows] == ["Поликлиника № 2", "Поликлиника № 1"]
        assert "C Клиника" in shown(pilot, "#keys")
        await press(pilot, "c", "2")
        assert keys(app) == ["card-v1"]
        assert "Поликлиника № 2" in str(app.screen.pane("visits").border_subtitle)  # type: ignore[attr-defined]
        assert not app.screen.query_one("#clinic-cards", LineTable).rows
        assert commands(pilot, messages.FindContacts)[-1].clinic == "Поликлиника № 2"
        await press(pilot, "c", "0")
        assert len(keys(app)) == 2


@pytest.mark.long
async def test_no_key_of_the_desk_is_silent(app: EkcApp, desk: ScriptedClinic) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await log_in(pilot)
        for key, said in (
            ("n", "N здесь ничего не делает"),
            ("c", "выбирать не из чего"),
            ("q", "Q здесь ничего не делает"),
        ):
            await press(pilot, key)
            assert said in shown(pilot, "#message"), key
        await press(pilot, "tab", "delete")
        assert "Delete закрывает вызов врача" in shown(pilot, "#message")
        desk.open_visits = ()
        await press(pilot, "tab", "r", "delete")
        assert "Вызова врача, который ждёт ответа, здесь нет" in shown(pilot, "#message")
