"""What tests about cards begin with: a card in hand, a visit ordered, a callback owed."""

from __future__ import annotations

import sqlite3
from typing import Any

from msgspec.structs import replace

from ekc_console.server.store.base.digits import reversed_digits
from ekc_console.server.store.calls import scenarios
from ekc_console.server.store.cards import cards
from ekc_console.wire import messages
from tests.support.simulated_centre import NUMBER, Centre, Operator

OTHER_NUMBER = "+79000000202"
DAY_S = 86400.0


async def card_in_hand(centre: Centre, operator: Operator) -> messages.Card:
    """With an address, as if it had been filled in: what is saved here orders a doctor."""
    await centre.until(lambda: bool(operator.call and operator.call.card), "card")
    assert operator.call is not None
    card: messages.Card = await operator.done(messages.OpenCard(card=operator.call.card))
    fields = {"address": "Садовая, 5", **card.session["fields"]}
    return replace(card, session={**card.session, "fields": fields})


def without_address(card: messages.Card) -> dict[str, Any]:
    fields = {name: value for name, value in card.session["fields"].items() if name != "address"}
    return {**card.session, "fields": fields}


def saving(card: messages.Card, **changes: object) -> messages.SaveCard:
    values = {
        "card": card.id,
        "revision": card.revision + 1,
        "session": card.session,
        "disposition": "visit_ordered",
        **changes,
    }
    return messages.SaveCard(**values)  # type: ignore[arg-type]


def draft(card: messages.Card, **changes: object) -> messages.SaveDraft:
    values = {
        "card": card.id,
        "revision": card.revision + 1,
        "session": card.session,
        "disposition": card.disposition,
        **changes,
    }
    return messages.SaveDraft(**values)  # type: ignore[arg-type]


async def visit_ordered(
    centre: Centre,
    operator: Operator,
    number: str = NUMBER,
    fio: str = "Иванова Анна",
    clinic: str = "",
) -> messages.Card:
    """A call that is talked and done with; its card orders a doctor, of the ``clinic`` by name."""
    caller = await centre.in_queue(number, key="2")
    await operator.takes()
    card = await card_in_hand(centre, operator)
    fields = {**card.session["fields"], "fio": fio, "address": "Садовая, 5", "clinic": clinic}
    saved: messages.Card = await operator.done(
        saving(card, session={**card.session, "fields": fields})
    )
    centre.engine.caller_hangs_up(caller)
    await centre.ended(caller)
    await operator.until_me("wrap_up")
    await operator.done(messages.FinishWrapUp())
    await operator.done(messages.GoBreak(reason="lunch"))
    return saved


def put_visit(
    conn: sqlite3.Connection,
    call: str,
    clinic: str,
    number: str = NUMBER,
    fio: str = "Иванова Анна",
) -> str:
    """A contact of the past in the store, whose card orders a doctor of the ``clinic``; its id."""
    document = {
        "fields": {"fio": {"type": "person"}, "address": {"type": "address"},
                   "clinic": {"type": "clinic"}}
    }  # fmt: skip
    scenarios.remember(conn, "visit", "v1", document)
    conn.execute(
        "INSERT INTO calls (id, direction, number, number_reversed, called, topic, skills, queue,"
        " priority, state, arrived_at, ended_at, talk_s, held_s, wrap_up_s)"
        " VALUES (?, 'in', ?, ?, '', 't', '[]', 'home_visit', 0, 'ended', 1.0, 2.0, 0, 0, 0)",
        (call, number, reversed_digits(number)),
    )
    session = {"fields": {"fio": fio, "address": "Садовая, 5", "clinic": clinic}}
    new = cards.NewCard(
        id=f"card-{call}", call=call, number=number, topic="t", scenario="visit", version="v1",
        session=session, agent="anna", created_at=1.0,
    )  # fmt: skip
    cards.create_draft(conn, new)
    cards.save_card(
        conn, card=new.id, agent="anna", revision=1, scenario="visit", version="v1",
        session=session, note="", disposition="visit_ordered", saved_at=2.0,
    )  # fmt: skip
    return new.id


async def owed(centre: Centre, key: str = "2", number: str = NUMBER) -> str:
    """Somebody who gave up waiting in the queue of ``key``; the id of the callback."""
    lost = await centre.in_queue(number, key=key)
    centre.engine.caller_hangs_up(lost)
    await centre.ended(lost)
    (callback,) = centre.server.core.router.callbacks
    return callback
