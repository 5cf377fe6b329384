"""The centre's books as the demonstration reads them, beside the program that writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.demo.ledger import StoreLedger
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.base.errors import StoreError
from ekc_console.server.store.calls import recordings, scenarios
from ekc_console.server.store.cards import cards
from tests.unit.domain.desk import T0, queue
from tests.unit.server.store.cards.test_cards import DOCUMENT, CardBox, new
from tests.unit.server.store.journal.test_projection import StoredDesk

FAST = queue("fast", service_level_s=5.0, wrap_up_s=30.0, short_abandon_s=3.0)


@pytest.fixture
def desk(tmp_path: Path):
    with Database.open(tmp_path / "ekc.db") as database:
        yield StoredDesk(database, FAST)


@pytest.fixture
def ledger(tmp_path: Path) -> StoreLedger:
    return StoreLedger(tmp_path / "ekc.db", [FAST], T0)


def one_talk(desk: StoredDesk) -> None:
    desk.log_in("anna", "fast")
    desk.arrive("c1", "+79000000001", "fast")
    desk.wait(4)
    desk.ready("anna")
    desk.talk("anna")
    desk.wait(60)


async def test_a_live_call_is_not_settled(desk, ledger):
    one_talk(desk)
    figures = await ledger.read()
    assert [call.outcome for call in figures.calls] == [""]
    assert not figures.settled


async def test_answered_and_abandoned(desk, ledger):
    one_talk(desk)
    desk.end("c1")
    desk.arrive("c2", "+79000000002", "fast")
    desk.wait(2)
    desk.end("c2")
    desk.menu("c3", "+79000000003")
    desk.end("c3")
    box = CardBox(desk.db)
    box.create(new())
    box.save(1)
    desk.db.write_now(lambda conn: recordings.begin(conn, "c1", "/r/c1", T0))
    assert not (await ledger.read()).settled
    desk.db.write_now(lambda conn: recordings.finish(conn, "c1", "/r/c1.flac", 60.0, "ab"))
    figures = await ledger.read()
    assert figures.settled
    assert (figures.offered, figures.answered, figures.abandoned) == (2, 1, 1)
    assert (figures.abandoned_menu, figures.recordings, figures.cards) == (1, 1, 1)
    assert figures.callbacks == 2
    assert (figures.service_level, figures.asa_s) == (0.5, 4.0)
    talked, lost, in_menu = figures.calls
    assert (talked.outcome, talked.recording) == ("answered", Path("/r/c1.flac"))
    assert (talked.card_saved, talked.callback) == (True, False)
    assert (lost.outcome, lost.recording, lost.callback) == ("short_abandoned", None, True)
    assert (in_menu.outcome, in_menu.callback) == ("abandoned_menu", True)


async def test_a_draft_is_no_saved_card(desk, ledger):
    one_talk(desk)
    desk.end("c1")
    desk.db.write_now(lambda conn: scenarios.remember(conn, "appointment", "v1", DOCUMENT))
    desk.db.write_now(lambda conn: cards.create_draft(conn, new()))
    [call] = (await ledger.read()).calls
    assert not call.card_saved


async def test_no_database(tmp_path):
    with pytest.raises(StoreError, match=r"nothing\.db"):
        await StoreLedger(tmp_path / "nothing.db", [FAST], T0).read()
