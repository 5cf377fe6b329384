"""Whether our trunks are registered at their providers: said at every change."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog

from ekc_console.server.engine.asterisk.control.ami import Message
from ekc_console.server.engine.asterisk.setup.pjsip import registration_name, registration_uris
from ekc_console.server.engine.asterisk.setup.settings import Trunk
from ekc_console.server.engine.protocol import TrunkState

log = structlog.get_logger(__name__)


class Registrations:
    """``take`` gets the manager's events: answers to PJSIPShowRegistrationsOutbound, which tell
    what is now, and Registry, which comes after every answer of a registrar."""

    def __init__(self, trunks: Iterable[Trunk], on_change: Callable[[TrunkState], None]) -> None:
        self._on_change = on_change
        registering = [trunk for trunk in trunks if trunk.mode == "register"]
        self._by_name = {registration_name(trunk): trunk.name for trunk in registering}
        self._by_uris = {registration_uris(trunk): trunk.name for trunk in registering}
        self._status: dict[str, str] = {}

    def __bool__(self) -> bool:
        """Whether there is anything to watch."""
        return bool(self._by_name)

    def is_registered(self, trunk: str) -> bool:
        """False only for one that is known not to be."""
        return self._status.get(trunk, "Registered") == "Registered"

    def take(self, event: Message) -> None:
        status = event.get("Status", "")
        match event.get("Event"):
            case "OutboundRegistrationDetail" if status != "Unregistered":  # no answer as yet
                self._note(self._by_name.get(event.get("ObjectName", "")), status)
            case "Registry":
                uris = event.get("Username", ""), event.get("Domain", "")
                self._note(self._by_uris.get(uris), status)

    def _note(self, trunk: str | None, status: str) -> None:
        if trunk is None or status == self._status.get(trunk):
            return
        self._status[trunk] = status
        if status == "Registered":
            log.info("trunk registered", trunk=trunk)
        else:
            log.error(
                "trunk not registered: check its registrar, user and password; trying again",
                trunk=trunk,
                status=status,
            )
        self._on_change(TrunkState(trunk, status == "Registered", status))
