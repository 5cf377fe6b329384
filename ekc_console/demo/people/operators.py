"""Automatic operators: they work at the same desk as people, with the same softphone."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from ekc_console.client.card.facts import is_medical
from ekc_console.client.desk import Desk, Offline
from ekc_console.demo.people.answers import answer_for
from ekc_console.demo.people.pace import HUMAN, Pace, draw
from ekc_console.demo.people.talking import Talk
from ekc_console.demo.people.texts import (
    OPERATOR_FAREWELL,
    OPERATOR_GREETING,
    OPERATOR_NOTE,
    OPERATOR_PHRASES,
)
from ekc_console.demo.people.voices import Voices
from ekc_console.domain.scenario import Ask, Choose, Do, End, GoTo, PlanCallback, Say, Session
from ekc_console.domain.state.agent import LOGIN_BREAK
from ekc_console.domain.terms.localtime import day_of
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.server.services.loudness import FLOOR_DBFS
from ekc_console.server.services.speech import Voice
from ekc_console.wire.messages import Me, MyCall

log = structlog.get_logger(__name__)

HEARD_ABOVE_DBFS = -40.0
CARD_WITHIN_S = 5.0
"""The card of a call must be open by then."""
MAX_STEPS = 100
_FIRST_OPTION_SHARE = 0.75
"""Authors put the usual way first."""
_RETRY_S = 1.0
_LIVE = ("connecting", "talking", "held")
CUT_OFF = "cut_off"
"""Disposition of a talk that ended before its script did."""


@dataclass(slots=True)
class TalkReport:
    """One call as its operator saw it. Times are seconds since the epoch."""

    call: str
    operator: str
    number: str
    topic: str
    answered_at: float
    ended_at: float = 0.0
    caller_dbfs: float = FLOOR_DBFS
    """Loudest moment of what was heard."""
    steps: int = 0
    """Of the script that were passed."""
    disposition: str = ""
    card_saved: bool = False
    trouble: str = ""
    """What could not be done, for people."""

    @property
    def heard_caller(self) -> bool:
        return self.caller_dbfs > HEARD_ABOVE_DBFS


class AutoOperator:
    """``await run()`` works until it is cancelled or :meth:`stop`\\ ped; then it logs out."""

    def __init__(
        self,
        desk: Desk,
        login: str,
        password: str,
        *,
        voices: Voices,
        work_dir: Path,
        pace: Pace = HUMAN,
        seed: int = 1,
        on_report: Callable[[TalkReport], None] = lambda report: None,
    ) -> None:
        self._desk = desk
        self._login = login
        self._password = password
        self._voices = voices
        self._heard = work_dir / f"heard-{login}.wav"
        self._pace = pace
        self._source = random.Random(f"{seed} {login}")
        self._voice = Voice(
            self._source.choice(("ru+f2", "ru+f3", "ru+f4", "ru+Annie")), words_per_minute=175
        )
        self._on_report = on_report
        self._news = asyncio.Event()
        self._served = ""
        """The last call that was talked and whose card was done."""
        self._stopping = False
        self.on_duty = asyncio.Event()
        """The standing leg is up and the operator has been ready once."""
        self.reports: list[TalkReport] = []

    async def run(self) -> None:
        """Raises EkcError when the login is refused."""
        unsubscribe = self._desk.subscribe(lambda changed: self._news.set())
        try:
            await self._desk.log_in(self._login, self._password)
            while not self._stopping:
                try:
                    await self._next_thing()
                except Offline as error:
                    log.warning("operator is offline", error=error.message)
                    await asyncio.sleep(_RETRY_S)
        finally:
            unsubscribe()
            await self._leave()

    def stop(self) -> None:
        """Leave after the call that is talked now."""
        self._stopping = True
        self._news.set()

    # -- the day -----------------------------------------------------------------

    async def _next_thing(self) -> None:
        me, call = self._desk.view.me, self._desk.view.call
        if me is None:
            await self._change()
        elif me.state == "break" and me.reason != LOGIN_BREAK and not self._is_over(me):
            await self._until(lambda: self._is_changed(me), self._left_s(me))
        elif me.state in ("offline", "break", "not_responding"):
            await self._try(self._desk.ready)
            await self._until(lambda: self._desk.view.me is not me, _RETRY_S)
        elif me.state == "offered" and call is not None and call.offer:
            await self._take(call)
        elif call is not None and call.id != self._served and self._is_mine(me, call):
            await self._serve(call)
        elif me.state == "wrap_up":
            await self._try(self._desk.finish_wrap_up)
            await self._until(lambda: self._desk.view.me is not me, _RETRY_S)
        else:
            if me.state == "ready" and me.line_up:
                self.on_duty.set()
            await self._change()

    def _left_s(self, me: Me) -> float | None:
        """Of a break that was ordered; None: until who ordered it ends it."""
        return None if me.until is None else max(0.0, me.until - self._desk.now())

    def _is_over(self, me: Me) -> bool:
        return self._left_s(me) == 0.0

    def _is_changed(self, me: Me) -> bool:
        return self._stopping or self._desk.view.me is not me

    def _is_mine(self, me: Me, call: MyCall) -> bool:
        """It is talked, or it ended before anybody here looked and its card waits."""
        return call.state in _LIVE or me.state == "wrap_up"

    async def _take(self, call: MyCall) -> None:
        await asyncio.sleep(draw(self._source, self._pace.reaction))
        now = self._desk.view.call
        if now is not None and now.offer == call.offer and await self._try(self._desk.accept):
            await self._until(lambda: self._current(call.id) not in ("offered", "connecting"), 10)

    async def _serve(self, call: MyCall) -> None:
        """The talk with the script, the card, the wrap-up. The caller may be gone already."""
        self._served = call.id
        report = TalkReport(call.id, self._login, call.number, call.topic, time.time())
        script = asyncio.create_task(self._walk(call, report))
        try:
            if call.state in _LIVE:
                await self._talk(call, script, report)
            report.ended_at = time.time()
            await script
        finally:
            script.cancel()
        await asyncio.sleep(draw(self._source, self._pace.wrap_up))
        await self._save(call, report)
        self.reports.append(report)
        self._on_report(report)
        if await self._try(self._desk.finish_wrap_up):
            await self._until(lambda: self._current(call.id) == "", 5)

    async def _leave(self) -> None:
        try:
            await self._desk.log_out()
        except EkcError as error:
            log.warning("log out refused", error=error.message)
            await self._desk.close()

    # -- the talk ----------------------------------------------------------------

    async def _talk(self, call: MyCall, script: asyncio.Task[None], report: TalkReport) -> None:
        phone, leg = self._desk.line.phone, self._desk.line.leg
        if phone is None or not leg:
            report.trouble = _("Нет линии с телефонией.")
            return
        talk = Talk(phone.send, leg, self._heard)
        talk.begin()
        talking = asyncio.create_task(self._converse(talk, script))
        gone = asyncio.create_task(self._until(lambda: self._current(call.id) not in _LIVE))
        try:
            await asyncio.wait((talking, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (talking, gone):
                task.cancel()
            await asyncio.gather(talking, gone, return_exceptions=True)
            talk.end(call_goes_on=True)
            report.caller_dbfs = talk.hearing.loudest_since_dbfs(0)
        if not talking.cancelled():
            talking.result()
        if self._current(call.id) in _LIVE:
            await self._try(self._desk.hang_up)
            await self._until(lambda: self._current(call.id) not in _LIVE, 5)

    async def _converse(self, talk: Talk, script: asyncio.Task[None]) -> None:
        """Until the script is walked, the caller has spoken and it is time to hang up."""
        pace, loop = self._pace, asyncio.get_running_loop()
        began, heard = loop.time(), False
        await self._say(talk, OPERATOR_GREETING)
        while loop.time() - began < pace.longest_talk:
            heard = await talk.their_turn(pace.turn, pace.reply_within) or heard
            if heard and script.done() and loop.time() - began >= pace.shortest_talk:
                break
            await self._say(talk, self._source.choice(OPERATOR_PHRASES))
        await self._say(talk, OPERATOR_FAREWELL)

    async def _say(self, talk: Talk, text: str) -> None:
        await talk.say(await self._voices.say(self._voice, text))

    # -- the card ----------------------------------------------------------------

    async def _walk(self, call: MyCall, report: TalkReport) -> None:
        """Go through the script of the call's card to one of its ends."""
        await self._until(lambda: self._session(call.id) is not None, CARD_WITHIN_S)
        try:
            while self._session(call.id) is not None and report.steps < MAX_STEPS:
                await asyncio.sleep(draw(self._source, self._pace.step))
                session = self._session(call.id)
                if session is None or not self._step(session):
                    return
                report.steps += 1
        except EkcError as error:
            report.trouble = error.message

    def _session(self, call: str) -> Session | None:
        """Of that call's card. None when it is not open: the card goes along with a call that is
        taken over or given to somebody else."""
        card = self._desk.card_desk
        return card.session if card.card is not None and card.card.call == call else None

    def _step(self, session: Session) -> bool:
        """Do the current step. False at the end of the script."""
        card, step = self._desk.card_desk, session.step
        match step:
            case Ask():
                field = session.scenario.fields[step.field]
                known = session.fields.get(step.field)
                card.answer(
                    known
                    or answer_for(field, self._source, day_of(self._desk.now(), self._desk.zone))
                )
            case Choose():
                usual = self._source.random() < _FIRST_OPTION_SHARE
                mine = [o for o in step.options if not o.only or is_medical(self._desk.view.me)]
                option = mine[0] if usual else self._source.choice(mine)
                card.answer(option.key)
            case Say() | Do(action=PlanCallback()):
                card.proceed()
            case Do(action=GoTo()):
                return True  # the desk goes over to the other scenario by itself
            case Do() | End():
                return False
        return True

    async def _save(self, call: MyCall, report: TalkReport) -> None:
        card = self._desk.card_desk
        if card.card is None or card.card.call != call.id:
            report.trouble = report.trouble or card.error or _("Карточка не открылась.")
            return
        try:
            card.set_note(OPERATOR_NOTE)
            if not card.disposition:
                broken_off = CUT_OFF in card.dispositions
                card.set_disposition(CUT_OFF if broken_off else next(iter(card.dispositions), ""))
            report.disposition = card.disposition
            await card.save()
            report.card_saved = True
        except EkcError as error:
            report.trouble = error.message

    # -- how ---------------------------------------------------------------------

    def _current(self, call: str) -> str:
        """State of that call at the desk; empty when it is not there any more."""
        now = self._desk.view.call
        return now.state if now is not None and now.id == call else ""

    async def _try(self, command: Callable[[], Coroutine[Any, Any, None]]) -> bool:
        """A refusal is normal: offers run out, callers hang up. The view tells what is."""
        try:
            await command()
        except Offline:
            raise
        except EkcError as error:
            log.info("refused", operator=self._login, error=error.message)
            return False
        return True

    async def _change(self, within_s: float | None = None) -> None:
        """Wait for something to change at the desk, no longer than ``within_s``."""
        try:
            async with asyncio.timeout(within_s):
                await self._news.wait()
        except TimeoutError:
            return
        self._news.clear()

    async def _until(self, condition: Callable[[], bool], within_s: float | None = None) -> None:
        """Wait until the desk is so; after ``within_s`` go on all the same."""
        loop = asyncio.get_running_loop()
        deadline = None if within_s is None else loop.time() + within_s
        while not condition():
            left = None if deadline is None else deadline - loop.time()
            if left is not None and left <= 0:
                return
            await self._change(left)
