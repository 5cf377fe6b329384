"""A card that the server does not take: each field's reason, and the keys in the field at fault."""

from __future__ import annotations

import pytest

from ekc_console.client.link.errors import refused
from ekc_console.tui.operator.screens.card import CardScreen
from ekc_console.tui.shared.repaint import EVERYTHING
from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire import card_work, messages
from ekc_console.wire.words import FieldFault, words
from tests.support.desk import ScriptedDesk
from tests.tui.steps import be_ready, focused, press, replace, settle, shown, wrap_up

SMALL, LARGE = (80, 24), (120, 40)


def without(*names: str) -> BaseException:
    return refused(
        messages.Reply(
            id="1",
            ok=False,
            code="bad_value",
            words=words("card.faulty", fields=", ".join(names)),
            faults=tuple(
                FieldFault(field=name, label=name, words=words("field.required", label=name))
                for name in names
            ),
        )
    )


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_f9_without_a_field_that_is_needed_puts_the_keys_into_it(
    app: EkcApp, desk: ScriptedDesk, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await wrap_up(pilot)
        desk.card_desk.set_disposition("waiting_list")
        desk.refuse[messages.SaveCard] = without("clinic")
        await press(pilot, "f9")
        assert "«clinic»: обязательное поле" in shown(pilot, "#message")
        await press(pilot, "поликлиника 3", "enter")
        assert desk.card_desk.session is not None
        assert desk.card_desk.session.fields["clinic"] == "поликлиника 3"
        assert shown(pilot, "#message") == "Исправлено. Теперь нажмите F9."


@pytest.mark.long
async def test_a_card_saved_during_the_talk_is_not_asked_for_in_the_wrap_up(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await wrap_up(pilot)
        assert "заполните карточку" in shown(pilot, "#call-about")
        card = desk.card_desk
        assert card.card is not None
        card.card, card.unsaved = replace(card.card, state="saved"), False
        app.paint(EVERYTHING)
        await settle(pilot)
        assert "карточка сохранена; F9 — закончить" in shown(pilot, "#call-about")


async def test_f9_without_the_field_that_is_asked_now_goes_to_its_question(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=SMALL) as pilot:
        await wrap_up(pilot)
        desk.card_desk.set_disposition("waiting_list")
        await press(pilot, "12.03")
        desk.refuse[messages.SaveCard] = without("birth_date")
        await press(pilot, "f9")
        assert focused(pilot) == "script-input"
        assert "обязательное поле" in shown(pilot, "#message")
        desk.card_desk.set_field("birth_date", "12.03.1985")
        await settle(pilot)
        assert not app.screen.query_one("#message").display


@pytest.mark.long
async def test_f9_on_an_old_card_without_a_field_asks_for_it(
    app: EkcApp, desk: ScriptedDesk
) -> None:
    async with app.run_test(size=LARGE) as pilot:
        await be_ready(pilot)
        await press(pilot, "f3", "down", "enter", "enter", "1", "1")
        desk.refuse[card_work.EditCard] = without("clinic")
        await press(pilot, "f9", "поликлиника 3", "enter")
        assert isinstance(app.screen, CardScreen)
        assert app.screen.edit is not None
        assert app.screen.edit.value("clinic") == "поликлиника 3"
        assert shown(pilot, "#message") == "Исправлено. Теперь нажмите F9."
