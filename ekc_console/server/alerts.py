"""Faults and their end, told to the people at the consoles."""

from __future__ import annotations

from ekc_console.domain.ids import AgentId
from ekc_console.server.engine.protocol import TrunkState
from ekc_console.server.sync import Hub
from ekc_console.server.views import Views
from ekc_console.wire import messages as wire


class Alerts:
    def __init__(self, hub: Hub, views: Views) -> None:
        self._hub = hub
        self._views = views
        self.trunks: dict[str, bool] = {}
        """Whether each trunk that registers is registered."""

    def trouble(self, text: str) -> None:
        """The journal cannot be written (or can again, when ``text`` is empty)."""
        if text:
            self._hub.notice(wire.Notice(level="error", text=f"Сбой базы данных: {text}"))
        else:
            self._hub.notice(wire.Notice(level="info", text="База данных снова работает."))

    def operator(self, agent: AgentId, text: str) -> None:
        self._hub.notice(wire.Notice(level="warning", text=text), [agent])

    def engine(self, up: bool, detail: str) -> None:
        self._views.engine = wire.EngineState(up=up, detail=detail)
        self._hub.engine_changed()

    def trunk(self, state: TrunkState) -> None:
        """Said to everybody: without the trunk no calls come, and nobody would know why."""
        before, self.trunks[state.trunk] = self.trunks.get(state.trunk), state.registered
        if not state.registered:
            self._hub.notice(
                wire.Notice(
                    level="error",
                    text=f"Линия «{state.trunk}» не зарегистрирована у оператора связи "
                    f"({state.detail}): вызовы по ней не приходят. Попытки продолжаются.",
                )
            )
        elif before is False:
            self._hub.notice(
                wire.Notice(level="info", text=f"Линия «{state.trunk}» снова зарегистрирована.")
            )
