"""Both forms of the demonstration: with the operator's console, and without a screen."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from ekc_console import folders, log
from ekc_console.config import Config
from ekc_console.demo import headless, terminal
from ekc_console.demo.ledger import StoreLedger
from ekc_console.demo.people.called import CalledPeople
from ekc_console.demo.people.callers import CallerPool
from ekc_console.demo.people.keys import keys_to_topics
from ekc_console.demo.people.pace import BRISK, HUMAN, Pace
from ekc_console.demo.people.personas import Directory, personas
from ekc_console.demo.people.voices import Voices
from ekc_console.demo.stage import HOST, Progress, Stage, sweep
from ekc_console.domain.terms.localtime import day_of
from ekc_console.scenario_files import load_folder

OPERATOR = "demo"
OPERATOR_NAME = "Демо-оператор"
SUPERVISOR = "boss"
SUPERVISOR_NAME = "Соня Н."
CALLER_PROCESSES = 2
FOR_ONE = 2
"""Callers at once for an operator alone: one talks, one waits."""
DEMO_PID = "EKC_DEMO_PID"
"""Tells the console whom to ask for a fault of the telephony."""
HEADLESS_CALLBACK_AFTER_S = 2.0


async def run_headless(
    calls: int, operators: int, seed: int, keep: bool, progress: Progress
) -> list[str]:
    """Real calls, automatic operators, no screen. Prints the summary; returns what was lost."""
    crew = {f"auto{i}": f"Автооператор {i}" for i in range(1, operators + 1)}
    changes = {"queues": _called_back_soon()}
    async with _stage(crew, keep, progress, seed, BRISK, changes) as (stage, directory):
        since = time.time()
        summary = await headless.run(
            calls=calls,
            operators=[headless.Credentials(login, stage.password) for login in crew],
            server_url=stage.url,
            sip_address=stage.sip_address,
            hosts=[HOST],
            keys=_menu_keys(stage),
            ledger=StoreLedger(stage.database, stage.config.queues, since),
            work_dir=stage.work,
            directory=directory,
            seed=seed,
            progress=progress,
        )
        Console().print(summary.table())
        return summary.problems()


async def run_console(
    every_s: float, seed: int, lang: str | None, keep: bool, progress: Progress
) -> int:
    """The operator's console in this terminal, with callers; returns its exit code."""
    crew = {OPERATOR: OPERATOR_NAME}
    async with (
        _stage(crew, keep, progress, seed, HUMAN) as (stage, directory),
        _callers(stage, directory, every_s, seed, progress, FOR_ONE),
    ):
        return await _console(stage, lang, progress, "operator", OPERATOR)


async def run_supervisor(
    every_s: float, operators: int, seed: int, lang: str | None, keep: bool, progress: Progress
) -> int:
    """The supervisor's screen in this terminal, over automatic operators and callers; returns its
    exit code."""
    logins = {f"auto{i}": name for i, name in enumerate(_names(operators), start=1)}
    boss = {SUPERVISOR: SUPERVISOR_NAME}
    async with _stage(logins, keep, progress, seed, HUMAN, supervisors=boss) as (stage, directory):
        crew = headless.Crew(
            [headless.Credentials(login, stage.password) for login in logins],
            stage.url,
            Voices(_speech_cache()),
            stage.work,
            HUMAN,
            seed,
        )
        try:
            progress("Операторы выходят на линию")
            await crew.start()
            async with _callers(stage, directory, every_s, seed, progress) as pool:
                with _faults(stage, pool):
                    return await _console(stage, lang, progress, "supervisor", SUPERVISOR)
        finally:
            await crew.stop()


@contextlib.contextmanager
def _faults(stage: Stage, pool: CallerPool) -> Iterator[None]:
    """The console may order one by a signal."""

    def break_engine() -> None:
        stage.break_engine()
        pool.cut()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, break_engine)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGUSR1)


@contextlib.asynccontextmanager
async def _callers(
    stage: Stage,
    directory: Directory,
    every_s: float,
    seed: int,
    progress: Progress,
    most: int | None = None,
) -> AsyncIterator[CallerPool]:
    """People who call again and again while it lasts, ``most`` of them at once."""
    keys = _menu_keys(stage)
    pool = CallerPool(
        stage.sip_address,
        [HOST],
        processes=CALLER_PROCESSES,
        personas=directory.noting(personas(seed, tuple(keys))),
        keys=keys,
        voices=Voices(_speech_cache()),
        work_dir=stage.work,
        seed=seed,
    )
    progress("Абоненты: готовлю голоса")
    await pool.start()
    callers = asyncio.create_task(pool.run(every_s, most=most))
    try:
        yield pool
    finally:
        callers.cancel()
        await asyncio.gather(callers, return_exceptions=True)
        await pool.stop()


def _names(count: int) -> list[str]:
    """Of automatic operators."""
    known = ["Анна П.", "Борис О.", "Вера В.", "Галина К.", "Дина Р.", "Егор Л.", "Жанна И."]
    return [known[i] if i < len(known) else f"Оператор {i + 1}" for i in range(count)]


@contextlib.asynccontextmanager
async def _stage(
    operators: dict[str, str],
    keep: bool,
    progress: Progress,
    seed: int,
    pace: Pace,
    changes: dict[str, Any] | None = None,
    supervisors: dict[str, str] | None = None,
) -> AsyncIterator[tuple[Stage, Directory]]:
    """A stage that ends however the demonstration ends: by itself, Ctrl+C, a closed terminal.

    The people whom the centre may call are there before it: its trunk is alive from the start.
    """
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    await asyncio.to_thread(sweep)
    stage = Stage(keep=keep)
    log.set_up(stage.directory / "demo.log")
    directory = Directory(seed)
    voices = Voices(_speech_cache())
    called = CalledPeople(
        HOST, directory.at, voices=voices, work_dir=stage.work, pace=pace, seed=seed
    )
    try:
        await called.start()
        await stage.open(
            operators,
            progress,
            outbound=called.address,
            changes=changes,
            supervisors=supervisors,
        )
        yield stage, directory
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN)  # the way out is not to be cut short
        await called.stop()
        await stage.close()
        if keep:
            progress(f"Данные оставлены: {stage.directory}")


async def _console(
    stage: Stage, lang: str | None, progress: Progress, command: str, login: str
) -> int:
    """The console owns the terminal until it ends; a Ctrl+C there is a key of its own."""
    arguments = ["ekc_console.cli", command, "--server", stage.url, "--login", login]
    if lang:
        arguments += ["--lang", lang]
    environment = {
        **os.environ,
        "EKC_PASSWORD": stage.password,
        "XDG_STATE_HOME": str(stage.directory / "state"),
        DEMO_PID: str(os.getpid()),
    }
    loop = asyncio.get_running_loop()
    loop.remove_signal_handler(signal.SIGINT)
    ignore: Callable[..., Any] = lambda *_: None  # noqa: E731 - a handler, not SIG_IGN: that is inherited
    signal.signal(signal.SIGINT, ignore)
    with terminal.lent():
        console = await stage.spawn(*arguments, env=environment)
        code = await console.wait()
    if code >= 0:
        return code
    terminal.take_back()
    progress(f"Консоль остановлена сигналом {-code}: демонстрация закончена.")
    return 128 - code


def _called_back_soon() -> list[dict[str, Any]]:
    """The queues of the centre, whose lost callers are called back while the proof still runs."""
    return [
        {"id": queue.id, "title": queue.title, "callback_after_s": HEADLESS_CALLBACK_AFTER_S}
        for queue in Config().queues
    ]


def _menu_keys(stage: Stage) -> dict[str, str]:
    config = stage.config
    scenarios = load_folder(config.scripts_dir, None, day_of(time.time(), config.zone))
    return keys_to_topics(scenarios, config.server.main_menu)


def _speech_cache() -> Path:
    """Callers' voices are synthesised once for this user."""
    return folders.cache() / "demo-speech"
