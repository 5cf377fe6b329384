"""The action that calls an emergency service. Nothing here waits."""

from __future__ import annotations

from collections.abc import Callable

from ekc_console.client.desk import Desk
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.emergency import EmergencyPanel


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
        self._panel = EmergencyPanel(_("Вызвать скорую (103)?"), words, self._sure)
        self._host.show_panel(self._panel)

    def _sure(self) -> None:
        self._host.work("call.emergency", self._desk.call_emergency, failed=self._failed)

    def _failed(self, error: EkcError) -> None:
        self._host.tell(
            "error",
            _("Скорая НЕ вызвана: {why} Позвоните 103 с любого телефона.").format(
                why=f"{error.message} {error.remedy}".strip()
            ),
        )
