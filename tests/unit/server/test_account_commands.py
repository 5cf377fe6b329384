"""Commands about accounts beside a running server: open consoles are out at once, a code comes to
be a password, and the trail of server and command line is one (hostile H8)."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from ekc_console.cli import main
from ekc_console.client.link.login import ChoosePassword
from ekc_console.client.link.login import login as log_in
from ekc_console.errors import EkcError
from ekc_console.server.people import session_watch
from ekc_console.server.store.audit import entries
from ekc_console.server.store.audit.check import check
from ekc_console.server.store.audit.heads import Heads
from ekc_console.server.store.base import read_only
from ekc_console.wire import messages
from tests.support.centre import PASSWORD
from tests.support.simulated_centre import Centre
from tests.unit.server.test_api import MakeConsole, centre, console

__all__ = ["centre", "console"]

CODE = re.compile(r"\b[2-9A-Z]{4}(?:-[2-9A-Z]{4}){2}\b")
CHOSEN = "Подснежник-7"


async def user(centre: Centre, *arguments: str) -> str:
    config = Path(centre.folder) / "outside.yaml"
    data = centre.server.config.data_dir
    config.write_text(f"server: {{data_dir: {data}}}\n", encoding="utf-8")
    command = ["user", *arguments, "--config", str(config)]
    result = await asyncio.to_thread(CliRunner().invoke, main, command)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("order", ["disable", "logout", "password"])
async def test_an_open_console_is_out_at_once(
    centre: Centre, console: MakeConsole, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    monkeypatch.setattr(session_watch, "LOOK_S", 0.05)
    anna = console()
    await anna.join(await anna.log_in())
    await anna.expect(messages.Snapshot)
    await user(centre, order, "anna")
    assert (await anna.goodbye()).code == "session_expired"


async def test_a_leaked_password_ends_and_a_code_makes_another(centre: Centre) -> None:
    url = centre.server.url
    await log_in(url, "anna", PASSWORD)
    (code,) = CODE.findall(await user(centre, "password", "anna", "--why", "утечка"))
    with pytest.raises(EkcError, match="Неверный"):
        await log_in(url, "anna", PASSWORD)
    with pytest.raises(ChoosePassword):
        await log_in(url, "anna", code)
    accept = ["user", "accept-code", "--server", url, "--login", "anna", "--password", code]
    done = await asyncio.to_thread(CliRunner().invoke, main, [*accept, "--new-password", CHOSEN])
    assert "Пароль задан" in done.output, done.output
    assert (await log_in(url, "anna", CHOSEN)).login == "anna"
    await centre.server.people.trail.close()
    database = centre.server.database
    kept = await database.read(lambda conn: list(entries.oldest_first(conn, entries.Wanted())))
    assert [(e.who.partition(":")[0], e.action) for e in kept[1:]] == [
        ("anna", "login"), ("os", "password"), ("os", "session_ended"),
        ("anna", "login_failed"), ("anna", "password"), ("anna", "login"), ("anna", "login"),
    ]  # fmt: skip
    assert code not in str(kept)
    with read_only.opened(database.path) as conn:
        assert check(conn, Heads(database.path)).broken is None
