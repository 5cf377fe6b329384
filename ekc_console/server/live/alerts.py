"""Faults and their end, told to the people at the consoles."""

from __future__ import annotations

from typing import Literal

import msgspec

from ekc_console.domain.terms.ids import AgentId, CallId
from ekc_console.server.archive.free_space import FreeSpace
from ekc_console.server.core.conditions import Conditions
from ekc_console.server.engine.engine_health import EngineHealth
from ekc_console.server.engine.protocol import TrunkCalls, TrunkState
from ekc_console.server.live.sync import Hub
from ekc_console.server.live.views import Views
from ekc_console.wire import messages

CLOCK_SAID_S = 60.0
CLOCK_NEWS_S = 3600.0
"""So long those who come are told that the clock was set."""
PLACES = {
    "switch": "управление звонком",
    "transfers": "переводы",
    "screens": "экраны",
    "recordings": "записи разговоров",
    "opening hours": "часы работы",
    "live updates": "экраны",
    "views": "экраны",
    "effect": "ход звонка",
    "deadline": "сроки",
    "core": "учёт вызовов",
    "trouble told": "сообщения",
    "set aside told": "сообщения",
}
"""Of faults, for people."""


def _size(mb: int | None) -> str:
    if mb is None:
        return "неизвестно сколько"
    if mb < 1024:
        return f"{mb} МБ"
    return f"{mb / 1024:.3g} ГБ".replace(".", ",")


class Alerts:
    def __init__(self, hub: Hub, views: Views, conditions: Conditions) -> None:
        self._hub = hub
        self._views = views
        self._conditions = conditions
        self._registered: dict[str, bool] = {}
        """Whether each trunk that registers is registered."""
        self._calls: dict[str, bool] = {}
        """Whether calls out go through, of each trunk that has failed at all."""
        self._paused = False
        """Recordings wait for room."""
        conditions.watch(self._show_again)
        self._show_again()

    def trouble(self, text: str) -> None:
        """The journal cannot be written (or can again, when ``text`` is empty)."""
        if text:
            said = messages.Notice(level="error", text=f"Сбой базы данных: {text}")
            self._hub.stand("journal", said)
        else:
            said = messages.Notice(level="info", text="База данных снова работает.")
            self._hub.ends("journal", said)

    def fault(self, where: str) -> None:
        """Something inside broke and was lived with."""
        self._say(
            "error",
            f"Внутренний сбой сервера ({PLACES.get(where, where)}), работа продолжается. Сообщите "
            "администратору: подробности в журнале сервера.",
        )

    def stale(self) -> None:
        """The read models lack something; the journal has it. Until the next start: they are made
        anew by a command that needs the server stopped."""
        text = (
            "Часть сведений не попала в отчёты и списки; в журнале они есть. Администратору: "
            "остановите сервер и выполните ekc store rebuild."
        )
        self._hub.stand("read models", messages.Notice(level="error", text=text))

    def recording(self, text: str) -> None:
        """Calls are not recorded, and why; or are again, when ``text`` is empty."""
        if text:
            what = f"Разговоры не записываются: {text.rstrip('.')}. Вызовы принимаются."
            self._hub.stand("recording", messages.Notice(level="error", text=what))
        else:
            self._hub.ends(
                "recording", messages.Notice(level="info", text="Разговоры снова записываются.")
            )

    def free_space(self, space: FreeSpace) -> None:
        """The level has changed: a word of its own about the recordings, when it is about them."""
        left = f"{_size(space.free_mb)} в {space.worst_folder()}"
        if not space.may_record:
            self.recording(f"на диске сервера осталось {left}, место оставлено журналу и карточкам")
        elif self._paused:
            self.recording("")
        self._paused = not space.may_record
        if space.level == "enough":
            text = "Места на диске сервера снова достаточно."
            self._hub.ends("disk", messages.Notice(level="info", text=text))
        elif space.may_record:
            text = f"На диске сервера мало места: осталось {left}. Администратору: освободите его."
            self._hub.stand("disk", messages.Notice(level="warning", text=text))

    def recording_lost(self, call: CallId) -> None:
        """To those who can look after it."""
        text = f"Запись разговора {call} потеряна: в её файлах нет звука. Проверьте диск сервера."
        self._hub.notice(messages.Notice(level="error", text=text), self._hub.overseers())

    def clock(self, by_s: float) -> None:
        """The server's clock was set, at its start perhaps. Small corrections concern nobody at a
        console."""
        if abs(by_s) >= CLOCK_SAID_S:
            where = "вперёд" if by_s > 0 else "назад"
            text = (
                f"Часы сервера переставлены {where} на {_long(abs(by_s))}: время на экранах новое, "
                "сроки и длительности не изменились."
            )
            self._hub.stand("clock", messages.Notice(level="warning", text=text), CLOCK_NEWS_S)

    def operator(self, agent: AgentId, text: str) -> None:
        self._hub.notice(messages.Notice(level="warning", text=text), [agent])

    def engine(self, health: EngineHealth, detail: str) -> None:
        self._views.engine = msgspec.structs.replace(
            self._views.engine,
            up=health == "up",
            out_of_sight=health == "out_of_sight",
            detail=detail,
        )
        self._show_again()

    def trunk(self, state: TrunkState | TrunkCalls) -> None:
        """Said to everybody: without the trunk no calls come or go, and nobody would know why."""
        if isinstance(state, TrunkCalls):
            self._calls_out(state)
        else:
            self._registration(state)
        self._show_again()

    def _show_again(self) -> None:
        """To those who come later, too."""
        troubled = tuple(sorted(name for name, state in self.trunks().items() if state != "up"))
        self._views.engine = msgspec.structs.replace(
            self._views.engine,
            trunks_in_trouble=troubled,
            not_in_order=tuple(self._conditions.texts.values()),
        )
        self._hub.engine_changed()

    def _registration(self, state: TrunkState) -> None:
        before, self._registered[state.trunk] = self._registered.get(state.trunk), state.registered
        if not state.registered:
            self._say(
                "error",
                f"Линия «{state.trunk}» не зарегистрирована у оператора связи ({state.detail}): "
                "вызовы по ней не приходят. Попытки продолжаются.",
            )
        elif before is False:
            self._say("info", f"Линия «{state.trunk}» снова зарегистрирована.")

    def _calls_out(self, state: TrunkCalls) -> None:
        self._calls[state.trunk] = state.work
        if state.work:
            self._say("info", f"Линия «{state.trunk}» снова принимает исходящие вызовы.")
        else:
            self._say(
                "error",
                f"Исходящие вызовы по линии «{state.trunk}» не проходят ({state.detail}). Есть "
                "другая линия — вызовы идут через неё.",
            )

    def trunks(self) -> dict[str, str]:
        """Of each trunk of which something is known: ``up``, ``down`` (not registered) or
        ``no_calls_out``."""
        states = {name: "up" if up else "down" for name, up in self._registered.items()}
        for name, work in self._calls.items():
            if states.get(name) != "down":
                states[name] = "up" if work else "no_calls_out"
        return states

    def _say(self, level: Literal["info", "warning", "error"], text: str) -> None:
        self._hub.notice(messages.Notice(level=level, text=text))


def _long(seconds: float) -> str:
    """``12 мин``, ``3 ч 05 мин``, ``2 дн 4 ч``."""
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours < 1:
        return f"{minutes} мин"
    if hours < 48:
        return f"{hours} ч {minutes:02} мин"
    return f"{hours // 24} дн {hours % 24} ч"
