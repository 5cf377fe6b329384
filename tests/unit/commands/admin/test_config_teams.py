"""``ekc config check`` against the accounts: teams of logins that nobody has."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from ekc_console.cli import main
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.people import accounts


def test_unknown_members_of_a_team_and_deputies_are_told(tmp_path: Path) -> None:
    file = tmp_path / "ekc.yaml"
    file.write_text(
        f'server: {{data_dir: "{tmp_path}/data"}}\n'
        "teams: [{id: day, title: День, leads: [nina], members: [anna, nobody]}]\n"
        "alarms: {deputies: {people: [nina, stranger]}}\n",
        encoding="utf-8",
    )
    before = CliRunner().invoke(main, ["config", "check", str(file)])
    assert before.exit_code == 0, before.output
    assert "nobody" not in before.output  # there are no accounts yet
    with Database.open(tmp_path / "data" / "ekc.db") as database:
        for login, role in (("nina", "supervisor"), ("anna", "operator")):
            user = accounts.User(login, login, role, "x")  # type: ignore[arg-type]
            database.write_now(lambda conn, user=user: accounts.add(conn, user))  # type: ignore[misc]
    after = CliRunner().invoke(main, ["config", "check", str(file)])
    assert after.exit_code == 0, after.output
    assert "teams.day.members: логина «nobody» нет" in after.output
    assert "alarms.deputies.people: логина «stranger» нет" in after.output
    assert "anna" not in after.output
