"""What many consoles show alike."""

from __future__ import annotations

from ekc_console.domain.terms.ids import AgentId
from ekc_console.server.live.shelves import EMPTY, NO_CHANGE, Shelf
from ekc_console.server.people.person import Person
from ekc_console.wire import codec, messages

ANNA = Person(AgentId("anna"), "Анна", "operator")
VERA = Person(AgentId("vera"), "Вера", "volunteer")


def waiting(name: str, position: int = 1) -> messages.WaitingCall:
    return messages.WaitingCall(
        id=name, queue="q", queue_title="", topic_title="", number="+79001234567", queued_at=0.0,
        position=position,
    )  # fmt: skip


def delta(shelf: Shelf, earlier: Shelf, person: Person) -> messages.Delta:
    message = codec.decode_server(codec.encode_delta(7, *shelf.since(earlier, person)))
    assert isinstance(message, messages.Delta)
    return message


def test_a_delta_holds_what_is_another_and_what_is_gone() -> None:
    old = Shelf([waiting("c1"), waiting("c2", 2), waiting("c3", 3)])
    new = old.replaced([waiting("c2", 1), waiting("c3", 3)])
    assert delta(new, old, ANNA) == messages.Delta(
        seq=7, put=(waiting("c2", 1),), gone=(("WaitingCall", "c1"),)
    )
    assert delta(new, EMPTY, ANNA).put == (waiting("c2", 1), waiting("c3", 3))
    assert new.since(new, ANNA) == NO_CHANGE


def test_who_must_not_see_numbers_shares_with_nobody_who_may() -> None:
    shelf = Shelf().replaced([waiting("c1")])
    shown = [delta(shelf, EMPTY, person).put[0] for person in (ANNA, VERA, ANNA)]
    assert [call.number for call in shown if isinstance(call, messages.WaitingCall)] == [
        "+79001234567", "+7 *** ***-**-67", "+79001234567",
    ]  # fmt: skip


def test_a_shelf_that_holds_the_same_stays_and_a_later_one_lets_the_earlier_ones_go() -> None:
    old = Shelf([waiting("c1")])
    assert old.replaced([waiting("c1")]) is old
    old.since(EMPTY, ANNA)
    new = old.replaced([])
    assert not old._parts
    assert new.since(old, ANNA) is new.since(old, ANNA)
