"""``ekc replay``: a journal lived through again."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from ekc_console.commands.shared.options import say


@click.command("replay")
@click.argument("journal", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--against",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Второй журнал: найти первое место, где решения расходятся.",
)
def command(journal: Path, against: Path | None) -> None:
    """Прожить JOURNAL заново: те же факты — то же состояние и те же решения.

    JOURNAL — база сервера (ekc.db, можно при работающем сервере) или файл JSONL от ekc store
    journal export. Сверяется каждый сохранённый снимок состояния. Код возврата 1 — расхождение.
    """
    from ekc_console.server.store.journal import journal_file

    began = perf_counter()
    with journal_file.opened(journal) as source:
        router, count, checked, wrong = source.start, 0, 0, 0
        for entry in source.entries:
            journal_file.handle(router, entry)
            count += 1
            if (stored := source.hashes.get(entry.seq)) is not None:
                checked += 1
                if stored != router.state_hash():
                    wrong += 1
                    say(
                        f"Снимок после записи {entry.seq}: записан {stored[:16]}…, а вышло "
                        f"{router.state_hash()[:16]}…",
                        fg="red",
                    )
    spent = perf_counter() - began
    click.echo(f"Фактов: {count}, за {spent:.2f} с ({count / spent if spent else 0:.0f} в секунду)")
    click.echo(f"Сверено снимков: {checked}, не совпало: {wrong}")
    click.echo(f"Состояние: {router.state_hash()}")
    same = against is None or _compare(journal, against)
    if wrong or not same:
        sys.exit(1)


def _compare(journal: Path, against: Path) -> bool:
    from itertools import zip_longest

    from ekc_console.server.store.journal import journal_file

    with journal_file.opened(journal) as one, journal_file.opened(against) as other:
        for a, b in zip_longest(one.entries, other.entries):
            if a is None or b is None:
                end, more = (journal, against) if a is None else (against, journal)
                entry = b if a is None else a
                click.echo(f"{end} кончается раньше: в {more} есть ещё запись {entry.seq}.")
                return False
            first, second = (
                journal_file.handle(one.start, a),
                journal_file.handle(other.start, b),
            )
            if first != second:
                click.echo(f"Первое расхождение — запись {a.seq} и запись {b.seq}:")
                for path, entry, effects in ((journal, a, first), (against, b, second)):
                    click.echo(f"  {path}: {type(entry.fact).__name__}")
                    for effect in effects:
                        click.echo(f"    {_without_number(effect)}")
                return False
    click.echo("Решения обоих журналов одинаковы.")
    return True


def _without_number(effect: Any) -> Any:
    return replace(effect, number="***") if hasattr(effect, "number") else effect
