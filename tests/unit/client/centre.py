"""What the small wire server answers when it plays a centre with cards and scenarios."""

from __future__ import annotations

import msgspec

from ekc_console.domain.scenario import Session
from ekc_console.wire.messages import (
    Card,
    Command,
    Contact,
    Contacts,
    FindContacts,
    GetScenario,
    Line,
    OpenCard,
    OpenLine,
    RefusalCode,
    Result,
    SaveCard,
    SaveDraft,
    ScenarioText,
)
from tests.support.wire_server import Refusal
from tests.support.zones import MOSCOW
from tests.unit.client.scenarios import SCENARIOS

NOW = 1_750_000_000.0


def new_card(card: str, scenario: str = "general") -> Card:
    script = SCENARIOS[scenario]
    session = Session.start(script, NOW, {"number": "+79000000012"}, zone=MOSCOW)
    return Card(
        id=card,
        call=card.removeprefix("card-"),
        number="+7 900 000-00-12",
        topic=scenario,
        scenario=scenario,
        version=script.version,
        revision=0,
        session=msgspec.to_builtins(session.state),
        note="",
        disposition="",
        disposition_title="",
        state="draft",
        created_at=NOW,
        saved_at=None,
        agent_name="Анна",
    )


class Centre:
    """Call it with a command. ``refuse``: types of refused commands, with code and key."""

    def __init__(self, *cards: Card) -> None:
        self.cards = {card.id: card for card in cards}
        self.refuse: dict[type, tuple[RefusalCode, str]] = {}
        self.line = Line(
            uri="sip:standing@127.0.0.1:5060;transport=tcp",
            user="anna",
            password="secret",
            domain="127.0.0.1",
            transport="tcp",
        )

    def __call__(self, command: Command) -> Result | None:
        if refusal := self.refuse.get(type(command)):
            raise Refusal(*refusal)
        match command:
            case OpenLine():
                return self.line
            case OpenCard():
                return self._card(command.card)
            case GetScenario():
                return self._scenario(command)
            case SaveDraft() | SaveCard():
                return self._store(command)
            case FindContacts():
                return Contacts(contacts=(_contact(command.text),))
        return None

    def _card(self, card: str) -> Card:
        if card not in self.cards:
            raise Refusal("unknown", "card.none")
        return self.cards[card]

    def _scenario(self, command: GetScenario) -> ScenarioText:
        script = SCENARIOS.get(command.scenario)
        if script is None or command.version not in ("", script.version):
            raise Refusal("unknown", "card.no_such_scenario", scenario=command.scenario)
        return ScenarioText(
            scenario=script.id, version=script.version, document=script.to_document()
        )

    def _store(self, command: SaveDraft | SaveCard) -> Card | None:
        card = self._card(command.card)
        if command.revision >= card.revision:
            saved = isinstance(command, SaveCard)
            self.cards[card.id] = msgspec.structs.replace(
                card,
                revision=command.revision,
                scenario=command.session["scenario"],
                version=command.session["version"],
                session=command.session,
                note=command.note,
                disposition=command.disposition,
                state="saved" if saved else card.state,
                saved_at=NOW if saved else card.saved_at,
            )
        return self.cards[card.id] if isinstance(command, SaveCard) else None


def _contact(number: str) -> Contact:
    return Contact(
        call="c0", at=NOW, direction="in", number=number, topic="general", outcome="answered"
    )
