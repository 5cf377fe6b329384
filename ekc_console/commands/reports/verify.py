"""``ekc report verify``: whether the figures follow from the journal."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ekc_console.commands.reports.reading import opened
from ekc_console.commands.shared.options import config_option, read_config, say
from ekc_console.domain.terms.localtime import said
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _

if TYPE_CHECKING:
    from datetime import tzinfo

    from ekc_console.server.store.figures.proof import Proof

_TABLES = {
    "calls": N_("вызовы"),
    "offers": N_("предложения"),
    "callbacks": N_("обратные вызовы"),
    "agent_intervals": N_("состояния операторов"),
    "listenings": N_("прослушивания"),
    "call_path": N_("пути по меню"),
}
MOST_DAYS = 10
SPARE = 2
"""So many times the size of the store must be free: the server beside it needs room too."""


@click.command("verify")
@config_option
def command(config_file: Path | None) -> None:
    """Доказать, что показатели следуют из журнала.

    Сводные таблицы строятся по журналу заново, рядом, и сравниваются с теми, по которым считаются
    отчёты; посчитанные раньше дни — с их вызовами. Можно при работающем сервере. Около 15 000
    записей журнала в секунду; место на диске — сколько занимает база.
    """
    from ekc_console.server.store.figures.by_calls import Rules
    from ekc_console.server.store.figures.proof import prove

    config = read_config(config_file)
    rules = Rules.of(config.zone, config.queues, config.figures.windows())
    with opened(config) as conn, _beside(config.database_file) as folder:
        proof = prove(conn, rules, folder, _told)
    if not proof.holds:
        raise EkcError(
            "\n".join([_("Показатели не сходятся с журналом."), *_wrong(proof, config.zone)]),
            _("Постройте таблицы заново: ekc store rebuild (сервер должен быть остановлен)."),
        )
    if proof.other_rules:
        text = _(
            "До {since} вела записи прежняя версия программы: строк того времени, которые по "
            "нынешним правилам были бы другими, {rows}. Это не ошибка."
        )
        since = said(proof.rules_since, config.zone, "%d.%m.%Y %H:%M")
        click.echo(text.format(since=since, rows=proof.other_rules))
    click.echo(
        _("Сошлось: записей журнала {facts}, вызовов {calls}, посчитанных дней {days}.").format(
            facts=proof.facts, calls=proof.calls, days=proof.days
        )
    )


@contextmanager
def _beside(database: Path) -> Iterator[Path]:
    """A folder for a store of the same size, which is gone afterwards, also when this is ended.
    Raises EkcError where there is no room for it."""
    needed, free = database.stat().st_size, shutil.disk_usage(database.parent).free
    if free < SPARE * needed:
        raise EkcError(
            _("Для проверки нужно {needed} МБ места рядом с базой, есть {free} МБ.").format(
                needed=SPARE * needed // 1_000_000 + 1, free=free // 1_000_000
            ),
            _("Освободите место или проверьте копию базы на другом диске."),
        )
    before = signal.signal(signal.SIGTERM, lambda *_told: sys.exit(143))
    try:
        with tempfile.TemporaryDirectory(prefix="verify-", dir=database.parent) as folder:
            yield Path(folder)
    finally:
        signal.signal(signal.SIGTERM, before)


def _told(facts: int) -> None:
    say(_("Записей: {facts}").format(facts=facts))


def _wrong(proof: Proof, zone: tzinfo) -> Iterator[str]:
    for one in proof.differences:
        yield _("{what}: строк, которых нет в одной из двух таблиц, {rows} ({names}).").format(
            what=_(_TABLES[one.table]), rows=one.rows, names=", ".join(one.examples)
        )
    if proof.wrong_days:
        days = [said(day.since, zone, "%d.%m.%Y") for day in proof.wrong_days[:MOST_DAYS]]
        yield _("Суммы дней не те: {days}.").format(days=", ".join(days))
