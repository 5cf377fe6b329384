"""The proof without a screen: real calls, automatic operators, and a summary of what was lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from ekc_console.client.desk import Desk
from ekc_console.demo.ledger import CentreFigures, Ledger
from ekc_console.demo.people.callers import CALLS_A_PROCESS, CallerPool
from ekc_console.demo.people.operators import AutoOperator, TalkReport
from ekc_console.demo.people.pace import BRISK, Pace
from ekc_console.demo.people.personas import Directory, personas
from ekc_console.demo.people.voices import Voices
from ekc_console.demo.summary import Summary
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.server.services import recordings
from ekc_console.server.services.recordings import Levels
from sip.link.client import Softphone

log = structlog.get_logger(__name__)

DUTY_WITHIN_S = 20.0
SETTLED_WITHIN_S = 15.0
CALLED_BACK_WITHIN_S = 60.0
_LOOK_EVERY_S = 0.25

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Credentials:
    login: str
    password: str


async def run(
    *,
    calls: int,
    operators: Sequence[Credentials],
    server_url: str,
    sip_address: str,
    hosts: Sequence[str],
    keys: Mapping[str, str],
    ledger: Ledger,
    work_dir: Path,
    directory: Directory,
    seed: int = 1,
    pace: Pace = BRISK,
    mean_gap_s: float = 3.0,
    processes: int = 3,
    limit_s: float | None = None,
    progress: Progress = lambda text: None,
) -> Summary:
    """Place ``calls`` calls to ``sip_address`` (``host:port``), let ``operators`` answer them, and
    hold what callers, operators and the centre's books say against one another.

    ``hosts``: addresses to call from; ``keys``: of the menu, by topic; ``work_dir`` takes the
    speech cache and short-lived files; ``directory`` learns who called, for those who are called
    back. The run is broken off after ``limit_s`` (default: 60 s and
    12 s a call for each operator's share). Raises EkcError when it cannot begin; whatever happens,
    all that was started here has ended on return.
    """
    began = time.monotonic()
    limit_s = limit_s or 60.0 + 12.0 * calls / max(1, len(operators)) + mean_gap_s * calls
    voices = Voices(work_dir / "speech")
    crew = Crew(operators, server_url, voices, work_dir, pace, seed)
    pool = CallerPool(
        sip_address,
        hosts,
        processes=min(processes, -(-calls // CALLS_A_PROCESS)),
        personas=directory.noting(personas(seed, tuple(keys))),
        keys=keys,
        voices=voices,
        work_dir=work_dir,
        pace=pace,
        seed=seed,
        on_report=lambda report: progress(
            _("Вызовов завершено: {done} из {calls}").format(done=len(pool.reports), calls=calls)
        ),
    )
    timed_out = False
    try:
        progress(_("Операторы выходят на линию"))
        await crew.start()
        progress(_("Абоненты звонят"))
        await pool.start()
        try:
            async with asyncio.timeout(limit_s):
                await pool.run(mean_gap_s, calls)
                await _books_when(ledger, lambda f: not f.callbacks, CALLED_BACK_WITHIN_S)
                await crew.finish()
        except TimeoutError:
            timed_out = True
        centre = await _books_when(ledger, lambda f: f.settled, SETTLED_WITHIN_S)
    finally:
        await pool.stop()
        await crew.stop()
    return Summary(
        wanted=calls,
        calls=pool.reports,
        talks=crew.reports,
        centre=centre,
        levels=await _levels(centre),
        seconds=time.monotonic() - began,
        timed_out=timed_out,
        troubles=crew.troubles,
    )


class Crew:
    """The automatic operators of a run."""

    def __init__(
        self,
        credentials: Sequence[Credentials],
        url: str,
        voices: Voices,
        work_dir: Path,
        pace: Pace,
        seed: int,
    ) -> None:
        self._operators = [
            AutoOperator(
                Desk(url, work_dir / "desks" / who.login, Softphone.spawn, sound="null"),
                who.login,
                who.password,
                voices=voices,
                work_dir=work_dir,
                pace=pace,
                seed=seed,
            )
            for who in credentials
        ]
        self._tasks: list[asyncio.Task[None]] = []
        self.troubles: list[str] = []

    @property
    def reports(self) -> list[TalkReport]:
        return [report for operator in self._operators for report in operator.reports]

    async def start(self) -> None:
        """All log in and go ready. Raises EkcError when one cannot."""
        self._tasks = [asyncio.create_task(operator.run()) for operator in self._operators]
        ready = asyncio.ensure_future(
            asyncio.gather(*(operator.on_duty.wait() for operator in self._operators))
        )
        waited: list[asyncio.Future[Any]] = [ready, *self._tasks]
        try:
            await asyncio.wait(waited, timeout=DUTY_WITHIN_S, return_when=asyncio.FIRST_COMPLETED)
            for task in self._tasks:
                if task.done():
                    task.result()
            if not ready.done():
                raise EkcError(
                    _("Операторы не вышли на линию за {limit:.0f} с.").format(limit=DUTY_WITHIN_S),
                    _("Посмотрите журнал сервера: телефония не приняла их вызов."),
                )
        finally:
            ready.cancel()

    async def finish(self) -> None:
        """Let everybody finish the call and the card in hand, then leave."""
        for operator in self._operators:
            operator.stop()
        await asyncio.wait(self._tasks)

    async def stop(self) -> None:
        """Leave at once. Idempotent; keeps what the operators' tasks failed with."""
        for task in self._tasks:
            task.cancel()
        results = await asyncio.gather(*self._tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, EkcError):
                self.troubles.append(str(result))
            elif isinstance(result, Exception):
                log.error("an operator broke", exc_info=result)
                self.troubles.append(_("Сбой автоматического оператора: {why}.").format(why=result))
        self._tasks = []


async def _books_when(
    ledger: Ledger, true: Callable[[CentreFigures], bool], within_s: float
) -> CentreFigures:
    """The books when it is ``true`` of them, or after ``within_s``: then the summary tells."""
    deadline = time.monotonic() + within_s
    while True:
        figures = await ledger.read()
        if true(figures) or time.monotonic() > deadline:
            return figures
        await asyncio.sleep(_LOOK_EVERY_S)


async def _levels(centre: CentreFigures) -> dict[str, Levels]:
    """Of every recording that can be read."""
    measured: dict[str, Levels] = {}
    for call in centre.calls:
        if call.recording is None:
            continue
        try:
            measured[call.call] = await recordings.levels(call.recording)
        except EkcError as error:
            log.warning("recording not readable", call=call.call, error=error.message)
    return measured
