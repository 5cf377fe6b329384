"""Teams that accounts name, beside those whose members the settings name."""

from __future__ import annotations

from pathlib import Path

from ekc_console.config.teams import Team
from ekc_console.server.rights.scope import scope
from ekc_console.server.store.people import accounts
from ekc_console.server.store.people.accounts import User
from ekc_console.wire import way_in
from ekc_console.wire.admin import account_work
from tests.support.simulated_centre import QUEUES, Centre, Operator, run

TEAMS = (
    Team(id="day", title="День", leads=("nina",), members=("anna",)),
    Team(id="night", title="Ночь", leads=("oleg",)),
)
BORIS = User("boris", "Борис", "operator", "x")


async def chief(centre: Centre) -> Operator:
    return await centre.operator("root", role="admin", queues=())


async def put(centre: Centre, person: User) -> None:
    await centre.server.database.write(lambda conn: accounts.add(conn, person))


def led(centre: Centre, login: str) -> set[str]:
    """Whom the supervisor sees."""
    boss = Operator(centre, login, "supervisor", ())
    return set(scope(centre.server.core.router, boss.person, "watch").people) - {login}


def test_who_gets_a_team_is_seen_by_its_lead_at_once_and_after_a_start(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        root = await chief(centre)
        await put(centre, BORIS)
        await root.done(account_work.ChangeAccount(login="boris", teams=("day", "night")))
        assert (led(centre, "nina"), led(centre, "oleg")) == ({"anna", "boris"}, {"boris"})
        listed = await root.done(account_work.ListAccounts())
        (boris,) = (one for one in listed.accounts if one.login == "boris")
        assert (boris.teams, boris.joins) == (("День", "Ночь"), ("day", "night"))
        assert listed.teams == (("day", "День"), ("night", "Ночь"))
        await centre.start_again()
        assert led(centre, "oleg") == {"boris"}
        await root.done(account_work.DisableAccount(login="boris"))
        assert led(centre, "oleg") == set()

    run(tmp_path, story, teams=TEAMS)


def test_a_team_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        root = await chief(centre)
        await put(centre, BORIS)
        for order in (
            account_work.ChangeAccount(login="boris", teams=("dya",)),
            account_work.InviteAccount(login="vera", name="Вера", role="volunteer", teams=("dya",)),
        ):
            refused = await root.refused(order)
            assert refused.message == "Нет команды «dya»; есть: day, night."
        line = account_work.AccountLine(line=2, login="vera", name="Вера", teams="night dya")
        planned = await root.done(account_work.ImportAccounts(lines=(line,), dry_run=True))
        assert [(fault.line, fault.column) for fault in planned.faults] == [(2, "teams")]

    run(tmp_path, story, teams=TEAMS)


def test_settings_that_are_applied_and_taken_back_leave_accounts_their_teams(
    tmp_path: Path,
) -> None:
    queues = ", ".join(f"{{id: {q}, title: {q}}}" for q in QUEUES)
    text = (
        f"queues: [{queues}]\nteams: [{{id: day, title: Днём, leads: [nina], members: [anna]}},"
        " {id: night, title: Ночь, leads: [oleg]}]"
    )

    async def story(centre: Centre) -> None:
        root = await chief(centre)
        await put(centre, BORIS)
        await root.done(way_in.ApplySettings(name="a.yaml", text=text))
        await root.done(account_work.ChangeAccount(login="boris", teams=("night",)))
        told = await root.done(way_in.CompareSettings(name="a.yaml", text=text))
        assert told.changes == ()
        back = await root.done(way_in.UndoSettings())
        assert any("Днём → День" in change for change in back.changes), back.changes
        assert led(centre, "oleg") == {"boris"}

    run(tmp_path, story, teams=TEAMS)


def test_what_the_command_line_writes_reaches_a_running_server(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        await put(centre, User("boris", "Борис", "operator", "x", teams=("night",)))
        await centre.server.people.teams.look()
        assert led(centre, "oleg") == {"boris"}

    run(tmp_path, story, teams=TEAMS)
