"""What an operator asks of the server about calls: each command one request."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Literal

from ekc_console.client.link.results import expect
from ekc_console.client.link.view import View
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.wire import call_control, messages
from ekc_console.wire.messages import MyCall, Result


class CallRequests(ABC):
    """Commands raise Refused with the server's reason, Offline without a link, and EkcError when
    there is nothing to do them to."""

    view: View

    @abstractmethod
    async def request(self, body: messages.Command) -> Result | None:
        """Any command of the protocol."""

    async def accept(self) -> None:
        await self.request(messages.AcceptOffer(offer=self._offer()))

    async def reject(self) -> None:
        await self.request(messages.RejectOffer(offer=self._offer()))

    async def hang_up(self) -> None:
        await self.request(messages.HangUpCall(call=self._call().id))

    async def hold(self) -> None:
        await self.request(messages.HoldCall(call=self._call().id))

    async def resume(self) -> None:
        await self.request(messages.ResumeCall(call=self._call().id))

    # -- transfer and consultation -----------------------------------------------

    async def targets(self) -> messages.Targets:
        """Whom the call can be given to, as of now."""
        return expect(await self.request(messages.GetTargets()), messages.Targets)

    async def transfer(self, kind: messages.TargetKind, target: str) -> None:
        """Give the call away: to a queue, an operator, an outside number (E.164 or a short one)
        or an automatic menu. A failed one comes back or waits at the head of its queue."""
        await self.request(messages.TransferCall(call=self._call().id, kind=kind, target=target))

    async def consult(self, kind: Literal["agent", "number"], target: str) -> None:
        """Ask an operator or an outside number; the caller hears music meanwhile."""
        await self.request(messages.StartConsult(call=self._call().id, kind=kind, target=target))

    async def switch_consult(self, heard: messages.Heard) -> None:
        await self.request(messages.SwitchConsult(call=self._call().id, heard=heard))

    async def complete_consult(self) -> None:
        """Caller and other one go on without us."""
        await self.request(messages.CompleteConsult(call=self._call().id))

    async def cancel_consult(self) -> None:
        """The other one is let go; back to the caller."""
        await self.request(messages.CancelConsult(call=self._call().id))

    async def call_emergency(self, first: str = "") -> None:
        """The emergency services one after the other, from ``first`` on, while the caller talks
        with us; without a caller one of them is called."""
        call = self.view.call
        ours = call is not None and call.state in ("talking", "held", "consult")
        name = call.id if call and ours else ""
        await self.request(call_control.CallEmergency(call=name, first=first))

    async def send_keys(self, keys: str) -> None:
        """DTMF to whom we talk with."""
        await self.request(messages.SendKeys(call=self._call().id, keys=keys))

    # -- callbacks, cards ----------------------------------------------------------

    async def close_callback(
        self, callback: str, result: Literal["reached", "cancelled"], why: str = ""
    ) -> None:
        await self.request(messages.CloseCallback(callback=callback, result=result, why=why))

    async def finish_wrap_up(self) -> None:
        await self.request(messages.FinishWrapUp())

    async def find(self, text: str, limit: int = 50) -> list[messages.Contact]:
        """By the number or its last digits, at least 4, or by a name. Newest first."""
        result = await self.request(messages.FindContacts(text=text, limit=limit))
        return list(expect(result, messages.Contacts).contacts)

    async def open_card(self, card: str) -> messages.Card:
        """For reading; the call's own card is in ``card_desk``."""
        return expect(await self.request(messages.OpenCard(card=card)), messages.Card)

    def _call(self) -> MyCall:
        if self.view.call is None:
            raise EkcError(_("Сейчас нет вызова."))
        return self.view.call

    def _offer(self) -> str:
        call = self.view.call
        if call is None or not call.offer:
            raise EkcError(_("Сейчас нет предложенного вызова."))
        return call.offer
