"""The card of the call: its scenario runs here, so that a key answers at once.

Every change makes a new revision, which is on this machine's disk before the method returns and
at the server soon after. Methods that work on an open card raise EkcError when none is open.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from datetime import tzinfo
from typing import Any

import msgspec
import structlog

from ekc_console.client.card.draft_sender import DraftSender, Request
from ekc_console.client.card.drafts import Draft, of_card
from ekc_console.client.card.scenario_shelf import ScenarioShelf, led_to, session_of
from ekc_console.client.card.tasks import Tasks
from ekc_console.client.link.errors import Kept, Refused
from ekc_console.client.link.results import expect
from ekc_console.domain.scenario import Do, End, GoTo, Scenario, Session, Step
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.wire.messages import Card, OpenCard, Result, SaveCard
from ekc_console.wire.side_work import PersonRecord

log = structlog.get_logger(__name__)


class CardDesk:
    """``begin`` gives it the sender of the shift's drafts; then ``open`` and the rest."""

    def __init__(
        self,
        request: Request,
        on_change: Callable[[], None],
        now: Callable[[], float],
        zone: Callable[[], tzinfo],
        facts: Callable[[], Mapping[str, str]] = dict,
        medical: Callable[[], bool] = lambda: False,
    ) -> None:
        """``medical``: whether who works here may answer what scripts keep for a medic.
        ``zone``: the centre's, which decides what day it is; ``facts``: what the scenario may
        ask about the call, as it is now (see ``Session.learn``)."""
        self._request = request
        self.on_change = on_change
        self._now = now
        self._zone, self._facts, self.medical = zone, facts, medical
        self._sender: DraftSender[Draft] | None = None
        self.scenarios = ScenarioShelf(request, medical)
        self._tasks = Tasks()
        self._clear()

    def _clear(self) -> None:
        self.card: Card | None = None
        """As the server last gave it; what was changed since is in the attributes below."""
        self.scenario: Scenario | None = None
        self.session: Session | None = None
        """None when the scenario cannot be run; note and disposition work all the same."""
        self.note = ""
        self.disposition = ""
        self.revision = 0
        self.unsaved = False
        """Something was filled in since the card was last saved as a whole."""
        self.error = ""
        """What is wrong with the card, for people."""
        self._raw_session: dict[str, Any] = {}
        self._chosen = False
        """The disposition is the operator's own; otherwise it is ``_proposed``."""
        self._happened = ""
        """The disposition that says what became of the call."""

    # -- what is ---------------------------------------------------------------

    @property
    def card_id(self) -> str:
        """Empty when no card is open."""
        return self.card.id if self.card else ""

    @property
    def step(self) -> Step | None:
        return self.session.step if self.session else None

    @property
    def dispositions(self) -> Mapping[str, str]:
        """Code to label, in the author's order."""
        return self.scenario.dispositions if self.scenario else {}

    # -- opening and closing ---------------------------------------------------

    def begin(self, sender: DraftSender[Draft]) -> None:
        """A shift begins: no card is open, drafts go through ``sender``."""
        self._tasks.cancel()
        self._sender = sender
        sender.on_stored = self._on_stored
        self.scenarios.forget()
        self._clear()

    async def open(self, card_id: str) -> None:
        """Take up a card with its newest draft: the server's, or the one on this machine.

        Raises Offline, Refused, EkcError when the card cannot be had; a scenario that cannot be
        run is told in ``error`` only.
        """
        sender = self._require_sender()
        # Taken before the question: the answer may be older than a draft sent meanwhile.
        kept = sender.draft(card_id)
        card = expect(await self._request(OpenCard(card=card_id)), Card)
        draft = sender.draft(card_id) or kept
        if draft is not None and (draft.revision <= card.revision or draft.edits != card.edits):
            sender.overtaken(card.id, card.revision)
            draft = None
        names = (draft.scenario, draft.version) if draft else (card.scenario, card.version)
        scenario, error = await self.scenarios.try_get(*names)
        self.close()
        sender.open(card.id)
        self.card, self.scenario, self.error = card, scenario, error
        self._restore(draft or of_card(card))
        self.unsaved = draft is not None or (card.state == "draft" and card.revision > 0)
        self._prefetch()
        self._go_over()
        self.on_change()

    def close(self) -> None:
        """Put the card away; its draft stays at the server."""
        if self.card is None:
            return
        self._tasks.cancel()
        if self._sender:
            self._sender.close(self.card.id)
        self._clear()
        self.on_change()

    # -- the scenario ----------------------------------------------------------

    def answer(self, value: str) -> None:
        """Answer the step's question. Raises FieldError or SessionError; nothing changes then."""
        self._require_session().answer(value, self._now(), medical=self.medical())
        self._walked()

    def proceed(self) -> None:
        """Go on from a step that asks nothing. Raises SessionError."""
        self._require_session().proceed(self._now())
        self._walked()

    def back(self) -> None:
        """To the step before; from the first one to where the scenario before this one was left.
        Raises SessionError when there is none."""
        session = self._require_session()
        if session.can_go_back or not session.state.earlier:
            session.back(self._now())
            self._walked()
        else:
            walk = session.state.earlier[-1]
            self._tasks.begin(
                self._over(self.scenarios.get(walk.scenario, walk.version), self._left)
            )

    def jump(self, step: str) -> None:
        """To a step visited before. Raises SessionError."""
        self._require_session().jump(step, self._now())
        self._walked()

    def set_field(self, name: str, value: str) -> None:
        """Raises FieldError; SessionError for a field that the scenario does not have."""
        self._require_session().set_field(name, value, self._now())
        self._changed()

    def give_answer(self, item: str, title: str) -> None:
        """Note in the card's path that an answer from the knowledge was given; the step stays."""
        self._require_session().give_answer(item, title, self._now())
        self._changed()

    async def choose_scenario(self, scenario: str) -> None:
        """Start another scenario with the fields filled in so far; this one goes on as it is."""
        self._require_card()
        if self.session is None or scenario != self.session.scenario.id:
            found = await self.scenarios.get(scenario)
            self._walk_on(found, self._started(found))

    def _started(self, scenario: Scenario) -> Session:
        known = self.session.fields if self.session else {}
        before = self.session.state if self.session else None
        return Session.start(
            scenario, self._now(), known, zone=self._zone(), after=before, facts=self._facts()
        )

    def _left(self, scenario: Scenario) -> Session:
        """Back where ``scenario``, the one before this, was left."""
        left, now = self._require_session().state, self._now()
        return Session.returned(scenario, left, now, zone=self._zone(), facts=self._facts())

    def _walk_on(self, scenario: Scenario, session: Session) -> None:
        """In another scenario from now on: how the call ends there is to be chosen anew."""
        self.session, self.scenario, self.error = session, scenario, ""
        self._chosen = False
        self._prefetch()
        self._walked()

    def _walked(self) -> None:
        """Another step is current: an end proposes its disposition, which goes with that step."""
        if not self._chosen:
            self.disposition = self._proposed
        self._changed()
        self._go_over()

    def link_up(self) -> None:
        """The link is back: get what could not be got without it."""
        self._prefetch()
        self._go_over()

    def _go_over(self) -> None:
        """At a ``GoTo``: to the other scenario, at once when it is here already."""
        step = self.step
        if isinstance(step, Do) and isinstance(step.action, GoTo):
            target = step.action.scenario
            if found := self.scenarios.here(target):
                self._walk_on(found, self._started(found))
            else:
                self._tasks.begin(self._over(self.scenarios.get(target), self._started))

    @property
    def _proposed(self) -> str:
        if self._happened in self.dispositions:
            return self._happened
        return self.step.disposition if isinstance(self.step, End) else ""

    async def _over(
        self, scenario: Awaitable[Scenario], walk: Callable[[Scenario], Session]
    ) -> None:
        """To another scenario when it has come, unless somebody has gone elsewhere meanwhile."""
        session = self.session
        try:
            found = await scenario
        except EkcError as error:
            self.error = str(error)
            self.on_change()
            return
        if self.session is session:
            self._walk_on(found, walk(found))

    # -- the rest of the card --------------------------------------------------

    def set_note(self, text: str) -> None:
        self._require_card()
        if text != self.note:
            self.note = text
            self._changed()

    def propose(self, code: str) -> None:
        """What became of the call says its disposition: before what an end proposes, and after the
        operator's own choice. Empty, or not of this scenario: nothing changes."""
        if code in self.dispositions and code != self._happened:
            self._happened = code
            if not self._chosen:
                self.disposition = code
                self._changed()

    def set_disposition(self, code: str) -> None:
        """The operator's own choice, unless it is what the end proposes; empty takes it back.
        Raises EkcError for a code that the scenario does not offer."""
        self._require_card()
        if code and code not in self.dispositions:
            raise EkcError(
                _("Итога «{code}» в этом сценарии нет.").format(code=code), self._offered()
            )
        if code != self.disposition:
            self.disposition, self._chosen = code, code not in ("", self._proposed)
            self._changed()

    def take_person(self, card: str, person: PersonRecord | None) -> None:
        """The server says whom the card is about now, if it is the open one."""
        if self.card is not None and self.card.id == card:
            self.card = msgspec.structs.replace(self.card, person=person)
            self.on_change()

    async def save(self) -> Card:
        """Store the finished card. Raises EkcError without a disposition, Refused, Offline; the
        draft is kept then. Raises Kept when the server cannot write now: it is sent again."""
        card = self._require_card()
        if not self.disposition:
            raise EkcError(_("Не выбран итог обращения."), self._offered())
        self.revision += 1
        revision = self.revision
        command = SaveCard(
            card=card.id,
            revision=revision,
            session=self._session_data(),
            note=self.note,
            disposition=self.disposition,
            edits=card.edits,
        )
        try:
            saved = expect(await self._request(command), Card)
        except Refused as error:
            if error.code == "conflict":
                await self._take_conflict(card.id, error)
            if error.code == "server_busy":
                self._keep_finished(card.id, revision)
                raise Kept() from error
            raise
        self._require_sender().saved(card.id, revision)
        if self.card_id == saved.id:
            self.card = saved
            self.unsaved = self.revision > revision
            self.on_change()
        return saved

    def _keep_finished(self, card_id: str, revision: int) -> None:
        if self.card_id != card_id or self.revision != revision:
            return  # typed on meanwhile: that is a draft of its own
        self._require_sender().put(self._draft(finished=True))
        self.unsaved = False
        self.on_change()

    def _on_stored(self, draft: Draft, result: Result | None) -> None:
        """The sender has brought a draft to the server; of a finished card that is its saving."""
        if isinstance(result, Card) and self.card_id == draft.card:
            self.card = result
            self.on_change()

    async def _take_conflict(self, card_id: str, error: Refused) -> None:
        """Somebody else has changed the card: what is filled in here stays, and goes over theirs
        at the next saving. Raises EkcError that says so."""
        theirs = expect(await self._request(OpenCard(card=card_id)), Card)
        if self.card_id != card_id:
            return
        self.card = theirs
        self.revision = max(self.revision, theirs.revision)
        self.on_change()
        raise EkcError(
            error.message, _("Ваши данные на экране: сверьте их и сохраните ещё раз.")
        ) from error

    # -- how -------------------------------------------------------------------

    def _changed(self) -> None:
        self._require_card()
        self.revision += 1
        self.unsaved = True
        self._require_sender().put(self._draft())
        self.on_change()

    def _draft(self, *, finished: bool = False) -> Draft:
        card, scenario = self._require_card(), self.scenario
        return Draft(
            card=card.id,
            revision=self.revision,
            scenario=scenario.id if scenario else card.scenario,
            version=scenario.version if scenario else card.version,
            session=self._session_data(),
            note=self.note,
            disposition=self.disposition,
            edits=card.edits,
            finished=finished,
        )

    def _restore(self, draft: Draft) -> None:
        self.note, self.disposition, self.revision = draft.note, draft.disposition, draft.revision
        self._raw_session = draft.session
        self._chosen = bool(draft.disposition)
        if self.scenario is not None:
            self.session, self.error = session_of(draft.session, self.scenario, self._zone())
        if self._chosen and self.session and self.disposition == self._proposed:
            self._chosen = self.session.state.own_disposition

    def _session_data(self) -> dict[str, Any]:
        if self.session is None:
            return self._raw_session
        state = dataclasses.replace(self.session.state, own_disposition=self._chosen)
        return dict(msgspec.to_builtins(state))

    def _prefetch(self) -> None:
        """Get the scenarios that this one leads to, so that going over takes no time."""
        for name in led_to(self.scenario) if self.scenario else ():
            if self.scenarios.here(name) is None:
                self._tasks.begin(self.scenarios.fetch(name))

    def _offered(self) -> str:
        return _("Выберите один из: {list}.").format(list=", ".join(self.dispositions.values()))

    def _require_card(self) -> Card:
        if self.card is None:
            raise EkcError(_("Карточка не открыта."))
        return self.card

    def _require_session(self) -> Session:
        self._require_card()
        if self.session is None:
            raise EkcError(_("Сценарий этой карточки не запущен."), self.error)
        self.session.learn(self._facts())
        return self.session

    def _require_sender(self) -> DraftSender[Draft]:
        if self._sender is None:
            raise EkcError(_("Вход не выполнен."), _("Войдите с логином и паролем."))
        return self._sender
