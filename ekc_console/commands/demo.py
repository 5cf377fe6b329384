"""``ekc demo``: the whole thing on this machine, with simulated callers."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import click

from ekc_console.commands.shared.options import say
from ekc_console.commands.shared.terminal import lang_option, need_terminal

T = TypeVar("T")


@click.command("demo")
@click.option(
    "--headless", is_flag=True, help="Без экрана: операторы автоматические, в конце итог."
)
@click.option(
    "--role", type=click.Choice(["operator", "supervisor"]), default="operator", show_default=True,
    help="Чей экран показать.",
)  # fmt: skip
@click.option("--calls", type=click.IntRange(1, 10_000), default=30, show_default=True,
              help="Сколько вызовов (только с --headless).")  # fmt: skip
@click.option("--operators", type=click.IntRange(1, 50), default=3, show_default=True,
              help="Автоматических операторов (с --headless, --role supervisor).")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="Зерно случайности.")
@click.option(
    "--every", type=click.FloatRange(1, 600), default=20, show_default=True,
    help="Секунд между вызовами в среднем (только с экраном).",
)  # fmt: skip
@click.option("--keep", is_flag=True, help="Не удалять данные, записи и журналы.")
@lang_option
def command(
    headless: bool,
    role: str,
    calls: int,
    operators: int,
    seed: int,
    every: float,
    lang: str | None,
    keep: bool,
) -> None:
    """Показать всё сразу: сервер, Asterisk, звонящие и экран оператора или руководителя.

    Вызовы настоящие: SIP и голос по RTP внутри этой машины. Выход из консоли завершает всё,
    что было запущено. Данные демонстрации удаляются.
    """
    if headless:
        from ekc_console.demo.compose import run_headless

        problems = _run(run_headless(calls, operators, seed, keep, say))
        if problems:
            for problem in problems:
                click.secho(f"Потеря: {problem}", fg="red", err=True)
            raise click.exceptions.Exit(1)
        return
    need_terminal(
        "Для консоли оператора", "Без терминала: ekc demo --headless --calls 30 --operators 3"
    )
    from ekc_console.demo.compose import run_console, run_supervisor

    if role == "supervisor":
        shown = run_supervisor(every, operators, seed, lang, keep, say)
    else:
        shown = run_console(every, seed, lang, keep, say)
    raise click.exceptions.Exit(_run(shown))


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Ctrl+C and a closed terminal are a way to end the demonstration, not an error."""
    try:
        return asyncio.run(work)
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise click.exceptions.Exit(130) from None
