"""What cards say of people and visits, as it stands beside live calls on the screens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Set

from ekc_console.domain.terms.ids import CallId
from ekc_console.server.core.extras import CallExtras, Extras


class BesideCalls:
    """``look_up`` brings what is known of the caller of a live call up to date, ``owed`` whom the
    open callbacks belong to, ``owed_by`` those of one number."""

    def __init__(
        self,
        extras: Extras,
        look_up: Callable[[CallId], Awaitable[None]],
        owed: Callable[[], None],
        owed_by: Callable[[str], None],
    ) -> None:
        self._extras = extras
        self.look_up = look_up
        self._owed = owed
        self._owed_by = owed_by

    async def visit_closed(self, card: str) -> None:
        await self._again(
            lambda shown: any(visit.card == card for visit in shown.caller.home_visits)
        )

    async def person_linked(self, call: CallId, number: str) -> None:
        """To the card of this call, or from it."""
        self._owed_by(number)
        await self.look_up(call)

    async def persons_changed(self, ids: Set[int]) -> None:
        self._owed()
        await self._again(lambda shown: bool(_persons(shown) & ids))

    async def _again(self, concerned: Callable[[CallExtras], bool]) -> None:
        calls = [call for call, shown in self._extras.calls.items() if concerned(shown)]
        for call in calls:
            await self.look_up(call)


def _persons(shown: CallExtras) -> set[int]:
    caller = shown.caller
    linked = {caller.person.id} if caller.person else set()
    history = {contact.person_id for contact in shown.history}
    return linked | history | {person.id for person in caller.persons}
