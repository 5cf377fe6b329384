"""A softphone registered at the organisation's PBX, which brings calls to the operator's number.

The server calls that number for each call; the softphone answers by itself then, and only then.
Any other call from the PBX is a second call, for which there is a policy.
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from ekc_console.client.link.network import own_address_towards
from ekc_console.client.link.timing import Backoff
from ekc_console.client.voice.access import without_line
from ekc_console.client.voice.leg import Leg, LegFailed
from ekc_console.client.voice.line import BUSY_HERE, Line
from ekc_console.client.voice.second_call import DECLINED, RINGING, SecondCalls
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.wire.voice import PbxAccount
from sip.link import protocol
from sip.link.client import Phone
from sip.link.protocol import Event, Incoming, Registered, Start
from sip.link.uris import user_of

log = structlog.get_logger(__name__)

AGAIN = Backoff(1.0, 30.0)
"""Between tries to register: gentler than at our own server, the PBX serves others too."""
UNDECIDED_S = 1.0
"""A call from the PBX may be here before the word of the server whose call it is."""
_REFUSED = (401, 403, 407)
_ANSWERS = {
    "busy": (BUSY_HERE, N_("АТС: вам звонили мимо центра; ответ — «занято».")),
    "reject": (DECLINED, N_("АТС: вам звонили мимо центра; вызов отклонён.")),
    "ring": (RINGING, N_("АТС: вам звонят мимо центра; вызов звонит у неё дальше.")),
}
_KNOWN_DIGITS = 10
"""Numbers are compared by their last ones: a PBX shows 8, 7 or a prefix before them."""


@dataclasses.dataclass(frozen=True, slots=True)
class PbxAccess:
    account: PbxAccount
    authorities: str = ""
    """With TLS: whom to trust, as PEM text; empty: the authorities that this system knows."""


class NotAccepted(EkcError):
    """The PBX refused the account's name or password: trying on would only lock the account."""


class PbxLine(Line):
    """``stand_by`` tells the server the number to call; ``tell`` is a word to the operator.

    Without a password, or when it was refused, ``want_password`` is called, and the line waits for
    ``give_password``.
    """

    def __init__(
        self,
        access: PbxAccess,
        stand_by: Callable[[str], Awaitable[object]],
        *args: Any,
        password: str = "",
        want_password: Callable[[bool], None] = lambda refused: None,
        tell: Callable[[str], None] = lambda text: None,
        now: Callable[[], float] = time.time,
        again: Backoff = AGAIN,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._access = access
        self._pbx = access.account
        self._stand_by = stand_by
        self._password = password
        self._password_came = asyncio.Event()
        self._want_password = want_password
        """True: the one there was has been refused."""
        self._tell = tell
        self._again = again
        self._needed = False
        self._forgotten = False
        """The server counts on us no longer."""
        self._registered: Registered | None = None
        self._undecided: dict[str, tuple[str, asyncio.TimerHandle]] = {}
        """Number and end of waiting by the call."""
        self.second: SecondCalls = SecondCalls(now, self._on_change)
        self._wake = asyncio.Event()
        self._talk: asyncio.Task[None] | None = None
        self.state = dataclasses.replace(self.state, per_call=True)

    def set_needed(self, on: bool) -> None:
        if on == self._needed:
            return
        self._needed = on
        if on:
            for call in list(self._undecided):
                self._decide(call)
        elif self._leg and self.phone:
            self.phone.send(protocol.HangUp(call=self._leg.name))

    def mute(self, on: bool) -> None:
        super().mute(on)
        if self.phone:
            self.second.mute(self.phone, on)

    def redial(self) -> None:
        super().redial()
        self._forgotten = True
        self._wake.set()

    # -- registration ------------------------------------------------------------

    async def _keep_up(self) -> None:
        attempt = 0
        while True:
            self._forgotten = False
            await self._have_password()
            try:
                await self._ready_phone()
                await self._accepted()
                await self._on_answer()
                await self._stand_by(self._pbx.number or self._pbx.user)
                attempt = 0
                self._set("up")
                await self._until_trouble()
                await self._stop_phone()
            except NotAccepted as error:
                await self._stop_phone()
                self._set("failed", str(error))
                self._tell(str(error))
                self._password = ""
                self._want_password(True)
                continue
            except EkcError as error:
                log.info("PBX line not up", error=type(error).__name__)
                over = without_line(error)
                self._set(over or "failed", error.message)
                if over or isinstance(error, LegFailed):
                    await self._stop_phone()
                if over:
                    self._task = None
                    return
            await asyncio.sleep(self._again.delay(attempt))
            attempt += 1

    def give_password(self, password: str) -> None:
        """Try on with it."""
        self._password = password
        self._password_came.set()

    async def _have_password(self) -> None:
        while not self._password:
            self._password_came.clear()
            if self.state.state != "failed":
                self._set("failed", _("АТС ждёт пароля: нажмите F2."))
                self._want_password(False)
            await self._password_came.wait()
            self._set("connecting")

    async def _start(self) -> Start:
        self._towards = self._pbx.registrar.partition(":")[0]
        self._registered = None
        return Start(
            host=await own_address_towards(self._towards),
            transport=self._pbx.transport,
            srtp=self._pbx.srtp,
            authorities=self._access.authorities if self._pbx.transport == "tls" else "",
            user=self._pbx.user,
            password=self._password,
            domain=self._pbx.domain.partition(":")[0],
            registrar=self._pbx.registrar,
            sound=self._sound,
        )

    async def _accepted(self) -> None:
        """Raises LegFailed, NotAccepted."""
        try:
            async with asyncio.timeout(self._timing.leg_s):
                while self._registered is None and self.phone is not None:
                    self._wake.clear()
                    await self._wake.wait()
        except TimeoutError:
            raise self._unreachable() from None
        if self.phone is None:
            raise LegFailed(_("Программный телефон остановился; запускается заново."))
        assert self._registered is not None
        if not self._registered.ok:
            raise self._refusal(self._registered)

    async def _until_trouble(self) -> None:
        """Returns when the server could not reach us here, so that the PBX may have forgotten us;
        raises LegFailed when the registration is lost. A talk that goes on is not disturbed."""
        while not self._forgotten:
            self._wake.clear()
            await self._wake.wait()
            if self.phone is None:
                raise LegFailed(_("Программный телефон остановился; запускается заново."))
            if self._registered and not self._registered.ok:
                await self._talks_end()
                raise self._refusal(self._registered)

    async def _talks_end(self) -> None:
        while self._talk or self.second.current:
            self._wake.clear()
            await self._wake.wait()

    def _refusal(self, refused: Registered) -> EkcError:
        if refused.untrusted:
            return LegFailed(
                _(
                    "Сертификат АТС {server} не прошёл проверку: имя и пароль ей не отправлены. "
                    "Скажите администратору: нужен файл того, кто его подписал (tls.trunk_ca на "
                    "сервере или EKC_PBX_CA здесь), и адрес из сертификата в --pbx."
                ).format(server=self._pbx.registrar)
            )
        if refused.code in _REFUSED:
            return NotAccepted(
                _("АТС {server} не приняла имя {user} или пароль.").format(
                    server=self._pbx.registrar, user=self._pbx.user
                ),
                _("Нажмите F2 и введите пароль. Имя задаёт администратор или ключ --pbx."),
            )
        if refused.code == 404:
            return LegFailed(
                _("АТС {server} не знает номера {user}; пробую снова.").format(
                    server=self._pbx.registrar, user=self._pbx.user
                )
            )
        return self._unreachable()

    def _unreachable(self) -> LegFailed:
        if self._pbx.transport == "tls":
            return LegFailed(
                _(
                    "АТС {server} не отвечает по TLS; пробую снова. Проверьте порт (обычно 5061); "
                    "без шифрования — transport=udp или tcp."
                ).format(server=self._pbx.registrar)
            )
        return LegFailed(
            _("АТС {server} не отвечает; пробую снова.").format(server=self._pbx.registrar)
        )

    async def look_at_network(self) -> None:
        await super().look_at_network()
        self._wake.set()

    async def _stop_phone(self) -> None:
        if self._talk:
            self._talk.cancel()
        self._leg = self._talk = None
        self.second.forget()
        for _number, handle in self._undecided.values():
            handle.cancel()
        self._undecided.clear()
        await super()._stop_phone()

    # -- calls -------------------------------------------------------------------

    def _on_event(self, phone: Phone, event: Event) -> None:
        if phone is not self.phone:
            return
        match event:
            case Registered():
                self._registered = event
                self._wake.set()
            case Incoming():
                self._came(phone, event)
            case protocol.CallState(state="ended") if event.call in self._undecided:
                self._undecided.pop(event.call)[1].cancel()
            case protocol.CallState(state="ended") if self.second.ended(event.call):
                self._wake.set()
            case _:
                super()._on_event(phone, event)
                if self.phone is None:
                    self._wake.set()

    def _came(self, phone: Phone, event: Incoming) -> None:
        if self._pbx.srtp == "required" and not event.encrypted:
            self._tell(
                _(
                    "АТС прислала вызов с открытым звуком: он отклонён, звук здесь только "
                    "шифрованный. Скажите администратору: включить SRTP у этого номера на АТС и у "
                    "линии сервера к ней или задать srtp=optional."
                )
            )
            return
        number = user_of(event.from_uri)
        if self._leg or self._undecided or not self._is_centre(number):
            self._second_call(phone, event.call, number)
            return
        timer = asyncio.get_running_loop().call_later(UNDECIDED_S, self._decide, event.call)
        self._undecided[event.call] = (number, timer)
        if self._needed:
            self._decide(event.call)

    def _decide(self, call: str) -> None:
        number, timer = self._undecided.pop(call)
        timer.cancel()
        phone = self.phone
        if phone is None:
            return
        if not self._needed:
            self._second_call(phone, call, number)
            return
        leg = self._leg = Leg(call)
        phone.send(protocol.Mute(call=call, on=True))
        phone.send(protocol.Answer(call=call))
        self._talk = asyncio.create_task(self._follow(leg, phone), name="PBX call")

    async def _follow(self, leg: Leg, phone: Phone) -> None:
        reason = await self._until_ended(leg, phone)
        log.info("leg dropped", reason=reason)
        self._leg = self._talk = None
        self._wake.set()
        self._on_change()

    def _second_call(self, phone: Phone, call: str, number: str) -> None:
        policy = self._pbx.second
        if policy == "take" and self.second.current is None:
            self.second.ring(phone, call, number)
            self._tell(_("АТС: вам звонят мимо центра; вызов показан внизу."))
            return
        code, word = _ANSWERS["busy" if policy == "take" else policy]
        phone.send(protocol.Answer(call=call, code=code))
        self._tell(_(word))

    def _is_centre(self, number: str) -> bool:
        wanted = _digits(self._pbx.caller)
        return not wanted or _digits(number) == wanted


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)[-_KNOWN_DIGITS:]
