"""What the card says beside the fields."""

from __future__ import annotations

import msgspec
import pytest

from ekc_console.client.card.old_cards import CardEdit
from ekc_console.tui.operator.present import cards
from ekc_console.tui.shared.wording import moment
from ekc_console.wire.call_control import ServiceCalled
from tests.support.desk import NOW, new_card

ANSWERED = NOW - 90


def shown(disposition: str, *called: ServiceCalled) -> str:
    card = msgspec.structs.replace(new_card("card-1"), disposition=disposition, services=called)
    edit = CardEdit(card, None)
    return " ".join(cards.text(edit, NOW, 100).plain.split())


@pytest.mark.parametrize(
    ("disposition", "called", "said"),
    [
        (
            "emergency_103",
            (ServiceCalled(number="103", answered_at=ANSWERED),),
            f"103 ответила в {moment(ANSWERED, NOW)}",
        ),
        ("emergency_103", (ServiceCalled(number="103"),), "103 не ответила"),
        (
            "emergency_112",
            (ServiceCalled(number="103"), ServiceCalled(number="112", answered_at=ANSWERED)),
            f"103 не ответила; 112 ответила в {moment(ANSWERED, NOW)}",
        ),
        (
            "emergency_103",
            (ServiceCalled(number="103", cancelled_at=ANSWERED),),
            f"вызов 103 отменён в {moment(ANSWERED, NOW)}",
        ),
        ("emergency_103", (), "103 программой не вызывалась"),
    ],
)
def test_the_card_says_what_the_journal_knows_of_103_whatever_the_operator_chose(
    disposition: str, called: tuple[ServiceCalled, ...], said: str
) -> None:
    assert f"Экстренная служба {said}" in shown(disposition, *called)


def test_a_card_without_an_emergency_says_nothing_of_one() -> None:
    assert "Экстренная служба" not in shown("booked")
