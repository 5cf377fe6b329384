"""One simulated caller on one real SIP call."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ekc_console.demo.people.pace import Pace, draw
from ekc_console.demo.people.personas import Persona
from ekc_console.demo.people.speech import Speech
from ekc_console.demo.people.talking import Talk
from ekc_console.demo.people.voices import Voices
from ekc_console.server.services.loudness import FLOOR_DBFS
from sip.link.client import CallFailed
from sip.link.phone import BasePhone
from sip.link.protocol import CallState, SendKeys

ANSWER_LIMIT_S = 15.0
"""The centre must answer the call itself within this time."""
MENU_REACTS_WITHIN_S = 1.0
"""What is heard sooner after the last key is still the menu."""
HEARD_ABOVE_DBFS = -40.0
_FOREVER_S = 24 * 3600.0

Ended = Literal[
    "talked", "gave_up_menu", "gave_up_queue", "lost_patience", "dropped", "not_connected"
]
"""``talked``: somebody listened at the other end, whoever hung up. ``dropped``: the centre ended
the call before that. ``not_connected``: the centre never answered."""


@dataclass(slots=True)
class CallReport:
    """Times are seconds since the epoch."""

    number: str
    topic: str
    started_at: float
    connected_at: float | None = None
    keys_sent: str = ""
    talk_at: float | None = None
    """When the wait for an operator seemed over."""
    operator_dbfs: float = FLOOR_DBFS
    """Loudest moment of what was heard in the talk."""
    ended_at: float = 0.0
    ended: Ended = "not_connected"
    hung_up_by: Literal["caller", "centre", ""] = ""
    detail: str = ""

    @property
    def connected(self) -> bool:
        return self.connected_at is not None

    @property
    def heard_operator(self) -> bool:
        return self.operator_dbfs > HEARD_ABOVE_DBFS


@dataclass(slots=True)
class Caller:
    phone: BasePhone
    persona: Persona
    keys: str
    """Of the menu, up to the persona's topic."""
    uri: str
    voices: Voices
    pace: Pace
    source: random.Random
    heard: Path
    """Where the softphone may write what it hears; deleted at the end."""
    report: CallReport = field(init=False)

    def __post_init__(self) -> None:
        self.report = CallReport(self.persona.number, self.persona.topic, time.time())

    async def call(self) -> CallReport:
        """Place the call and live it to its end. Cancelling hangs up."""
        try:
            name = await self.phone.call(self.uri, ANSWER_LIMIT_S, from_user=self.persona.number)
        except CallFailed as error:
            self.report.detail = str(error)
            self.report.ended_at = time.time()
            return self.report
        self.report.connected_at = time.time()
        self.report.ended = "dropped"
        talk = Talk(self.phone.send, name, self.heard)
        talk.begin()
        try:
            await self._until_the_end(name, talk)
        finally:
            talk.end()
            self.report.ended_at = time.time()
        return self.report

    async def _until_the_end(self, name: str, talk: Talk) -> None:
        ended = asyncio.create_task(
            self.phone.wait_for(CallState, _FOREVER_S, call=name, state="ended")
        )
        acting = asyncio.create_task(self._act(name, talk))
        try:
            await asyncio.wait((ended, acting), return_when=asyncio.FIRST_COMPLETED)
            self.report.hung_up_by = "centre" if ended.done() else "caller"
        finally:
            acting.cancel()
            await asyncio.gather(acting, return_exceptions=True)
            await self.phone.hang_up(name)
            ended.cancel()
        if not acting.cancelled():
            acting.result()
        if ended.done() and not ended.cancelled() and ended.result().reason != "normal":
            self.report.detail = ended.result().reason

    async def _act(self, name: str, talk: Talk) -> None:
        """Until the caller wants to hang up."""
        await asyncio.sleep(draw(self.source, self.pace.listen))
        if self.persona.gives_up == "menu":
            self.report.ended = "gave_up_menu"
            return
        await self._press_keys(name)
        if self.persona.gives_up == "queue":
            await asyncio.sleep(draw(self.source, self.pace.give_up_after))
            self.report.ended = "gave_up_queue"
        elif await self._operator_is_there(talk):
            await self._talk(talk)
        else:
            self.report.ended = "lost_patience"

    async def _press_keys(self, name: str) -> None:
        for key in self.keys:
            if self.report.keys_sent:
                await asyncio.sleep(draw(self.source, self.pace.between_keys))
            self.phone.send(SendKeys(call=name, keys=key))
            self.report.keys_sent += key

    async def _operator_is_there(self, talk: Talk) -> bool:
        """Music or speech has stopped and somebody waits for the caller's word.

        Music on hold knows no pauses of a turn's length, so that such a pause means a person.
        False when patience is over first.
        """
        hearing, loop = talk.hearing, asyncio.get_running_loop()
        began = loop.time()
        await asyncio.sleep(MENU_REACTS_WITHIN_S)
        hearing.listen()
        mark = hearing.position
        while (waited_s := loop.time() - began) < self.persona.patience_s:
            await talk.pause()
            if hearing.sound_since(mark):
                if hearing.silent_for_s() >= self.pace.turn:
                    return True
            elif waited_s >= self.pace.speak_anyway:
                return True
        return False

    async def _talk(self, talk: Talk) -> None:
        report = self.report
        report.ended, report.talk_at = "talked", time.time()
        mark = talk.hearing.position
        speech = Speech(self.persona, self.voices, self.pace, self.source)
        try:
            await speech.tell(talk, self.pace.talk_limit)
        finally:
            talk.hearing.listen()
            report.operator_dbfs = talk.hearing.loudest_since_dbfs(mark)
