"""``ekc server``: the routing server."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from pathlib import Path

import click

from ekc_console import log
from ekc_console.commands.shared.options import config_option, read_config, say
from ekc_console.config import Config

SWITCH_S = 0.0005
"""A thread that writes or reads the store gives way to the event loop this soon (usually 5 ms)."""


@click.command("server")
@config_option
@click.option("--log-file", type=click.Path(path_type=Path), help="Файл журнала; без него — экран.")
@click.option(
    "--keep-calls",
    is_flag=True,
    help="При остановке не рвать разговоры: Asterisk продолжит их до следующего запуска.",
)
def command(config_file: Path | None, log_file: Path | None, keep_calls: bool) -> None:
    """Запустить сервер маршрутизации и его Asterisk.

    Остановить: Ctrl+C или SIGTERM. Сначала создайте пользователей: ekc user add.
    """
    config = read_config(config_file)
    log.set_up(log_file)
    sys.setswitchinterval(SWITCH_S)
    asyncio.run(_serve(config, keep_calls))


async def _serve(config: Config, keep_calls: bool) -> None:
    from ekc_console.server.app import Server
    from ekc_console.server.tasks.watchdog import Watchdog

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    server = await Server.open(config, say)
    watchdog = Watchdog()
    try:
        await server.start(say)
        # What lives until the end is not looked at again: a full collection would stop the loop
        # for some 60 ms in the middle of calls.
        gc.collect()
        gc.freeze()
        watchdog.start()
        sip = server.engine.sip_address(config.operator_transport)
        say(f"Сервер готов: консоли — {server.url}, SIP — {sip}")
        await stop.wait()
        say("Останавливаюсь…")
    finally:
        watchdog.stop()
        await server.stop(hang_up=not keep_calls)
