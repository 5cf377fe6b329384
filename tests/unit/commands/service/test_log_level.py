"""``ekc server log-level`` at a server in this process."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekc_console.cli import main
from tests.support.centre import PASSWORD
from tests.support.simulated_centre import Centre
from tests.unit.server.test_api import add, centre

__all__ = ["centre"]


@pytest.fixture
async def root(centre: Centre, tmp_path: Path) -> Centre:
    await add(centre, "root", role="admin")
    return centre


async def ekc(centre: Centre, *arguments: str) -> Result:
    given = ["server", "log-level", *arguments]
    given += ["--server", centre.server.url, "--login", "root", "--password", PASSWORD]
    return await asyncio.to_thread(CliRunner().invoke, main, given)


def last_line(result: Result) -> str:
    """The server's log is in the same output here."""
    return result.output.splitlines()[-1]


async def test_it_is_changed_for_a_while_and_shown(root: Centre) -> None:
    assert last_line(await ekc(root)) == "Журнал сервера: info."
    changed = last_line(await ekc(root, "debug", "--for", "2m", "--why", "поиск сбоя"))
    assert re.fullmatch(r"Журнал сервера: debug до \d\d:\d\d:\d\d, потом info\.", changed)
    assert last_line(await ekc(root)) == changed
    assert last_line(await ekc(root, "info")) == "Журнал сервера: info."
    for bad in (("loud",), ("debug", "--for", "soon"), ("debug", "--for", "9d")):
        refused = await ekc(root, *bad)
        assert refused.exit_code != 0
        assert "Traceback" not in refused.output
