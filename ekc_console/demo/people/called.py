"""The other end of the demo's trunk: people who pick up when the centre calls them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import structlog

from ekc_console.demo.people.pace import HUMAN, Pace, draw
from ekc_console.demo.people.personas import Persona
from ekc_console.demo.people.speech import Speech
from ekc_console.demo.people.talking import Talk
from ekc_console.demo.people.texts import CALLED_GREETING, DISPATCHER, DISPATCHER_GREETING
from ekc_console.demo.people.voices import Voices
from ekc_console.domain.terms.dialling import kind_of
from ekc_console.errors import EkcError, reason
from ekc_console.i18n import _
from ekc_console.server.tasks.background import Background
from sip.link.client import Softphone, SoftphoneError
from sip.link.protocol import Answer, CallState, Incoming, Start
from sip.link.uris import user_of

log = structlog.get_logger(__name__)

_CONNECTED_WITHIN_S = 10.0
_FOREVER_S = 24 * 3600.0


class CalledPeople:
    """Order: :meth:`start`, then :attr:`address` takes calls, :meth:`stop` at the end.

    ``who``: the person at a number; at 103 and 112 a dispatcher answers. Up to four talk at once,
    as the softphone allows; one more caller hears the busy tone.
    """

    def __init__(
        self,
        host: str,
        who: Callable[[str], Persona],
        *,
        voices: Voices,
        work_dir: Path,
        pace: Pace = HUMAN,
        seed: int = 1,
    ) -> None:
        self._host = host
        self._who = who
        self._voices = voices
        self._work_dir = work_dir
        self._pace = pace
        self._seed = seed
        self._phone: Softphone | None = None
        self._background = Background()

    @property
    def address(self) -> str:
        """``host:port``, the trunk's ``outbound``. After :meth:`start`."""
        assert self._phone is not None
        assert self._phone.started is not None
        return f"{self._host}:{self._phone.started.port}"

    async def start(self) -> None:
        """Raises EkcError; nothing is left running then."""
        try:
            self._phone = await Softphone.spawn(Start(host=self._host, user="called"))
        except SoftphoneError as error:
            raise EkcError(
                _("Имитация абонентов не запустилась на {host}: {why}.").format(
                    host=self._host, why=error.detail
                ),
                _("Проверьте, что адрес есть на этой машине и пакет pjsua2-python установлен."),
            ) from error
        self._background.spawn(self._take_calls(self._phone))

    async def stop(self) -> None:
        """Hang up everywhere. May be called again, also without :meth:`start`."""
        await self._background.close()
        phone, self._phone = self._phone, None
        if phone is not None:
            await phone.stop()

    async def _take_calls(self, phone: Softphone) -> None:
        try:
            while True:
                arrival = await phone.wait_for(Incoming, _FOREVER_S)
                self._background.spawn(self._live(phone, arrival))
        except SoftphoneError as error:
            log.error("nobody can be called back any more", error=error.detail)

    async def _live(self, phone: Softphone, arrival: Incoming) -> None:
        number = user_of(arrival.to_uri)
        source = random.Random(f"{self._seed} {number}")
        persona, greeting = self._who(number), CALLED_GREETING
        if kind_of(number) == "emergency":
            persona, greeting = replace(persona, matter=DISPATCHER), DISPATCHER_GREETING
        speech = Speech(persona, self._voices, self._pace, source)
        try:
            await self._pick_up(phone, arrival.call, speech, greeting)
        except (SoftphoneError, TimeoutError) as error:
            log.warning("a call to a person broke", error=reason(error))
        except EkcError as error:
            log.error("a called person has no voice", error=error.message)

    async def _pick_up(self, phone: Softphone, call: str, speech: Speech, greeting: str) -> None:
        """Until the other side hangs up, or the talk is over."""
        ended = asyncio.create_task(phone.wait_for(CallState, _FOREVER_S, call=call, state="ended"))
        talking = asyncio.create_task(self._talk(phone, call, speech, greeting))
        try:
            await asyncio.wait((ended, talking), return_when=asyncio.FIRST_COMPLETED)
        finally:
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)
            await phone.hang_up(call)
            ended.cancel()
        if not talking.cancelled():
            talking.result()

    async def _talk(self, phone: Softphone, call: str, speech: Speech, greeting: str) -> None:
        phone.send(Answer(call=call, code=180))
        await asyncio.sleep(draw(speech.source, self._pace.pick_up))
        phone.send(Answer(call=call))
        await phone.wait_for(CallState, _CONNECTED_WITHIN_S, call=call, state="connected")
        talk = Talk(phone.send, call, self._work_dir / f"heard-called-{call}.wav")
        talk.begin()
        try:
            await speech.say(talk, greeting)
            await talk.their_turn(self._pace.turn, self._pace.reply_within)
            await speech.tell(talk, self._pace.called_talk_limit)
        finally:
            talk.end()
