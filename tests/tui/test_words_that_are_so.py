"""Words stay on the screen as long as they are so; letters typed go where they are seen."""

from __future__ import annotations

from ekc_console.client.link.errors import Refused
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import messages
from tests.support.desk import CALL, ScriptedDesk
from tests.tui.steps import (
    TALK,
    be_ready,
    focused,
    press,
    replace,
    settle,
    show_call,
    shown,
    talk,
)
from tests.tui.test_transfer import TARGETS


async def test_letters_that_begin_no_outcome_are_written_into_the_note_in_sight(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await talk(pilot)
        await press(pilot, "f9")
        assert focused(pilot) == "card-dispositions"
        await press(pilot, "э", "э", "space", "х", "м")
        assert focused(pilot) == "card-note"
        assert desk.card_desk.note == "ээ хм"


async def test_why_somebody_does_not_get_the_call_leaves_when_another_one_is_asked(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        desk.results[messages.GetTargets] = TARGETS
        desk.refuse[messages.StartConsult] = Refused(
            "illegal", "Занят. Выберите другого оператора."
        )
        await talk(pilot)
        await press(pilot, "f11", "enter")
        assert "Выберите другого оператора" in shown(pilot, "#message")
        info = messages.ConsultInfo(
            role="asking", who="Петрова", open=False, heard="party", since=desk.now()
        )
        show_call(pilot, "consulting", replace(TALK, state="consult", consult=info))
        await settle(pilot)
        assert not app.screen.query_one("#message").display


async def test_a_call_without_a_card_is_not_said_to_be_going_to_have_one(app: EkcApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await be_ready(pilot)
        show_call(pilot, "offered", replace(CALL, card=""))
        await settle(pilot)
        assert "Карточка откроется вместе с вызовом." in shown(pilot, "#card-state")
        show_call(pilot, "talking", replace(TALK, card=""))
        await settle(pilot)
        assert "У этого вызова нет карточки." in shown(pilot, "#card-state")
