"""The way of the voice to the telephony and back, measured: delay, loss, jitter, codec.

The softphone calls the server's echo, says chirps and finds them in what comes back; then the
person may speak and hear themselves through the server.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TypeVar

from ekc_console.client.finding import Finding, State
from ekc_console.client.voice.leg import sentence
from ekc_console.client.voice.quality import BAD_JITTER_MS, BAD_LOSS, BAD_MOS, mos
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from sip.link.client import Phone
from sip.link.protocol import (
    Call,
    CallState,
    EchoMeasured,
    Event,
    Failed,
    HangUp,
    MeasureEcho,
    Quality,
    Statistics,
    Stopped,
)

ECHO_CALL = "echo"
ANSWER_S = 10.0
MEASURE_S = 10.0
SETTLE_S = 1.5
"""Of the measurement: from then on as many packets come as go."""
UNDER_WAY = 2
"""Packets: so many more may be on their way at the one reading than at the other."""
SLOW_MS, TOO_SLOW_MS = 300.0, 800.0
"""Round trip: twice the 150 and 400 ms one way of ITU-T G.114."""
LOSSY = 1.0
SHAKY_MS = 30.0

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class EchoResult:
    """``loss``: per cent of packets that went out and did not come back, both ways together."""

    sent: int
    returned: int
    """Of ``sent`` chirps."""
    round_trip_ms: float
    loss: float
    jitter_ms: float
    codec: str


class EchoTest:
    """``run`` once; give ``take`` the softphone's events meanwhile. The call stands until ``end``,
    and with sound devices the person hears themselves."""

    def __init__(self, phone: Phone, uri: str) -> None:
        self._phone = phone
        self._uri = uri
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._seqs: set[int] = set()
        self.over = False
        """The call has ended, or was never there."""

    def take(self, event: Event) -> None:
        ours = getattr(event, "call", "") == ECHO_CALL
        if ours or isinstance(event, Failed | Stopped):
            self._events.put_nowait(event)
            ended = isinstance(event, CallState) and event.state == "ended"
            self.over = self.over or ended or isinstance(event, Stopped)

    async def run(self) -> EchoResult:
        """Raises EkcError that says where the way is broken."""
        self._send(Call(call=ECHO_CALL, uri=self._uri))
        try:
            async with asyncio.timeout(ANSWER_S):
                while (await self._next(CallState)).state != "connected":
                    pass
        except TimeoutError:
            self.end()
            raise EkcError(sentence("no_answer"), _remedy()) from None
        try:
            async with asyncio.timeout(MEASURE_S):
                return await self._measure()
        except TimeoutError:
            self.end()
            raise EkcError(_("Проверка через сервер не кончилась вовремя."), _remedy()) from None

    def end(self) -> None:
        """A test that runs ends with EkcError. Idempotent."""
        if not self.over:
            self.over = True
            self._phone.send(HangUp(call=ECHO_CALL))
            self._events.put_nowait(CallState(call=ECHO_CALL, state="ended"))

    async def _measure(self) -> EchoResult:
        self._send(MeasureEcho(call=ECHO_CALL))
        await asyncio.sleep(SETTLE_S)
        before = await self._statistics()
        echo = await self._next(EchoMeasured)
        after = await self._statistics()
        return EchoResult(
            sent=echo.sent,
            returned=echo.returned,
            round_trip_ms=echo.round_trip_ms,
            loss=_loss(before, after),
            jitter_ms=after.jitter_ms,
            codec=after.codec,
        )

    async def _statistics(self) -> Quality:
        self._send(Statistics(call=ECHO_CALL))
        return await self._next(Quality)

    def _send(self, command: Call | MeasureEcho | Statistics) -> None:
        self._seqs.add(self._phone.send(command))

    async def _next(self, kind: type[E]) -> E:
        while True:
            match await self._events.get():
                case CallState(state="ended") as event:
                    reason, remedy = sentence(event.reason), _remedy()
                    if event.reason == "not_found":
                        reason = _("На сервере телефонии нет проверки эхом.")
                        remedy = _("Администратор добавляет её в диалплан внешнего Asterisk.")
                    raise EkcError(reason, remedy)
                case Stopped():
                    raise EkcError(_("Программный телефон остановился."))
                case Failed() as event if event.seq in self._seqs:
                    self.end()
                    raise EkcError(
                        _("Программный телефон не проверил связь: {why}.").format(why=event.detail)
                    )
                case event if isinstance(event, kind):
                    return event


def _remedy() -> str:
    return _("Проверьте, что порты SIP и RTP сервера открыты отсюда, и скажите администратору.")


def _loss(before: Quality, after: Quality) -> float:
    """What was lost on the way back is told by sequence numbers; on the way there, by what is
    missing beside it."""
    out = after.packets_out - before.packets_out
    back = max(0, after.lost_in - before.lost_in)
    there = out - back - (after.packets_in - before.packets_in)
    lost = back + (there if there > UNDER_WAY else 0)
    return 100.0 * lost / out if out > 0 else 0.0


def findings(result: EchoResult, *, transport: str, srtp: bool) -> list[Finding]:
    """What is good and what is not, each with its remedy."""
    return [
        _delay(result),
        _losses(result),
        _jitter(result),
        _mos(result),
        _codec(result, transport, srtp),
    ]


def _delay(result: EchoResult) -> Finding:
    title = _("Голос туда и обратно")
    if not result.returned:
        return Finding(
            check="voice.delay",
            title=title,
            state="fault",
            found=_("звук не возвращается"),
            remedy=_("Голосу закрыт путь: откройте порты RTP сервера (UDP) в обе стороны."),
        )
    ms = result.round_trip_ms
    return Finding(
        check="voice.delay",
        title=title,
        state=_state(ms, SLOW_MS, TOO_SLOW_MS),
        found=_("за {ms} мс").format(ms=round(ms)),
        remedy=_("Голос запаздывает: провод вместо Wi-Fi, без чужого VPN, ближе к серверу.")
        if ms >= SLOW_MS
        else "",
    )


def _losses(result: EchoResult) -> Finding:
    """A chirp that is gone is a gap of two packets and more, and may be the only one."""
    gaps = result.sent - result.returned
    states: tuple[State, ...] = ("ok", "warning", "fault")
    state = max(_state(result.loss, LOSSY, BAD_LOSS), states[min(gaps, 2)], key=states.index)
    found = _("{n} %").format(n=f"{result.loss:.1f}".removesuffix(".0"))
    if gaps:
        found += _(", не вернулось щелчков: {n} из {all}").format(n=gaps, all=result.sent)
    return Finding(
        check="voice.loss",
        title=_("Потери звука"),
        state=state,
        found=found,
        remedy=""
        if state == "ok"
        else _("Сеть перегружена или связь слабая: закройте загрузки, возьмите провод."),
    )


def _jitter(result: EchoResult) -> Finding:
    ms = result.jitter_ms
    return Finding(
        check="voice.jitter",
        title=_("Джиттер"),
        state=_state(ms, SHAKY_MS, BAD_JITTER_MS),
        found=_("{ms} мс").format(ms=round(ms)),
        remedy=_("Пакеты идут рывками: включите приоритет голоса (QoS) или возьмите провод.")
        if ms >= SHAKY_MS
        else "",
    )


def _mos(result: EchoResult) -> Finding:
    """The mean opinion score of one way; the other is as long."""
    value = mos(result.loss, result.round_trip_ms / 2) if result.returned else 1.0
    good = value >= BAD_MOS
    return Finding(
        check="voice.mos",
        title=_("Слышимость"),
        state="ok" if good else "fault",
        found=_("{mos} из 5").format(mos=round(value, 1)),
        remedy="" if good else _("Исправьте задержку и потери: сейчас разговаривать трудно."),
    )


def _codec(result: EchoResult, transport: str, srtp: bool) -> Finding:
    names = {"PCMA": "A-law", "PCMU": "µ-law"}
    media = "SRTP" if srtp else _("звук не шифруется")
    found = f"{names.get(result.codec, result.codec)}, {transport.upper()}, {media}"
    return Finding(check="voice.codec", title=_("Кодек и шифрование"), state="ok", found=found)


def _state(value: float, warning: float, fault: float) -> State:
    return "fault" if value >= fault else "warning" if value >= warning else "ok"
