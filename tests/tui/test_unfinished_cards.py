"""Cards that were left without a disposition: counted between calls, listed first, finished."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ekc_console.client.link.errors import Offline
from ekc_console.tui.operator.present.status import sentences
from ekc_console.tui.operator.screens.card import CardScreen
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import card_work, messages
from tests.support.desk import CALL, HISTORY, NOW, ScriptedDesk
from tests.tui.steps import (
    READY,
    TALK,
    be_ready,
    commands,
    log_in,
    press,
    replace,
    settle,
    show_call,
    shown,
    wrap_up,
)

SMALL, LARGE = (80, 24), (120, 40)


def leave_unfinished(desk: ScriptedDesk, *, disposition: str = "") -> None:
    """An earlier card of this operator, and a finished one that is newer."""
    contact = replace(HISTORY[0], disposition="", unfinished=True)
    newer = replace(HISTORY[1], call="c-newer", at=contact.at + 60.0)
    desk.own = (newer, contact)
    desk.old_card = msgspec.structs.replace(
        desk.old_card, state="draft", disposition=disposition, disposition_title="", saved_at=None
    )


def listed(pilot: Any) -> list[tuple[str, ...]]:
    return [row.cells for row in pilot.app.screen.query_one("#found", LineTable).rows]


@pytest.mark.long
@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_they_are_counted_after_the_login_and_finished_from_the_list(
    app: EkcApp, desk: ScriptedDesk, size: tuple[int, int]
) -> None:
    leave_unfinished(desk)
    async with app.run_test(size=size) as pilot:
        await log_in(pilot)
        assert "Незаконченных карточек: 1   F3 — список" in shown(pilot, "#staff-line")
        assert sentences(desk)["unfinished"] == "Незаконченных карточек: 1."
        await press(pilot, "f3")
        assert "! не закончена" in listed(pilot)[0]
        assert "сегодня: 0, не закончены: 1" in shown(pilot, "#find-note")
        await press(pilot, "down", "enter")
        assert isinstance(app.screen, CardScreen)
        assert "карточка не закончена   Enter выбрать итог" in shown(pilot, "#card-text")
        await press(pilot, "enter", "1", "1", "f9")
        assert [c.disposition for c in commands(pilot, card_work.EditCard)] == ["booked"]
        assert "Карточка сохранена" in shown(pilot, "#message")
        assert "не закончена" not in shown(pilot, "#card-text")
        assert "Незаконченных" not in shown(pilot, "#staff-line")
        assert "unfinished" not in sentences(desk)


@pytest.mark.long
async def test_one_with_a_disposition_wants_only_to_be_saved(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    leave_unfinished(desk, disposition="booked")
    async with app.run_test(size=SMALL) as pilot:
        await be_ready(pilot)
        await press(pilot, "f3", "down", "enter")
        assert "F9 сохранить" in shown(pilot, "#card-text")
        await press(pilot, "f9")
        assert [c.card for c in commands(pilot, card_work.EditCard)] == ["card-old-1"]
        await press(pilot, "f9")
        assert len(commands(pilot, card_work.EditCard)) == 1


async def test_the_card_of_a_call_that_is_over_is_counted_between_calls(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=SMALL) as pilot:
        await wrap_up(pilot)
        leave_unfinished(desk)
        assert "Незаконченных" not in shown(pilot, "#staff-line")
        desk.gone(type(CALL), CALL.id)
        desk.put(READY)
        await settle(pilot)
        assert "Незаконченных карточек: 1" in shown(pilot, "#staff-line")
        desk.put(replace(READY, state="offered"), CALL)
        await settle(pilot)
        assert "Незаконченных" not in shown(pilot, "#staff-line")


async def test_the_word_that_a_card_is_saved_leaves_with_the_next_card(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await wrap_up(pilot)
        desk.card_desk.set_disposition(next(iter(desk.card_desk.dispositions)))
        desk.gone(messages.MyCall, TALK.id)
        desk.put(replace(READY, state="offered", until=NOW + 12), replace(CALL, id="c-2"))
        await settle(pilot)
        await press(pilot, "f9")
        assert "Карточка сохранена" in shown(pilot, "#message")
        show_call(pilot, "talking", replace(TALK, id="c-2", card="card-2"))
        await settle(pilot)
        assert desk.card_desk.card_id == "card-2"
        assert not app.screen.query_one("#message").display


async def test_what_is_pressed_before_the_next_card_is_here_goes_into_no_other_card(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test() as pilot:
        await wrap_up(pilot)
        desk.gone(messages.MyCall, TALK.id)
        desk.put(replace(READY, state="offered", until=NOW + 12), replace(CALL, id="c-2"))
        await settle(pilot)
        assert desk.card_desk.unsaved
        desk.refuse[messages.OpenCard] = Offline("Нет связи.")
        await press(pilot, "f5")
        show_call(pilot, "talking", replace(TALK, id="c-2", card="card-2"))
        await settle(pilot)
        await press(pilot, "120385", "enter")
        assert desk.card_desk.card_id == ""
        assert not app.screen.query_one("#script-input").display
