from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.widgets import Input

from ekc_console.errors import EkcError
from ekc_console.tui.operator.screens.operator import OperatorScreen
from ekc_console.tui.shared import prefs
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.login import LoginScreen
from tests.support.desk import CODE, ScriptedDesk
from tests.tui.steps import desk_of, focused, log_in, press, replace, settle, shown


async def test_enter_walks_through_the_fields_and_logs_in(
    app: EkcApp, desk: ScriptedDesk, tmp_path: Path
) -> None:
    async with app.run_test() as pilot:
        assert "http://127.0.0.1:8122" in str(app.screen.query_one("#login-server").render())
        await log_in(pilot)
        assert isinstance(app.screen, OperatorScreen)
        assert "НЕ ГОТОВ" in shown(pilot, "#title")
        assert prefs.load(tmp_path).login == "ivanova"


async def test_a_refusal_is_said_and_the_password_is_emptied(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await press(pilot, "ivanova", "enter", "wrong", "enter")
        assert "Неверный логин или пароль" in shown(pilot, "#login-message")
        assert focused(pilot) == "login-password"
        await press(pilot, "verysecret", "enter")
        assert isinstance(app.screen, OperatorScreen)


@pytest.mark.parametrize(
    ("keys", "message"),
    [(["enter"], "Введите логин"), (["ivanova", "enter", "enter"], "Введите пароль")],
)
async def test_an_empty_field_is_named(app: EkcApp, keys: list[str], message: str) -> None:
    async with app.run_test() as pilot:
        await press(pilot, *keys)
        assert message in shown(pilot, "#login-message")


async def test_only_the_login_name_is_remembered(desk: ScriptedDesk, tmp_path: Path) -> None:
    prefs.save(tmp_path, prefs.Prefs(login="petrova"))
    app = EkcApp(desk, server="http://127.0.0.1:8122", state_dir=tmp_path)
    async with app.run_test() as pilot:
        await settle(pilot)
        assert focused(pilot) == "login-password"
        await press(pilot, "verysecret", "enter")
    assert "verysecret" not in (tmp_path / prefs.FILE).read_text()


async def test_f10_leaves_at_once_before_the_login(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await press(pilot, "f10")
        assert not app.is_running or app._exit
    assert not desk.logged_out


async def test_an_ended_session_is_told_and_f2_logs_in_again(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await log_in(pilot)
        desk.set_link("offline", "вход выполнен в другом месте.")
        await settle(pilot)
        assert isinstance(app.screen, OperatorScreen)
        assert "вход выполнен в другом месте" in shown(pilot, "#message")
        assert shown(pilot, "#keys").split()[:5] == ["F1", "Справка", "F2", "Экран", "входа"]
        await press(pilot, "f3", "f12")
        assert isinstance(app.screen, OperatorScreen)
        assert app.screen.tray.panel is None
        await press(pilot, "f2")
        assert isinstance(app.screen, LoginScreen)
        await press(pilot, "verysecret", "enter")
        assert isinstance(app.screen, OperatorScreen)
        assert "связь есть" in shown(pilot, "#title")


def test_an_unknown_look_is_an_error(desk: ScriptedDesk, tmp_path: Path) -> None:
    with pytest.raises(EkcError, match="pink"):
        EkcApp(desk, server="", state_dir=tmp_path, theme="pink")


async def test_the_password_of_a_pbx_is_asked_at_the_login_and_again_at_f2(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []

    async def take(password: str) -> None:
        given.append(password)
        desk.voice.password_wanted = ""

    desk.voice.password_wanted = "1007@pbx.example.ru"
    monkeypatch.setattr(desk, "give_password", take)
    async with app.run_test() as pilot:
        await log_in(pilot)
        assert app.frame is not None
        tray = app.frame.tray
        for _ in range(2):
            assert tray.panel is not None
            assert tray.panel.border_title == "Пароль 1007@pbx.example.ru на АТС"
            assert tray.panel.query_one(Input).password
            await press(pilot, "escape")
            assert tray.panel is None
            await press(pilot, "f2")
        await press(pilot, "typed", "enter")
        assert given == ["typed"]


@pytest.mark.parametrize(
    ("zone", "clock"), [("Europe/Moscow", "12:00"), ("Asia/Vladivostok", "19:00"), ("", "12:00")]
)
async def test_the_time_of_day_is_the_centres(app: EkcApp, zone: str, clock: str) -> None:
    """The console stands in Vladivostok, the centre where it says."""
    async with app.run_test(size=(120, 40)) as pilot:
        await log_in(pilot)
        desk = desk_of(pilot)
        assert desk.welcome
        noon = datetime(2026, 11, 23, 9, tzinfo=UTC).timestamp()
        desk.time = noon
        desk.on_welcome(replace(desk.welcome, timezone=zone, now=noon))
        await settle(pilot)
        assert shown(pilot, "#title").rstrip().endswith(clock)


async def test_a_one_time_code_leads_to_a_password_of_ones_own(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        assert not app.screen.query_one("#login-choice").display
        await press(pilot, "ivanova", "enter", CODE, "enter")
        assert "задайте себе пароль" in shown(pilot, "#login-message")
        assert focused(pilot) == "login-new"
        await press(pilot, "enter")
        assert "Введите новый пароль" in shown(pilot, "#login-message")
        await press(pilot, "verysecret", "enter", "very", "enter")
        assert "Пароли разные" in shown(pilot, "#login-message")
        assert focused(pilot) == "login-new"
        await press(pilot, "short", "enter", "short", "enter")
        assert "не годится" in shown(pilot, "#login-message")
        await press(pilot, "verysecret", "enter", "verysecret", "enter")
        assert isinstance(app.screen, OperatorScreen)
        assert desk.session is not None


async def test_a_code_that_is_good_no_more_leads_back(app: EkcApp, desk: ScriptedDesk) -> None:
    async with app.run_test() as pilot:
        await press(pilot, "ivanova", "enter", CODE, "enter")
        app.screen.refused(EkcError("Срок кода вышел."))  # type: ignore[attr-defined]
        await settle(pilot)
        assert focused(pilot) == "login-password"
        await press(pilot, "verysecret", "enter")
        assert isinstance(app.screen, OperatorScreen)


async def test_it_is_said_whom_to_ask(app: EkcApp) -> None:
    async with app.run_test() as pilot:
        await settle(pilot)
        assert "администратор даст код" in str(app.screen.query_one("#login-whom").render())
