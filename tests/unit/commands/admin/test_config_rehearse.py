"""``ekc config rehearse`` against a running server, with the process that lives the change."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from ekc_console.commands.admin import rehearse
from ekc_console.server.store.audit import entries
from tests.support.simulated_centre import Centre
from tests.unit.commands.admin.test_config_orders import admins, said, settings
from tests.unit.commands.shared.test_remote import ekc

HELPED = ", overflow: [{when: waited, limit: 10, to: [{queue: general}]}]"
SHORT = ("--minutes", "10", "--seeds", "5")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearse, "LOOK_S", 0.1)


async def printed(centre: Centre, *arguments: str) -> str:
    """Without what is said of the progress."""
    result = await asyncio.to_thread(ekc, "config", *arguments, url=centre.server.url, login="root")
    assert result.exit_code == 0, result.output
    return result.stdout


async def busy(tmp_path: Path) -> Centre:
    """Two callers wait for a queue of whose people none is there; of another one four are."""
    centre = await admins(tmp_path)
    for name in ("anna", "boris", "vera", "galina"):
        await centre.ready(name, queues=("general",))
    return centre


async def test_a_change_that_helps_is_told_with_its_interval_and_changes_nothing(
    tmp_path: Path,
) -> None:
    centre = await busy(tmp_path)
    try:
        before = dict(centre.server.core.router.queues)
        file = str(settings(centre, tmp_path / "a.yaml", HELPED))
        told = await said(centre, "rehearse", file, *SHORT)
        assert "queues.other.overflow" in told
        assert "За сутки не звонил никто: взято по 10 звонков в час на очередь." in told
        other = told[told.index("other. ") :]
        other = other[: other.index("занятость")]
        assert "прогонов: 5" in other
        assert "сдавшихся меньше на" in other
        assert "принятых больше на" in other
        assert dict(centre.server.core.router.queues) == before
        audit = await centre.server.database.read(
            lambda conn: entries.of(conn, entries.Wanted(action="settings"))
        )
        assert [(kept.who, kept.about) for kept in audit] == [("root", "rehearse")]
    finally:
        await centre.close()


@pytest.mark.long
async def test_the_same_settings_make_no_difference_at_all(tmp_path: Path) -> None:
    centre = await busy(tmp_path)
    try:
        file = str(settings(centre, tmp_path / "a.yaml"))
        await said(centre, "apply", file)
        (told,) = json.loads(await printed(centre, "rehearse", file, "--json", *SHORT))
        assert (told["state"], told["done"], told["changes"]) == ("done", 5, [])
        assert {q["id"] for q in told["queues"]} >= {"other", "general"}
        for queue in told["queues"]:
            for figure in queue["figures"]:
                assert figure["before"] == figure["after"]
                assert (figure["low"], figure["high"]) in ((0.0, 0.0), (None, None))
    finally:
        await centre.close()
