"""The server's scenarios that the desk has got already."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import tzinfo
from typing import Any

import msgspec
import structlog

from ekc_console.client.card.draft_sender import Request
from ekc_console.client.link.errors import Offline
from ekc_console.client.link.results import expect
from ekc_console.domain.scenario import (
    Do,
    GoTo,
    Scenario,
    Session,
    SessionState,
    scenario_from_document,
)
from ekc_console.errors import EkcError, reason
from ekc_console.i18n import _
from ekc_console.wire.messages import GetScenario, ScenarioText

log = structlog.get_logger(__name__)


def led_to(scenario: Scenario) -> set[str]:
    """Names of the scenarios that this one goes over to."""
    actions = [step.action for step in scenario.steps.values() if isinstance(step, Do)]
    return {action.scenario for action in actions if isinstance(action, GoTo)}


def scenario_of(text: ScenarioText) -> Scenario:
    """Its version is the author's, also where the server has left out words that are for others.
    Raises ScenarioError."""
    return dataclasses.replace(scenario_from_document(text.document), version=text.version)


def session_of(
    data: dict[str, Any], scenario: Scenario, zone: tzinfo
) -> tuple[Session | None, str]:
    """The session that a draft holds, or why there is none."""
    try:
        return Session(scenario, msgspec.convert(data, SessionState), zone), ""
    except msgspec.ValidationError as error:
        log.warning("session not readable", error=reason(error))
        return None, _("Сохранённый ход сценария не читается; начните сценарий заново.")
    except EkcError as error:
        return None, str(error)


class ScenarioShelf:
    """By id and version; version "" is the one in force. ``medical``: whether the server gives a
    medic's words at this moment."""

    def __init__(self, request: Request, medical: Callable[[], bool] = lambda: False) -> None:
        self._request = request
        self._medical = medical
        self._kept: dict[tuple[str, str, bool], Scenario] = {}

    def here(self, scenario: str) -> Scenario | None:
        """The one in force, if it is on the shelf."""
        return self._kept.get((scenario, "", self._medical()))

    async def try_get(self, scenario: str, version: str) -> tuple[Scenario | None, str]:
        """As ``get``, or why it cannot be had. Raises Offline."""
        try:
            return await self.get(scenario, version), ""
        except Offline:
            raise
        except EkcError as error:
            return None, str(error)

    async def get(self, scenario: str, version: str = "") -> Scenario:
        """From the server when it is not on the shelf. Raises Offline, Refused, EkcError."""
        key = (scenario, version, self._medical())
        found = self._kept.get(key)
        if found is None:
            result = await self._request(GetScenario(scenario=scenario, version=version))
            self._kept[key] = found = scenario_of(expect(result, ScenarioText))
        return found

    async def fetch(self, scenario: str) -> None:
        """Get the one in force before it is asked for."""
        try:
            await self.get(scenario)
        except EkcError as error:
            # It is asked for again, and then told, when the operator gets there.
            log.info("scenario not prefetched", scenario=scenario, error=type(error).__name__)

    def forget(self) -> None:
        """The server is another one now: its scenarios may be newer."""
        self._kept.clear()
