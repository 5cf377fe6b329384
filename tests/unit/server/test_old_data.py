"""Every version starts on the data that an earlier one wrote."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from ekc_console.cli import main
from ekc_console.config import Config, parse
from ekc_console.server.store.audit.check import check
from ekc_console.server.store.audit.heads import Heads
from ekc_console.server.store.base import read_only
from ekc_console.server.store.cards import cards
from ekc_console.wire import messages
from tests.support import simulated_centre, virtual_time
from tests.support.net import free_port, fresh_host
from tests.support.old_data import CONFIG, LATER, counts, unpacked
from tests.support.simulated_centre import Centre, Operator

KEPT = {
    "calls": 7,
    "cards": 4,
    "persons": 1,
    "users": 3,
    "scenarios": 8,
    "suggestions": 1,
    "staff_messages": 1,
    "home_visits": 1,
    "card_edits": 1,
    "recordings": 4,
}
"""Rows by table, as the earlier version left them."""
OWED = {"+79000000103", "+79000000104"}
CUT_OFF = {"+79000000106", "+79000000107"}
"""In a talk and in a queue when server and engine were killed."""
LEFT_OVER = "ekc-1795952338.2"


class OldCentre(Centre):
    """On the configuration of the earlier version."""

    def _config(self) -> Config:
        config, host = parse(CONFIG.read_text(encoding="utf-8"), CONFIG.name), fresh_host()
        server = msgspec.structs.replace(
            config.server, host=host, port=free_port(host), data_dir=str(self.folder / "data")
        )
        return msgspec.structs.replace(config, server=server)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(simulated_centre, "EPOCH", LATER)
    return unpacked(tmp_path)


def test_a_replay_finds_no_difference_where_only_the_version_is_another(data: Path) -> None:
    """The same state of another version has another hash."""
    result = CliRunner().invoke(main, ["replay", str(data / "ekc.db")])
    assert result.exit_code == 0, result.output


def test_all_that_was_there_is_there(data: Path) -> None:
    assert counts(data, *KEPT) == KEPT

    async def story() -> None:
        centre = await OldCentre(data.parent).open()
        try:
            numbers = {callback.number for callback in centre.server.core.router.callbacks.values()}
            assert numbers == OWED | CUT_OFF
            assert set(centre.server.core.router.blocked) == {"+79000000109"}
            assert not centre.server.core.router.doors["other"].open  # type: ignore[index]
            assert not centre.server.core.router.calls
            now = counts(data, *KEPT)
            assert now["scenarios"] > KEPT["scenarios"]  # the versions of today stand beside them
            assert now | {"scenarios": KEPT["scenarios"]} == KEPT
            draft = await centre.server.database.read(
                lambda conn: cards.card(conn, f"card-{LEFT_OVER}")
            )
            assert draft is not None
            assert (draft.state, draft.note) == ("draft", "Неоконченная запись")
            await centre.until(lambda: joined(data), "the recording left over is joined")
            nina = Operator(centre, "nina", "admin", ())
            await nina.done(messages.OpenCard(card=f"card-{LEFT_OVER}"))
        finally:
            await centre.close()

    virtual_time.run(story)
    with read_only.opened(data / "ekc.db") as conn:
        checked = check(conn, Heads(data / "ekc.db"))
    assert (checked.entries > 1, checked.broken) == (True, None)


def test_a_call_is_served(data: Path) -> None:
    async def story() -> None:
        centre = await OldCentre(data.parent).open()
        try:
            anna = Operator(centre, "anna", "operator", simulated_centre.QUEUES)
            await anna.come()
            await anna.open_line()
            await anna.save_card()  # her talk was cut off; the card of it is a draft
            await anna.done(messages.GoReady())
            leg = await centre.in_queue("+79000000101", key="1")
            call = await anna.takes()
            assert call.id == leg
            centre.engine.caller_hangs_up(leg)
            await anna.until_me("wrap_up")
            await anna.save_card()
            await anna.done(messages.FinishWrapUp())
            found: messages.Contacts = await anna.done(messages.FindContacts(text="0101"))
            assert [contact.outcome for contact in found.contacts] == ["answered", "answered"]
        finally:
            await centre.close()

    virtual_time.run(story)


def joined(data: Path) -> bool:
    return (data / f"recordings/2026-11-29/{LEFT_OVER}.flac").exists()
