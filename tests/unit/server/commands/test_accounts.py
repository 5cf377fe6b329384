"""Accounts kept over the API: as ``ekc user`` keeps them, for administrators alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ekc_console.client.link.login import ChoosePassword
from ekc_console.client.link.login import login as log_in
from ekc_console.config.teams import Team
from ekc_console.domain.state.agent import Offline
from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.commands.admin.accounts import MOST_LINES
from ekc_console.server.people import session_watch
from ekc_console.server.store.audit import entries
from ekc_console.server.store.people import accounts
from ekc_console.wire import codec, messages
from ekc_console.wire.admin import account_work
from tests.support.simulated_centre import EPOCH, Centre, Operator, run
from tests.unit.server.test_api import Console, MakeConsole, add, centre, console

__all__ = ["centre", "console"]

AGO = "2001-01-01"
FAR = "2999-12-31"


async def listed(who: Operator) -> dict[str, account_work.Account]:
    found: account_work.AccountList = await who.done(account_work.ListAccounts())
    return {account.login: account for account in found.accounts}


async def audited(centre: Centre, about: str) -> list[tuple[str, str, str]]:
    wanted = entries.Wanted(about=about)
    kept = await centre.server.database.read(lambda conn: entries.of(conn, wanted))
    return [(one.who, one.action, one.reason) for one in reversed(kept)]


def told(tmp_path: Path, story: Callable[[Centre, Operator], Any], **changes: Any) -> None:
    async def main(centre: Centre) -> None:
        await story(centre, await centre.operator("chief", role="admin", queues=()))

    run(tmp_path, main, **changes)


def test_an_account_is_invited_changed_and_listed(tmp_path: Path) -> None:
    async def story(centre: Centre, chief: Operator) -> None:
        code = await chief.done(
            account_work.InviteAccount(
                login="vera", name=" Вера ", role="volunteer", queues=("general=2",),
                skills=("english=4",), until=FAR, valid_h=48, why="набор",
            )
        )  # fmt: skip
        assert code.until == pytest.approx(EPOCH + 48 * 3600, abs=60)
        vera = (await listed(chief))["vera"]
        assert (vera.name, vera.role, vera.queues) == ("Вера", "volunteer", ("general=2",))
        assert (vera.code_until, vera.last_login) == (code.until, None)
        assert vera.expires_at is not None
        await chief.done(
            account_work.ChangeAccount(login="vera", role="operator", skills=(), until="never")
        )
        vera = (await listed(chief))["vera"]
        assert (vera.role, vera.queues, vera.skills) == ("operator", ("general=2",), ())
        assert vera.expires_at is None
        assert await audited(centre, "vera") == [
            ("chief", "account", "invite: набор"),
            ("chief", "account", "change"),
        ]
        found = await chief.done(account_work.ListAccounts())
        assert "general" in dict(found.queues)
        assert code.code not in str(found)

    told(tmp_path, story)


def test_the_desk_of_clinics_has_those_of_the_directory(tmp_path: Path) -> None:
    async def story(centre: Centre, chief: Operator) -> None:
        body = account_work.InviteAccount(
            login="desk", name="Пост", role="clinic", clinics=("city_1", "city_2")
        )
        await chief.done(body)
        found = await chief.done(account_work.ListAccounts())
        assert dict(found.clinics)["city_1"] == "Городская поликлиника № 1"
        assert (await listed(chief))["desk"].clinics == ("city_1", "city_2")
        await chief.done(account_work.ChangeAccount(login="desk", clinics=("city_3",)))
        assert (await listed(chief))["desk"].clinics == ("city_3",)
        body = account_work.ChangeAccount(login="desk", role="operator", why="сменила работу")
        refusal = await chief.refused(body)
        assert (refusal.code, "снимутся клиники: city_3" in refusal.message) == ("conflict", True)
        assert (await listed(chief))["desk"].clinics == ("city_3",)
        await chief.done(msgspec.structs.replace(body, sure=True))
        assert (await listed(chief))["desk"].clinics == ()
        kept = str(await audited(centre, "desk"))
        assert "change, clinics dropped: city_3: сменила работу" in kept
        await centre.operator("anna")
        body = account_work.ChangeAccount(login="anna", role="clinic", clinics=("city_1",))
        await chief.done(body)
        assert (await listed(chief))["anna"].clinics == ("city_1",)

    told(tmp_path, story)


def test_who_is_invited_without_queues_has_those_of_the_role(tmp_path: Path) -> None:
    async def story(centre: Centre, chief: Operator) -> None:
        for login, role in (("anna", "operator"), ("nina", "supervisor")):
            await chief.done(account_work.InviteAccount(login=login, name="Имя", role=role))  # type: ignore[arg-type]
        found = await listed(chief)
        assert set(found["anna"].queues) == set(centre.server.core.router.queues)
        assert found["nina"].queues == ()

    told(tmp_path, story)


def test_who_is_invited_to_no_queue_has_none(tmp_path: Path) -> None:
    async def story(centre: Centre, chief: Operator) -> None:
        body = account_work.InviteAccount(login="anna", name="Анна", role="operator", queues=())
        await chief.done(body)
        assert (await listed(chief))["anna"].queues == ()

    told(tmp_path, story)


def test_teams_and_logins_are_shown(tmp_path: Path) -> None:
    async def story(centre: Centre, chief: Operator) -> None:
        await centre.operator("anna")
        found = await listed(chief)
        assert found["anna"].session_since == EPOCH
        assert (found["anna"].teams, found["anna"].leads) == (("Утро",), ())
        assert found["chief"].leads == ("Утро",)

    team = Team(id="a", title="Утро", leads=("chief",), members=("anna",))
    told(tmp_path, story, teams=(team,))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (account_work.InviteAccount(login="anna", name="А", role="operator"), "уже есть"),
        (account_work.InviteAccount(login="Вера", name="В", role="operator"), "не подходит"),
        (account_work.InviteAccount(login="vera", name="  ", role="operator"), "нет имени"),
        (account_work.InviteAccount(login="vera", name="В\u202e", role="operator"), "не видно"),
        (
            account_work.InviteAccount(login="vera", name="В", role="operator", queues=("x",)),
            "Нет очереди «x»",
        ),
        (
            account_work.InviteAccount(login="vera", name="В", role="operator", skills=("e=11",)),
            "Навык «e=11»",
        ),
        (
            account_work.InviteAccount(login="vera", name="В", role="operator", until=AGO),
            "уже прошёл",
        ),
        (account_work.InviteAccount(login="vera", name="В", role="operator", valid_h=0), "от 1 до"),
        (account_work.InviteAccount(login="desk", name="П", role="clinic"), "ни одной клиники"),
        (
            account_work.InviteAccount(login="desk", name="П", role="clinic", clinics=("city_99",)),
            "Нет клиники «city_99»",
        ),
        (
            account_work.InviteAccount(login="vera", name="В", role="medic", clinics=("city_1",)),
            "не ограничена",
        ),
        (account_work.ChangeAccount(login="anna", role="clinic"), "ни одной клиники"),
        (account_work.ChangeAccount(login="anna", clinics=("city_1",)), "не ограничена"),
        (account_work.ChangeAccount(login="nobody", name="Н"), "«nobody» нет"),
        (account_work.ChangeAccount(login="anna", queues=("general=99",)), "ступень"),
        (account_work.ChangeAccount(login="anna", until="завтра"), "не день"),
        (account_work.ResetPassword(login="nobody"), "«nobody» нет"),
        (account_work.EndSessions(login="nobody"), "«nobody» нет"),
        (account_work.DisableAccount(login="chief"), "последний администратор"),
        (account_work.ChangeAccount(login="chief", role="operator"), "последний администратор"),
        (account_work.ChangeAccount(login="chief", until=FAR), "последний администратор"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_noted(
    tmp_path: Path, body: messages.Command, said: str
) -> None:
    async def story(centre: Centre, chief: Operator) -> None:
        await centre.operator("anna")
        before = await listed(chief)
        refusal = await chief.refused(body)
        assert (refusal.code, said in refusal.message) == ("bad_value", True), refusal.message
        assert await listed(chief) == before
        assert await audited(centre, getattr(body, "login", "")) == []

    told(tmp_path, story)


def test_who_was_only_invited_stands_in_for_no_administrator(tmp_path: Path) -> None:
    """The code may run out, and then nobody could keep accounts."""

    async def story(centre: Centre, chief: Operator) -> None:
        await chief.done(account_work.InviteAccount(login="vera", name="В", role="admin"))
        refusal = await chief.refused(account_work.DisableAccount(login="chief"))
        assert "последний администратор" in refusal.message
        await centre.operator("olga", role="admin", queues=())
        await chief.done(account_work.DisableAccount(login="chief"))

    told(tmp_path, story)


def test_of_two_administrators_who_close_one_another_one_stays(tmp_path: Path) -> None:
    async def story(centre: Centre, chief: Operator) -> None:
        olga = await centre.operator("olga", role="admin", queues=())
        replies = await asyncio.gather(
            chief.do(account_work.DisableAccount(login="olga")),
            olga.do(account_work.DisableAccount(login="chief")),
        )
        assert [reply.ok for reply in replies] == [True, False]

    told(tmp_path, story)


async def admin(centre: Centre, make: MakeConsole) -> Console:
    await add(centre, "chief", role="admin", queues=())
    chief = make()
    await chief.join(await chief.log_in("chief"))
    return chief


@pytest.mark.parametrize(
    "kind", [account_work.DisableAccount, account_work.EndSessions, account_work.ResetPassword]
)
async def test_an_open_console_is_out_at_once(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch, kind: Any
) -> None:
    monkeypatch.setattr(session_watch, "LOOK_S", 0.05)
    chief, anna = await admin(centre, console), console()
    await anna.join(await anna.log_in())
    await anna.expect(messages.Snapshot)
    assert (await chief.ask(kind(login="anna"))).ok
    assert (await anna.goodbye()).code == "session_expired"


async def test_an_account_that_is_closed_beside_the_server_leaves_nobody_on_shift(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ``ekc user disable`` does it."""
    monkeypatch.setattr(session_watch, "LOOK_S", 0.05)
    anna = console()
    await anna.join(await anna.log_in())
    await anna.expect(messages.Snapshot)
    await centre.server.database.write(lambda conn: accounts.disable(conn, "anna"))
    assert (await anna.goodbye()).code == "session_expired"
    await centre.server.core.runtime.settled()
    assert isinstance(centre.server.core.router.agents[AgentId("anna")].state, Offline)


async def test_a_changed_role_reaches_the_open_console(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_watch, "LOOK_S", 0.05)
    chief, anna = await admin(centre, console), console()
    await anna.join(await anna.log_in())
    await anna.expect(messages.Snapshot)
    assert (await chief.ask(account_work.ChangeAccount(login="anna", role="volunteer"))).ok
    assert (await anna.goodbye()).code == "changed"


async def test_a_code_of_the_screen_sets_a_password(centre: Centre, console: MakeConsole) -> None:
    chief, url = await admin(centre, console), centre.server.url
    reply = await chief.ask(account_work.ResetPassword(login="anna"))
    assert isinstance(reply.result, account_work.OneTimeCode)
    with pytest.raises(ChoosePassword):
        await log_in(url, "anna", reply.result.code)
    assert (await log_in(url, "anna", reply.result.code, "Подснежник-7")).login == "anna"
    again = await chief.ask(account_work.ListAccounts(), "r2")
    assert isinstance(again.result, account_work.AccountList)
    anna = next(a for a in again.result.accounts if a.login == "anna")
    assert anna.code_until is None
    assert anna.last_login is not None


LINES = (
    account_work.AccountLine(line=2, login="vera", name="Вера", role="volunteer", queues="general"),
    account_work.AccountLine(line=3, login="anna", name="Анна Иванова", skills="english=4"),
)


def test_a_table_is_tried_and_then_put_in(tmp_path: Path) -> None:
    async def story(centre: Centre, chief: Operator) -> None:
        await centre.operator("anna")
        before = await listed(chief)
        dry = await chief.done(account_work.ImportAccounts(lines=LINES, dry_run=True))
        assert [(one.login, one.new, one.code) for one in dry.accounts] == [
            ("vera", True, ""),
            ("anna", False, ""),
        ]
        assert await listed(chief) == before
        done = await chief.done(
            account_work.ImportAccounts(lines=LINES, dry_run=False, why="набор")
        )
        assert done.accounts[0].code
        assert done.until > centre.server.core.clock.now()
        assert not done.accounts[1].code
        found = await listed(chief)
        assert found["vera"].role == "volunteer"
        assert (found["anna"].name, found["anna"].skills) == ("Анна Иванова", ("english=4",))
        assert await audited(centre, "vera") == [("chief", "account", "import: набор")]

    told(tmp_path, story)


def test_the_longest_table_is_one_message() -> None:
    line = account_work.AccountLine(
        line=2000, login="konstantinopolskaya.ekaterina.va", name="Константинопольская " * 4,
        role="supervisor", queues="appointments general vaccination", skills="english=4 tatar=2",
        until=FAR,
    )  # fmt: skip
    body = account_work.ImportAccounts(lines=(line,) * MOST_LINES, dry_run=True)
    assert len(codec.encode(messages.Request(id="1", body=body))) < codec.MESSAGE_LIMIT


def test_a_table_with_a_fault_changes_nothing(tmp_path: Path) -> None:
    async def story(centre: Centre, chief: Operator) -> None:
        bad = account_work.AccountLine(line=4, login="boris", name="Б", role="doctor", until=AGO)
        done = await chief.done(account_work.ImportAccounts(lines=(*LINES, bad), dry_run=False))
        assert [(fault.line, fault.column) for fault in done.faults] == [(4, "role"), (4, "until")]
        assert set(await listed(chief)) == {"chief"}
        down = account_work.AccountLine(line=2, login="chief", role="operator")
        for dry in (True, False):
            refusal = await chief.refused(account_work.ImportAccounts(lines=(down,), dry_run=dry))
            assert "последний администратор" in refusal.message

    told(tmp_path, story)


async def test_many_made_at_the_same_time_are_each_made_and_noted_once(centre: Centre) -> None:
    people = [accounts.User(f"u{n}", f"Имя {n}", "operator", "x") for n in range(3)]
    await asyncio.gather(
        *(
            centre.server.people.trail.changed(
                lambda conn, user=user: accounts.add(conn, user),  # type: ignore[misc]
                entries.Entry(1.0, "chief", "account", about=user.login),
            )
            for user in people
        )
    )
    kept = await centre.server.database.read(accounts.everybody)
    assert {"u0", "u1", "u2"} <= {user.login for user in kept}
    assert [await audited(centre, user.login) for user in people] == [
        [("chief", "account", "")] for _ in people
    ]
