"""What a console sends of a card: with the real numbers again where its operator sees masks, and
without what only a medic may decide."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from ekc_console.domain import scenario as sc
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.rights.medical import decisions
from ekc_console.server.rights.session_masks import NOTE, Held
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.cards import card_drafts, card_edits
from ekc_console.wire import card_work, messages

Body = TypeVar(
    "Body", messages.SaveDraft, messages.SaveCard, card_work.EditCard, card_work.UnsavedEdit
)


class Arriving:
    """``script``: a scenario by id and version; None when it cannot be read."""

    def __init__(
        self, database: Database, script: Callable[[str, str], Awaitable[sc.Scenario | None]]
    ) -> None:
        self._database = database
        self._script = script

    async def real(self, person: Person, card: messages.Card, body: Body) -> Body:
        """``body`` is about the ``card``, as stored. A session that is none stays as it is."""
        if person.sees_numbers:
            return body
        if isinstance(body, messages.SaveDraft | messages.SaveCard):
            try:
                state = msgspec.convert(body.session, sc.SessionState)
            except msgspec.ValidationError:
                return body
            held = await self._held(person, card, state.scenario, state.version)
            session = held.restored(msgspec.to_builtins(state))
            return msgspec.structs.replace(body, session=session, note=held.real(NOTE, body.note))
        held = await self._held(person, card, card.scenario, card.version)
        note = None if body.note is None else held.real(NOTE, body.note)
        return msgspec.structs.replace(body, fields=held.restored_fields(body.fields), note=note)

    async def require_decided(
        self, person: Person, card: messages.Card, state: sc.SessionState
    ) -> None:
        """Raises Refusal (``not_allowed``) when the walk goes where only a medic may lead it, and
        who sends it is none. What stands in the ``card`` as stored was decided by one."""
        if person.may("medical"):
            return
        stored = await self._walks(card)
        for walk in (*state.earlier, sc.Walk(state.scenario, state.version, state.path)):
            script = await self._script(walk.scenario, walk.version)
            known = stored.get((walk.scenario, walk.version), ())
            if script is not None and any(decisions(script, walk.path, known)):
                raise Refusal("not_allowed", "card.medics")

    async def _walks(self, card: messages.Card) -> dict[tuple[str, str], list[sc.PathStep]]:
        """Steps stored of the card, by scenario and version."""
        draft = await self._database.read(lambda conn: card_drafts.get(conn, card.id))
        found: dict[tuple[str, str], list[sc.PathStep]] = {}
        for session in (card.session, *([draft.session] if draft else [])):
            state = msgspec.convert(session, sc.SessionState)
            for walk in (*state.earlier, sc.Walk(state.scenario, state.version, state.path)):
                found.setdefault((walk.scenario, walk.version), []).extend(walk.path)
        return found

    async def _held(self, person: Person, card: messages.Card, scenario: str, version: str) -> Held:
        """By all that the console may have been shown of the card."""

        def read(
            conn: sqlite3.Connection,
        ) -> tuple[card_drafts.CardDraft | None, card_work.UnsavedEdit | None]:
            return card_drafts.get(conn, card.id), card_edits.get(conn, card.id, person.login)

        draft, edit = await self._database.read(read)
        held = Held(card.number, await self._script(scenario, version))
        if edit is not None:
            held.learn_fields(edit.fields, edit.note)
        if draft is not None:
            held.learn(draft.session)
            held.learn_fields({}, draft.note)
        held.learn(card.session)
        held.learn_fields({}, card.note)
        return held
