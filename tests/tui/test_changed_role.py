"""A role that is changed while the console is open: every pair of them at every console."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from ekc_console.client.desk import Desk
from ekc_console.client.link.listener import NoPlace
from ekc_console.domain.terms.rights import (
    ROLES,
    Role,
    Workplace,
    may_open,
    of_clinics,
    own_workplace,
)
from ekc_console.tui.admin.face import AdminFace
from ekc_console.tui.admin.screens.desk import AdminScreen
from ekc_console.tui.clinic.face import ClinicFace
from ekc_console.tui.clinic.screen import ClinicScreen
from ekc_console.tui.operator.face import OperatorFace
from ekc_console.tui.operator.screens.operator import OperatorScreen
from ekc_console.tui.operator.screens.own_call import OwnCallScreen
from ekc_console.tui.shell.app import EkcApp
from ekc_console.tui.shell.login import LoginScreen
from ekc_console.tui.supervisor.face import SupervisorFace
from ekc_console.tui.supervisor.screens.now import NowScreen
from ekc_console.wire import messages
from ekc_console.wire.watch import StartWatch
from tests.support.admin import ScriptedAdmin
from tests.support.clinic import ScriptedClinic
from tests.support.desk import ME, ScriptedDesk
from tests.support.supervisor import ScriptedSupervisor
from tests.tui.steps import TALK, commands, log_in, press, settle, shown

PAIRS = [
    pair for one, other in itertools.combinations(ROLES, 2) for pair in ((one, other), (other, one))
]
"""Each mostly begins with what the one before has ended with."""


class ScriptedPost(ScriptedClinic):
    """As ``ekc clinic`` makes it."""

    workplace = "clinic"


def made(workplace: str, folder: Path) -> EkcApp:
    desk: Any
    if workplace == "supervisor":
        desk, face = ScriptedSupervisor(folder), SupervisorFace()
    elif workplace == "admin":
        desk, face = ScriptedAdmin(folder), AdminFace()
    elif workplace == "clinic":
        desk = ScriptedPost(folder)
        face = ClinicFace(desk)
    else:
        desk, face = ScriptedClinic(folder), OperatorFace()
        desk.person = ME
    return EkcApp(desk, server="127.0.0.1", state_dir=folder, face=face)


def become(desk: Desk, role: Role, *more: messages.ViewEntity, **changes: Any) -> None:
    """As the link tells it: the view of the new role, or that the console is not for it."""
    assert isinstance(desk, ScriptedDesk)
    state = {"state": "offline", "since": 0.0, "reason": ""} | changes
    me = msgspec.structs.replace(ME, id="ivanova", role=role, **state)
    try:
        desk.view.apply(messages.Snapshot(seq=(desk.view.seq or 0) + 1, entities=(me, *more)))
        desk.on_view()
    except NoPlace as why:
        desk.set_link("offline", str(why))
    else:
        desk.set_link("online")


SCREENS = {"operator": OperatorScreen, "supervisor": NowScreen, "admin": AdminScreen}


@pytest.mark.long
@pytest.mark.parametrize("workplace", get_args(Workplace))
async def test_every_pair_of_roles_leaves_the_desk_of_the_new_one_or_its_command(
    workplace: Any, tmp_path: Path
) -> None:
    app = made(workplace, tmp_path)
    desk = app.desk
    async with app.run_test(size=(100, 30)) as pilot:
        await log_in(pilot)
        for before, after in PAIRS:
            if not may_open(before, workplace):
                continue
            if isinstance(app.screen, LoginScreen):
                desk.view = type(desk.view)()
                become(desk, before)
                await log_in(pilot)
            elif app.situation().role != before:
                become(desk, before)
                await settle(pilot)
            become(desk, after)
            await settle(pilot)
            if not may_open(after, workplace):
                assert isinstance(app.screen, LoginScreen)
                told = " ".join(shown(pilot, "#login-message").split())
                assert f"Ваш экран: ekc {own_workplace(after)}." in told
                assert desk.link.state == "offline"
            elif of_clinics(after):
                assert isinstance(app.screen, ClinicScreen)
                assert isinstance(app.face, ClinicFace)
                assert "Клиника".upper() in shown(pilot, "#title")
                assert app.situation().role == "clinic"
            else:
                assert isinstance(app.screen, SCREENS[workplace])
                assert app.situation().role == after
            assert desk.line.state.state == "off"


async def test_an_operator_made_a_clinic_in_a_talk_ends_it_first_and_has_the_clinics_desk_then(
    tmp_path: Path,
) -> None:
    app = made("operator", tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await log_in(pilot)
        become(app.desk, "clinic", TALK, state="talking")
        await settle(pilot)
        assert isinstance(app.screen, OperatorScreen)
        assert "Завершить" in shown(pilot, "#keys")
        await press(pilot, "f8")
        assert commands(pilot, messages.HangUpCall)
        become(app.desk, "clinic")
        await settle(pilot)
        assert isinstance(app.screen, ClinicScreen)
        await press(pilot, "f2", "f5", "f8", "ctrl+a")
        assert isinstance(app.screen, ClinicScreen)
        assert not commands(pilot, messages.GoReady)


async def test_who_leads_no_more_keeps_the_call_he_took_and_nothing_of_the_centre(
    tmp_path: Path,
) -> None:
    app = made("supervisor", tmp_path)
    desk = app.desk
    assert isinstance(desk, ScriptedSupervisor)
    async with app.run_test(size=(100, 30)) as pilot:
        await log_in(pilot)
        desk.commands.clear()
        become(desk, "operator", TALK, state="talking")
        await settle(pilot)
        assert isinstance(app.screen, OwnCallScreen)
        assert not desk.watched.people
        assert not commands(pilot, StartWatch)
        await press(pilot, "f8")
        assert commands(pilot, messages.HangUpCall)
        become(desk, "operator")
        await settle(pilot)
        assert "ekc operator" in shown(pilot, "#login-message")
        desk.person = msgspec.structs.replace(ME, role="supervisor", id="other")
        app.log_in("other", "verysecret")
        await settle(pilot)
        assert isinstance(app.screen, NowScreen)
        assert desk.watched.people


async def test_whose_session_ends_with_the_call_keeps_its_keys_and_nothing_of_the_centre(
    tmp_path: Path,
) -> None:
    app = made("supervisor", tmp_path)
    desk = app.desk
    assert isinstance(desk, ScriptedSupervisor)
    async with app.run_test(size=(120, 30)) as pilot:
        await log_in(pilot)
        desk.commands.clear()
        become(desk, "supervisor", TALK, state="talking", last_call="ended")
        await settle(pilot)
        assert not desk.watched.people
        assert not commands(pilot, StartWatch)
        keys = shown(pilot, "#keys")
        assert "F8 Завершить" in keys
        assert "103" in keys
        assert "Перерыв" not in keys
        await press(pilot, "f3")
        assert "кончается вместе с этим разговором" in shown(pilot, "#message")
        await press(pilot, "f8")
        assert commands(pilot, messages.HangUpCall)
