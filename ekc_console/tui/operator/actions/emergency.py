"""The action that calls an emergency service. Nothing here waits."""

from __future__ import annotations

from collections.abc import Callable

from ekc_console.client.desk import Desk
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.emergency import EmergencyPanel

USUAL = "103"
"""Where the server has named none: it says what is wrong."""


class EmergencyActions:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._panel: EmergencyPanel | None = None
        self.by_id: dict[str, Callable[[], None]] = {
            "call.emergency": lambda: self._ask(wording.to_the_caller()),
            "emergency.dial": lambda: self._ask(""),
        }

    @property
    def _desk(self) -> Desk:
        return self._host.desk

    def _ask(self, words: str) -> None:
        """``words`` to the caller, if there is one. The key held down asks once."""
        if self._panel is not None and self._panel.holder is not None:
            return
        numbers = self._numbers()
        if not numbers:
            self._host.tell("warning", _("Других экстренных номеров в настройках нет."))
            return
        self._panel = EmergencyPanel(numbers, words, self._call)
        self._host.show_panel(self._panel)

    def _numbers(self) -> list[str]:
        """Without the one that is called already."""
        call = self._desk.view.call
        called = call.consult.who if call and call.consult and call.consult.emergency else ""
        return [number for number in self._known or (USUAL,) if number != called]

    @property
    def _known(self) -> tuple[str, ...]:
        return self._desk.welcome.emergencies if self._desk.welcome else ()

    def _call(self, number: str) -> None:
        first = number if number in self._known else ""
        self._host.work(
            "call.emergency", lambda: self._desk.call_emergency(first), failed=self._failed
        )

    def _failed(self, error: EkcError) -> None:
        self._host.tell(
            "error",
            _("Скорая НЕ вызвана: {why} Позвоните 103 с любого телефона.").format(
                why=f"{error.message} {error.remedy}".strip()
            ),
        )
