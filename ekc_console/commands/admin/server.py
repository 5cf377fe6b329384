"""``ekc server``: the routing server."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ekc_console import log
from ekc_console.commands.service import log_level, metrics, openapi, state, systemd
from ekc_console.commands.shared.end_in_time import EndInTime
from ekc_console.commands.shared.options import config_option, read_config, say
from ekc_console.config import Config
from ekc_console.errors import EkcError

if TYPE_CHECKING:
    from ekc_console.server.app import Server

SWITCH_S = 0.0005
"""A thread that writes or reads the store gives way to the event loop this soon (usually 5 ms)."""

BROKEN_REMEDY = "Подробности — в его журнале. Служба systemd запускает его снова сама."


@click.group("server", invoke_without_command=True)
@config_option
@click.option("--log-file", type=click.Path(path_type=Path), help="Файл журнала; без него — экран.")
@click.option(
    "--keep-calls",
    is_flag=True,
    help="При остановке не рвать разговоры: Asterisk продолжит их до следующего запуска.",
)
@click.pass_context
def command(
    context: click.Context, config_file: Path | None, log_file: Path | None, keep_calls: bool
) -> None:
    """Запустить сервер маршрутизации и его Asterisk; подкоманды — то, что рядом с ним.

    Остановить: Ctrl+C или SIGTERM. Сначала создайте пользователей: ekc user add.
    Сломается то, без чего сервер не работает, — он останавливается с кодом 1, разговоры продолжает
    Asterisk, и служба запускает его снова.
    """
    if context.invoked_subcommand is None:
        _run(config_file, log_file, keep_calls)


command.add_command(metrics.command)
command.add_command(metrics.dashboards)
command.add_command(openapi.command)
command.add_command(systemd.command)
command.add_command(log_level.command)
command.add_command(state.command)


def _run(config_file: Path | None, log_file: Path | None, keep_calls: bool) -> None:
    config = read_config(config_file)
    log.set_up(log_file)
    sys.setswitchinterval(SWITCH_S)
    if broken := asyncio.run(_serve(config, keep_calls, EndInTime())):
        raise EkcError(f"Сервер остановлен: сломалась его часть «{broken}».", BROKEN_REMEDY)


async def _until_served(server: Server, stop: asyncio.Event) -> bool:
    """False when it is to stop before."""
    serves, stopped = asyncio.create_task(server.serves()), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({serves, stopped}, return_when=asyncio.FIRST_COMPLETED)
        return serves.done()
    finally:
        serves.cancel()
        stopped.cancel()


async def _serve(config: Config, keep_calls: bool, ending: EndInTime) -> str:
    """Until it is asked to stop, or an essential task ends: the name of that one. ``ending``
    begins with the end and goes on until the process is gone."""
    from ekc_console.client.words.saying import said
    from ekc_console.server.app import Server
    from ekc_console.server.start.start_progress import goes_on
    from ekc_console.server.tasks import essential
    from ekc_console.server.tasks.watchdog import Watchdog

    stop, broken = asyncio.Event(), [""]
    loop = asyncio.get_running_loop()

    def end(name: str = "") -> None:
        """Asked by a signal, or because the task ``name`` has ended."""
        if not stop.is_set():
            broken[0] = name
            ending.begin()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    essential.on_end(end)

    def progress(text: str) -> None:
        say(text)
        goes_on(text)

    server = await Server.open(config, progress, say=said)
    watchdog = Watchdog(progress=server.progress)
    try:
        await server.start(progress)
        # What lives until the end is not looked at again: a full collection would stop the loop
        # for some 60 ms in the middle of calls.
        gc.collect()
        gc.freeze()
        if await _until_served(server, stop):
            watchdog.start()
            sip = server.engine.sip_address(config.operator_transport)
            say(f"Сервер готов: консоли — {server.url}, SIP — {sip}")
            await stop.wait()
        say("Останавливаюсь…")
    finally:
        ending.begin()
        watchdog.stop()
        # What broke is no reason to end the talks: the next server takes them over.
        await server.stop(hang_up=not keep_calls and not broken[0])
    return broken[0]
