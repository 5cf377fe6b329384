"""A doctor whom no clinic sends is said to who saves the card, and is given to a clinic from the
list of visits."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ekc_console.tui.operator.screens.visits import VisitsScreen
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import card_work
from ekc_console.wire.card_work import VisitInfo, Visits
from ekc_console.wire.messages import Card
from ekc_console.wire.side_work import HomeVisit
from tests.support import desk as support
from tests.support.desk import CALL, HISTORY, NOW, SCENARIO, ScriptedDesk, saved_card
from tests.tui.steps import commands, press, settle, shown, talk

FIRST = "Городская поликлиника № 1"


def visit(card: str, clinic: str, *, unseen: bool) -> VisitInfo:
    return VisitInfo(
        visit=HomeVisit(at=NOW - 60, card=card, address="Тюмень, Садовая, 5", unseen=unseen),
        contact=msgspec.structs.replace(HISTORY[0], card=card, clinic=clinic),
    )


async def test_a_visit_that_no_clinic_sees_is_said_and_given_to_one_from_the_list(
    app: EkcApp, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered = HomeVisit(at=NOW, card=CALL.card, unseen=True)

    def saved(*filled: Any) -> Card:
        return msgspec.structs.replace(saved_card(*filled), visit=ordered)

    monkeypatch.setattr(support, "saved_card", saved)
    monkeypatch.setitem(SCENARIO["fields"]["clinic"], "type", "clinic")
    lost, sent = visit("card-old-1", "", unseen=True), visit("card-2", FIRST, unseen=False)
    desk.results[card_work.ListVisits] = Visits(visits=(lost, sent), total=2)
    async with app.run_test(size=(120, 40)) as pilot:
        await talk(pilot)
        desk.card_desk.set_disposition("waiting_list")
        await press(pilot, "f9")
        assert "НЕ ВИДИТ ни одна поликлиника" in shown(pilot, "#message")
        await press(pilot, "f3", "f3")
        assert isinstance(app.screen, VisitsScreen)
        rows = app.screen.query_one("#visits", LineTable).rows
        assert [row.cells[0] for row in rows] == ["?", ""]
        assert "ничьих: 1" in shown(pilot, "#visits-note")
        assert "не названа: вызова не видит никто; G — передать" in shown(pilot, "#visits-more")
        await press(pilot, "п", "садов", "enter")  # the same key on the Russian layout
        await settle(pilot)
        (given,) = commands(pilot, card_work.EditCard)
        assert (given.card, given.fields) == ("card-old-1", {"clinic": FIRST})
        assert f"передан: {FIRST}" in shown(pilot, "#message")
        assert len(commands(pilot, card_work.ListVisits)) >= 2
