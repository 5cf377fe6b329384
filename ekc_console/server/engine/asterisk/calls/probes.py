"""Whether the trunks answer the requests (OPTIONS) that Asterisk probes them with."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ekc_console.server.engine.asterisk.control.ami import Message
from ekc_console.server.engine.asterisk.setup.settings import Trunk

_ANSWERS = {"Reachable": True, "Unreachable": False}
"""Asterisk's other words say that it does not know (yet)."""


class Probes:
    """``take`` gets the manager's events: answers to PJSIPShowEndpoint, which tell what is now,
    and ContactStatus, which comes when a trunk begins or ceases to answer."""

    def __init__(self, trunks: Iterable[Trunk], on_change: Callable[[str, bool], None]) -> None:
        """``on_change`` gets the name of the trunk and whether it answers."""
        self._on_change = on_change
        self._names = {t.endpoint: t.name for t in trunks if t.peer and t.probe_every_s}
        self._answers: dict[str, bool] = {}

    @property
    def endpoints(self) -> tuple[str, ...]:
        """What is to be asked for with PJSIPShowEndpoint."""
        return tuple(self._names)

    def take(self, event: Message) -> None:
        match event.get("Event"):
            case "ContactStatus":
                status = event.get("ContactStatus", "")
            case "ContactStatusDetail":
                status = event.get("Status", "")
            case _:
                return
        trunk, answers = self._names.get(event.get("EndpointName", "")), _ANSWERS.get(status)
        if trunk is None or answers is None or self._answers.get(trunk) == answers:
            return
        self._answers[trunk] = answers
        self._on_change(trunk, answers)
