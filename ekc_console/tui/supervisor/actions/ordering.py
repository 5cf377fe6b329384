"""How an order goes out, what is said of it, and how the last one is taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from ekc_console.client.link.errors import Offline, Refused
from ekc_console.client.link.watched import Watched
from ekc_console.client.supervisor_desk import SupervisorDesk
from ekc_console.client.undo import Undo
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.keys.registry import key
from ekc_console.tui.shared.workers import Then, Work
from ekc_console.wire.messages import Command
from ekc_console.wire.watch import WatchPerson

MEANT_FOR_CALL_S = 2.0
"""In a call the key that takes back calls the ambulance: so soon after it that may be meant."""


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
        self._work(name, lambda: self.desk.request(body), lambda _result: self.is_done(done, undo))

    def give_many(
        self,
        bodies: Sequence[Command],
        done: str,
        undo: Callable[[list[Command]], Undo | None] = lambda _done: None,
    ) -> None:
        """One after the other; what is refused stops none of the others and is counted, with the
        first reason. Without the link the rest is not sent; what was done can be taken back.
        ``done`` has the place ``{n}``; ``undo`` gets those that were done."""

        async def work() -> tuple[list[Command], list[EkcError]]:
            good, bad = list[Command](), list[EkcError]()
            for number, body in enumerate(bodies):
                try:
                    await self.desk.request(body)
                except Refused as error:
                    bad.append(error)
                except Offline as error:
                    if not good:
                        raise
                    bad += [error] * (len(bodies) - number)
                    break
                else:
                    good.append(body)
            return good, bad

        def tell(result: tuple[list[Command], list[EkcError]]) -> None:
            good, bad = result
            said = done.format(n=len(good))
            if bad:
                why = bad[0].message
                said += " " + _("Не сделано: {n}. {why}").format(n=len(bad), why=why)
            self.is_done(said, undo(good) if good else None)

        self._work(f"orders:{type(bodies[0]).__name__}", work, tell)

    def _work(self, name: str, work: Work, then: Then) -> None:
        def ended(result: object) -> None:
            self.desk.under_way.discard(name)
            then(result)

        def failed(error: EkcError) -> None:
            self.desk.under_way.discard(name)
            self._host.tell_error(error)

        self.desk.under_way.add(name)
        self._host.work(name, work, ended, failed)

    def is_done(self, done: str, undo: Undo | None) -> None:
        """Words of it, and how it is taken back."""
        self.desk.undo = undo
        if undo is not None:
            undo.look(self.desk.watched)
        back = self._how_to_take_back() if undo else ""
        said = done.replace("..", ".")  # a name that ends the words may end with an initial
        self._host.tell("info", f"{said} {back}".strip())

    def _how_to_take_back(self) -> str:
        """In an own talk the key is the ambulance's."""
        words = (
            _("{key} — отменить.")
            if self.desk.view.call is None
            else _("{key} — отменить, но после разговора: сейчас это вызов скорой.")
        )
        return words.format(key=key("watch.undo"))

    def take_back(self) -> None:
        """The last order, if it is not too late: then that is told in words, and it stays done. One
        that is still under way is waited for; the key of a call that has just gone takes nothing
        back."""
        if self.desk.under_way:
            said = _("Распоряжение ещё выполняется: отменить можно, когда оно будет сделано.")
            self._host.tell("warning", said)
            return
        if self.desk.now() - self.desk.call_over_at < MEANT_FOR_CALL_S:
            said = _("Вызов окончен: {key} снова отменяет распоряжение. Отменить — ещё раз.")
            self._host.tell("warning", said.format(key=key("watch.undo")))
            return
        undo, self.desk.undo = self.desk.undo, None
        if undo is None:
            return
        if why := undo.too_late(self.desk.watched):
            self._host.tell("warning", why)
        elif undo.is_overtaken(self.desk.watched):
            self._host.tell("warning", _("Отменять нечего: другой распорядился иначе."))
        else:
            bodies = undo.body if isinstance(undo.body, tuple) else (undo.body,)
            if len(bodies) == 1:
                self.give(bodies[0], undo.done)
            else:
                self.give_many(bodies, undo.done)


def left(watched: Watched, person: WatchPerson) -> str:
    """Why an order to a person cannot be taken back any more; empty: he is at work."""
    if person.id in watched.people:
        return ""
    return _("Отменить поздно: {name} уже не на смене.").format(name=person.name)


def reason_of(text: str) -> str:
    """What was typed as the reason of an order. Raises EkcError: there is none."""
    if not text.strip():
        raise EkcError(_("Без причины нельзя."), _("Напишите, почему."))
    return text.strip()
