"""An earlier contact and its card in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from textual.content import Content

from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui import words
from ekc_console.tui.present.caller import facts
from ekc_console.wire.messages import Card, Contact, GetScenario, ScenarioText

if TYPE_CHECKING:
    from ekc_console.client.desk import Desk
    from ekc_console.domain.scenario import Scenario

log = structlog.get_logger(__name__)


def contact(item: Contact, now: float, width: int) -> Content:
    return facts(
        [
            (_("Когда"), words.moment(item.at, now)),
            (_("Номер"), words.phone(item.number)),
            (_("Вид"), _("исходящий") if item.direction == "out" else _("входящий")),
            (_("Тема"), item.topic),
            (_("Исход"), words.outcome(item.outcome)),
            (_("Итог"), item.disposition),
            (_("Оператор"), item.agent_name),
            (_("Разговор"), words.span(item.talk_s) if item.talk_s else ""),
        ],
        width,
    )


async def read(desk: Desk, card_id: str, width: int) -> Content:
    """Fetch a card and the scenario it was filled by, and put it into words.

    Raises EkcError when the card cannot be had.
    """
    card = await desk.open_card(card_id)
    return text(card, await _scenario(desk, card), width)


async def _scenario(desk: Desk, card: Card) -> Scenario | None:
    """None when the server does not have it any more: the card is readable without."""
    from ekc_console.client.results import expect
    from ekc_console.domain.scenario import Scenario

    wanted = GetScenario(scenario=card.scenario, version=card.version)
    try:
        found = expect(await desk.request(wanted), ScenarioText)
        return Scenario.from_document(found.document)
    except EkcError as error:
        log.info("card without scenario", error=type(error).__name__)
        return None


def text(card: Card, scenario: Scenario | None, width: int) -> Content:
    """Fields in the author's order, then the note."""
    values: dict[str, str] = card.session.get("fields", {})
    if scenario:
        rows = [(f.label, f.show(values.get(name, ""))) for name, f in scenario.fields.items()]
    else:
        rows = list(values.items())
    state = _("сохранена") if card.state == "saved" else _("черновик")
    title = scenario.title if scenario else card.scenario
    parts = [
        Content.assemble((title, "bold"), (f"   {state}", "$muted")),
        Content(""),
        facts(rows, width)
        if any(value for _label, value in rows)
        else Content(_("Поля не заполнены.")),
    ]
    if card.note:
        parts += [Content(""), Content.styled(_("Примечание"), "bold"), Content(card.note)]
    return Content("\n").join(parts)
