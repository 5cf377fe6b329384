"""How an order goes out, what is said of it, and how the last one is taken back."""

from __future__ import annotations

from typing import cast

from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.client.undo import Undo
from ekc_console.i18n import _
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.keys.registry import key
from ekc_console.wire.messages import Command


class Ordering:
    def __init__(self, host: Host) -> None:
        self._host = host

    @property
    def desk(self) -> SupervisorDesk:
        return cast("SupervisorDesk", self._host.desk)

    def give(self, body: Command, done: str, undo: Undo | None = None, about: str = "") -> None:
        """A refusal is told in the server's words. ``about``: the thing, where orders to several
        may be under way at once."""

        name = f"order:{type(body).__name__}:{about}"
        self._host.work(
            name, lambda: self.desk.request(body), lambda _result: self.is_done(done, undo)
        )

    def is_done(self, done: str, undo: Undo | None) -> None:
        """Words of it, and how it is taken back."""
        self.desk.undo = undo
        back = _("{key} — отменить.").format(key=key("watch.undo")) if undo else ""
        self._host.tell("info", f"{done} {back}".strip())

    def take_back(self) -> None:
        """The last order, if it is not too late: then that is told in words, and it stays done."""
        undo, self.desk.undo = self.desk.undo, None
        if undo is None:
            return
        if why := undo.too_late(self.desk.watched):
            self._host.tell("warning", why)
        else:
            self.give(undo.body, undo.done)
