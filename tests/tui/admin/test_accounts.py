"""Accounts kept by key: found, invited, changed, shut; asked before anybody is shut out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from ekc_console.client import admin_desk
from ekc_console.client.link.errors import Refused
from ekc_console.tui.admin.screens.account import AccountScreen
from ekc_console.tui.admin.screens.codes import CodesScreen
from ekc_console.tui.admin.screens.table import TableScreen
from ekc_console.tui.shared.widgets.choices import Choices
from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.confirm import Confirm
from ekc_console.wire.admin import account_work
from ekc_console.wire.words import words
from tests.support.admin import ACCOUNTS, ScriptedAdmin, account
from tests.support.desk import CODE
from tests.tui.steps import commands, log_in, press, shown, until

pytestmark = pytest.mark.long

SIZE = (120, 40)
LEFT = ("enter",) * 3
"""Queues, teams and skills of who is invited left as they are usual."""


async def begin(pilot: Pilot[Any], *keys: str) -> None:
    await log_in(pilot)
    await press(pilot, *keys)


def listed(app: EkcApp) -> list[str]:
    return [row.key for row in app.screen.query_one(LazyTable).rows]


async def test_what_is_changed_elsewhere_is_shown_by_itself(
    app: EkcApp, desk: ScriptedAdmin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_desk, "AGAIN_S", 0.01)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "end")
        table = app.screen.query_one(LazyTable)
        chosen = table.selected_key
        desk.accounts = (account("aaron", "Аарон А.", "operator"), *ACCOUNTS)
        await until(pilot, lambda: "aaron" in listed(app))
        assert table.selected_key == chosen, "the cursor stays on whom it was"


async def test_all_are_listed_and_words_narrow_them(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        assert set(listed(app)) == {account.login for account in ACCOUNTS}
        for typed, left in (
            ("волонт приглаш", {"vera"}),
            ("утро", {"anna", "boris", "sonya"}),
            ("закрыта", {"egor"}),
            ("истекла", {"galya"}),
            ("открыта", {"anna", "boris", "chief", "sonya"}),
            ("без пароля", {"vera", "mila"}),
            ("english", {"anna"}),
        ):
            await press(pilot, "/", "home", "ctrl+k", typed, "enter")
            assert set(listed(app)) == left
        await press(pilot, "/", "home", "ctrl+k", "enter")
        assert len(listed(app)) == len(ACCOUNTS)


async def test_the_order_goes_around(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        assert listed(app)[0] == "anna"
        await press(pilot, "y", "y", "y")
        assert "по последнему входу" in shown(pilot, "#message")
        assert listed(app)[0] == "chief"
        assert listed(app)[-1] in ("mila", "vera")


async def test_one_is_opened(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "enter")
        assert isinstance(app.screen, AccountScreen)
        facts = shown(pilot, "#account-facts")
        for told in ("anna", "Вакцинация (2-я ступень)", "english=4", "Утро", "без срока"):
            assert told in facts
        assert "E Изменить" in shown(pilot, "#keys")
        await press(pilot, "escape")
        assert not isinstance(app.screen, AccountScreen)


async def test_an_invited_person_has_a_code_that_is_shown_once(
    app: EkcApp, desk: ScriptedAdmin
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "n", "oleg", "enter", "Олег Тих", "enter", "2", *LEFT)
        (order,) = commands(pilot, account_work.InviteAccount)
        assert (order.login, order.name, order.role) == ("oleg", "Олег Тих", "volunteer")
        assert isinstance(app.screen, CodesScreen)
        assert CODE in str(app.screen.query_one(LineTable).rows)
        assert "заведена" in shown(pilot, "#message")
        await press(pilot, "escape")
        assert not isinstance(app.screen, CodesScreen)


async def test_queues_teams_and_skills_of_who_is_invited_are_chosen_from_what_there_is(
    app: EkcApp,
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "n", "oleg", "enter", "Олег Тих", "enter", "1")
        panel = app.screen.query_one(Choices)
        assert [choice.label for choice in panel.choices] == [
            "Готово: 2 из 2", "● Запись к врачу", "● Вакцинация",
        ]  # fmt: skip
        await press(pilot, "down", "down", "enter", "enter", "home", "enter")  # second tier, out
        await press(pilot, "down", "enter", "home", "enter", "english=4", "enter")
        (order,) = commands(pilot, account_work.InviteAccount)
        assert (order.queues, order.teams, order.skills) == (
            ("main",),
            ("morning",),
            ("english=4",),
        )


async def test_who_is_invited_with_no_queue_chosen_gets_none_and_it_is_said_before(
    app: EkcApp,
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "n", "oleg", "enter", "Олег Тих", "enter", "1")
        await press(pilot, "down", "enter", "enter", "down", "enter", "enter")
        done, *_queues = app.screen.query_one(Choices).choices
        assert done.label == "Готово: 0 из 2"
        assert done.note == "без очередей не будет получать вызовов"
        await press(pilot, "home", "enter", "enter", "enter")
        (order,) = commands(pilot, account_work.InviteAccount)
        assert order.queues == ()


async def test_the_desk_of_a_clinic_is_asked_for_its_clinics_and_refused_without(
    app: EkcApp,
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "n", "desk", "enter", "Пост", "enter", "9", "enter")
        assert "без неё не видно" in shown(pilot, "#prompt-note")
        await press(pilot, "city_99", "enter")
        assert "Нет клиники «city_99»; есть: city_1, city_2" in shown(pilot, "#prompt-note")
        assert not commands(pilot, account_work.InviteAccount)
        await press(pilot, "home", "ctrl+k", "city_2 city_1", "enter")
        (order,) = commands(pilot, account_work.InviteAccount)
        assert (order.role, order.clinics) == ("clinic", ("city_2", "city_1"))


async def test_who_becomes_the_desk_of_a_clinic_is_told_of_which(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "e", "2", "9", "right", "enter", "enter")
        assert "без неё не видно" in shown(pilot, "#prompt-note")
        await press(pilot, "city_1", "enter")
        (order,) = commands(pilot, account_work.ChangeAccount)
        assert order == account_work.ChangeAccount(login="anna", role="clinic", clinics=("city_1",))


async def test_other_clinics_are_given_to_the_desk_that_has_some(
    app: EkcApp, desk: ScriptedAdmin
) -> None:
    desk.accounts = (account("desk", "Пост", "clinic", clinics=("city_1",)),)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "enter")
        assert "Городская поликлиника № 1" in shown(pilot, "#account-facts")
        await press(pilot, "escape", "e", "5", "home", "ctrl+k", "city_2", "enter")
        (order,) = commands(pilot, account_work.ChangeAccount)
        assert order == account_work.ChangeAccount(login="desk", clinics=("city_2",))


async def test_a_role_that_takes_clinics_away_says_which_before_it_does(
    app: EkcApp, desk: ScriptedAdmin
) -> None:
    desk.accounts = (account("desk", "Пост", "clinic", clinics=("city_1",)),)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "e", "2", "1")
        assert isinstance(app.screen, Confirm)
        asked = str(app.screen.query_one("#confirm-consequence", Static).content)
        assert "Клиники снимутся: Городская поликлиника № 1." in asked
        await press(pilot, "right", "enter")
        (order,) = commands(pilot, account_work.ChangeAccount)
        assert order == account_work.ChangeAccount(login="desk", role="operator", sure=True)


async def test_a_login_that_is_there_is_told_before_the_name_is_typed(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "n", "anna", "enter")
        assert "уже есть" in shown(pilot, "#prompt-note")
        assert not commands(pilot, account_work.InviteAccount)


async def test_a_bad_login_is_told_at_the_field_and_what_was_typed_stays(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "n", "Олег", "enter")
        assert "Олег" in shown(pilot, "#prompt-note")
        field = app.screen.query_one(Input)
        assert field.value == "Олег"
        await press(pilot, "home", "ctrl+k", "o")
        assert "Олег" not in shown(pilot, "#prompt-note")
        await press(pilot, "enter")
        assert "«o»" in shown(pilot, "#prompt-note")
        await press(pilot, "leg", "enter")
        await press(pilot, "Олег\u202eТих", "enter")
        assert app.screen.query_one("#prompt-note").has_class("-error")
        await press(pilot, "home", "ctrl+k", "Олег Тих", "enter", "2", *LEFT)
        (order,) = commands(pilot, account_work.InviteAccount)
        assert (order.login, order.name) == ("oleg", "Олег Тих")


@pytest.mark.long
@pytest.mark.parametrize(
    ("keys", "changed"),
    [
        (("1", "home", "ctrl+k", "Анна Ива", "enter"), {"name": "Анна Ива"}),
        (("3", "down", "enter", "home", "enter"), {"queues": ("main=2", "vacc=2")}),
        (("3", "down", "enter", "enter", "home", "enter"), {"queues": ("vacc=2",)}),
        (
            ("6", "down", "enter", "down", "enter", "home", "enter"),
            {"teams": ("morning", "evening")},
        ),
        (("4", "home", "ctrl+k", "дети, english=2", "enter"), {"skills": ("дети", "english=2")}),
        (("4", "home", "ctrl+k", "enter"), {"skills": ()}),
        (("5", "2026-12-31", "enter"), {"until": "2026-12-31"}),
        (("2", "3", "right", "enter"), {"role": "medic"}),
    ],
)
async def test_what_an_account_says_is_changed_a_thing_at_a_time(
    app: EkcApp, keys: tuple[str, ...], changed: dict[str, Any]
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "e", *keys)
        (order,) = commands(pilot, account_work.ChangeAccount)
        assert order == account_work.ChangeAccount(login="anna", **changed)
        assert "изменено" in shown(pilot, "#message")


async def test_the_skills_that_there_are_stand_by_and_are_completed(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "down", "e", "4")
        assert "Есть: english." in shown(pilot, "#prompt-note")
        await press(pilot, "eng", "right", "enter")
        (order,) = commands(pilot, account_work.ChangeAccount)
        assert (order.login, order.skills) == ("boris", ("english",))


async def test_what_is_no_skill_is_told_at_the_field_and_the_text_stays(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "down", "e", "4")
        await press(pilot, "english=44", "enter")
        assert "Навык «english=44» не понят." in shown(pilot, "#prompt-note")
        assert pilot.app.screen.query_one(Input).value == "english=44"
        assert not commands(pilot, account_work.ChangeAccount)


async def test_what_is_as_it_was_changes_nothing(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "e", "1", "enter", "e", "2", "1", "e", "5", "enter")
        assert not commands(pilot, account_work.ChangeAccount)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("o", account_work.DisableAccount),
        ("k", account_work.ResetPassword),
        ("x", account_work.EndSessions),
    ],
)
async def test_who_is_shut_out_is_asked_about_with_the_safe_answer_first(
    app: EkcApp, desk: ScriptedAdmin, key: str, kind: type
) -> None:
    """A call in hand is named before, and that it goes on after."""
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, key)
        assert isinstance(app.screen, Confirm)
        assert "консоль выйдет сразу" in str(
            app.screen.query_one("#confirm-consequence", Static).content
        )
        await press(pilot, "enter")
        assert not commands(pilot, kind)
        desk.accounts = in_call = tuple(
            msgspec.structs.replace(one, in_call=True) for one in ACCOUNTS
        )
        await press(pilot, "r", key)
        desk.accounts = ACCOUNTS
        assert "консоль выйдет после него" in str(
            app.screen.query_one("#confirm-consequence", Static).content
        )
        await press(pilot, "right", "enter")
        assert not commands(pilot, kind), "the call is over since: it is asked again"
        assert "вызов уже кончился" in app.messages.entries[-1].text
        assert "консоль выйдет сразу" in str(
            app.screen.query_one("#confirm-consequence", Static).content
        )
        desk.accounts = in_call
        await press(pilot, "right", "enter")
        assert "вызов начался" in app.messages.entries[-1].text
        await press(pilot, "right", "enter")
        (order,) = commands(pilot, kind)
        assert order.login == "anna"
        assert "Вызов идёт" in app.messages.entries[-1].text


async def test_what_cannot_be_done_to_it_is_not_offered(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "/", "egor", "enter")
        keys = shown(pilot, "#keys")
        assert "O Открыть вход" in keys
        assert "X Сеанс" not in keys
        await press(pilot, "o")
        (order,) = commands(pilot, account_work.EnableAccount)
        assert order.login == "egor"
        await press(pilot, "/", "home", "ctrl+k", "никто", "enter", "e", "o", "k", "x")
        assert not app.panel_open
        assert not isinstance(app.screen, Confirm)


@pytest.mark.parametrize(
    ("keys", "after", "back"),
    [
        (
            ("o", "right", "enter"),
            {"disabled": True},
            account_work.EnableAccount(login="anna"),
        ),
        (
            ("e", "3", "down", "enter", "home", "enter"),
            {"queues": ("main=2", "vacc=2")},
            account_work.ChangeAccount(login="anna", queues=("main", "vacc=2"), sure=True),
        ),
        (
            ("e", "5", "2026-12-31", "enter"),
            {"expires_at": 1_798_750_800.0},
            account_work.ChangeAccount(login="anna", until="never", sure=True),
        ),
    ],
    ids=["closed", "queues", "until"],
)
async def test_the_last_order_is_taken_back_by_a_key_while_it_stands(
    app: EkcApp,
    desk: ScriptedAdmin,
    keys: tuple[str, ...],
    after: dict[str, Any],
    back: account_work.AccountCommand,
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, *keys)
        assert "Ctrl+Z — отменить" in shown(pilot, "#message")
        anna = msgspec.structs.replace(ACCOUNTS[0], **after)
        desk.accounts = (anna, *ACCOUNTS[1:])
        await press(pilot, "ctrl+z")
        assert desk.commands[-1] == back
        assert "снова" in shown(pilot, "#message")
        sent = len(desk.commands)
        await press(pilot, "ctrl+z")
        assert len(desk.commands) == sent, "once"


async def test_a_queue_that_would_be_without_people_is_named_before_it_is_so(
    app: EkcApp, desk: ScriptedAdmin
) -> None:
    """Anna alone serves the second one."""
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "o")
        asked = app.screen.query_one("#confirm-consequence", Static)
        assert "Без людей останется: Вакцинация." in str(asked.content)
        await press(pilot, "enter", "e", "3", "down", "down", "enter", "home", "enter")
        assert isinstance(app.screen, Confirm)
        assert not commands(pilot, account_work.ChangeAccount)
        await press(pilot, "right", "enter")
        (order,) = commands(pilot, account_work.ChangeAccount)
        assert order.queues == ("main",)
        desk.accounts = ACCOUNTS[1:]
        await press(pilot, "r")
        assert "не обслуживает: Вакцинация." in shown(pilot, "#accounts-unserved")


async def test_a_team_that_would_be_nobodys_is_named_before_it_is_so(app: EkcApp) -> None:
    """Sonya alone leads one."""
    async with app.run_test(size=SIZE) as pilot:
        for keys in (("o",), ("e", "2", "1")):
            await (begin(pilot, "end", *keys) if keys == ("o",) else press(pilot, *keys))
            asked = app.screen.query_one("#confirm-consequence", Static)
            assert "Команда останется без ведущего: Утро." in str(asked.content)
            await press(pilot, "enter")


async def test_a_login_that_was_opened_is_closed_again_unless_somebody_did_so(
    app: EkcApp, desk: ScriptedAdmin
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "/", "egor", "enter", "o")
        assert "вход открыт. Ctrl+Z — отменить" in shown(pilot, "#message")
        await press(pilot, "ctrl+z")  # he is closed in the list that is read then
        assert "другой распорядился иначе" in shown(pilot, "#message")
        assert not commands(pilot, account_work.DisableAccount)
        await press(pilot, "o")
        opened = (msgspec.structs.replace(one, disabled=False) for one in ACCOUNTS)
        desk.accounts = tuple(opened)
        await press(pilot, "ctrl+z")
        (order,) = commands(pilot, account_work.DisableAccount)
        assert order.login == "egor"


async def test_the_last_administrator_stays_and_that_is_said(
    app: EkcApp, desk: ScriptedAdmin
) -> None:
    desk.refuse[account_work.DisableAccount] = Refused(
        "bad_value", "«chief» — последний администратор без срока."
    )
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "/", "chief", "enter", "o", "right", "enter")
        assert "последний администратор" in shown(pilot, "#message")


async def test_who_may_not_keep_accounts_is_told(app: EkcApp, desk: ScriptedAdmin) -> None:
    desk.refuse[account_work.ListAccounts] = Refused("not_allowed", "Это может администратор.")
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        assert "Это может администратор." in shown(pilot, "#message")
        assert "Прочитать не удалось" in app.screen.query_one(LazyTable)._empty


TABLE = "login;name;role\nvera;Вера;volunteer\noleg;Олег;operator\nivan;Иван;operator\n"
PLANNED = (
    account_work.PlannedAccount(login="vera", name="Вера", role="volunteer", new=False),
    account_work.PlannedAccount(login="oleg", name="Олег", role="operator", new=True, code=CODE),
    account_work.PlannedAccount(login="ivan", name="Иван", role="operator", new=True, code=CODE),
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "people.csv"
    file.write_text(TABLE, encoding="utf-8")
    return file


async def test_a_table_is_shown_first_and_put_in_when_that_is_said_twice(
    app: EkcApp, desk: ScriptedAdmin, table: Path
) -> None:
    desk.results[account_work.ImportAccounts] = account_work.AccountsPlanned(accounts=PLANNED)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "i", str(table), "enter")
        assert isinstance(app.screen, TableScreen)
        assert "Завести: 2, изменить: 1" in shown(pilot, "#table-note")
        await press(pilot, "enter", "enter")
        assert [order.dry_run for order in commands(pilot, account_work.ImportAccounts)] == [True]
        await press(pilot, "enter", "right", "enter")
        tried, done = commands(pilot, account_work.ImportAccounts)
        assert (tried.dry_run, done.dry_run) == (True, False)
        assert tried.lines == done.lines
        assert done.lines[1] == account_work.AccountLine(
            line=3, login="oleg", name="Олег", role="operator"
        )
        assert isinstance(app.screen, CodesScreen)
        assert [row.key for row in app.screen.query_one(LineTable).rows] == ["oleg", "ivan"]


async def test_many_codes_are_kept_in_a_file_or_left_behind_knowingly(
    app: EkcApp, desk: ScriptedAdmin, table: Path
) -> None:
    desk.results[account_work.ImportAccounts] = account_work.AccountsPlanned(accounts=PLANNED)
    kept = table.with_name("codes.csv")
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "i", str(table), "enter", "enter", "right", "enter", "escape")
        assert isinstance(app.screen, Confirm)
        await press(pilot, "enter")
        assert isinstance(app.screen, CodesScreen)
        await press(pilot, "enter", str(table), "enter")
        assert "не создать" in shown(pilot, "#prompt-note")
        await press(pilot, "home", "ctrl+k", str(kept), "enter")
        assert kept.read_text(encoding="utf-8-sig").splitlines()[1] == f"oleg;Олег;{CODE}"
        assert kept.stat().st_mode & 0o777 == 0o600
        await press(pilot, "escape", "escape")
        assert not isinstance(app.screen, CodesScreen | Confirm)


async def test_what_is_wrong_in_a_table_is_named_and_nothing_can_be_done(
    app: EkcApp, desk: ScriptedAdmin, table: Path
) -> None:
    fault = account_work.LineFault(
        line=3, column="role", words=words("account.no_such_role", role="x", known="admin")
    )
    desk.results[account_work.ImportAccounts] = account_work.AccountsPlanned(
        accounts=(), faults=(fault,)
    )
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "i", str(table), "enter")
        (row,) = app.screen.query_one(LineTable).rows
        assert row.cells[0].startswith("строка 3, столбец 3 (role): Роли «x» нет")
        await press(pilot, "enter")
        assert isinstance(app.screen, TableScreen)


async def test_codes_are_not_lost_by_a_file_in_the_home_of_nobody(
    app: EkcApp, desk: ScriptedAdmin, table: Path
) -> None:
    desk.results[account_work.ImportAccounts] = account_work.AccountsPlanned(accounts=PLANNED)
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "i", "~nobody-here/people.csv", "enter")
        assert "нет такой домашней папки" in shown(pilot, "#prompt-note")
        await press(pilot, "home", "ctrl+k", str(table), "enter", "enter", "right", "enter")
        assert isinstance(app.screen, CodesScreen)
        await press(pilot, "enter", "~nobody-here/codes.csv", "enter")
        assert "нет такой домашней папки" in shown(pilot, "#prompt-note")


async def test_a_file_that_is_none_is_told_where_it_was_typed(app: EkcApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot, "i", "/nowhere/people.csv", "enter")
        assert "не читается" in shown(pilot, "#prompt-note")
