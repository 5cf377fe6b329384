"""``ekc report verify``: whether the figures follow from the journal."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

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


@click.command("verify")
@config_option
def command(config_file: Path | None) -> None:
    """Доказать, что показатели следуют из журнала.

    Сводные таблицы строятся по журналу заново, рядом, и сравниваются с теми, по которым считаются
    отчёты; посчитанные раньше дни — с их вызовами. Можно при работающем сервере. Около 15 000
    записей журнала в секунду; место на диске — сколько занимает база.
    """
    from ekc_console.server.store.base import read_only
    from ekc_console.server.store.figures.by_calls import Rules
    from ekc_console.server.store.figures.proof import prove

    config = read_config(config_file)
    rules = Rules(config.zone, {queue.id: queue.service_level_s for queue in config.queues})
    folder = config.database_file.parent
    with (
        read_only.opened(config.database_file) as conn,
        tempfile.TemporaryDirectory(prefix="verify-", dir=folder) as beside,
    ):
        proof = prove(conn, rules, Path(beside), _told)
    if not proof.holds:
        raise EkcError(
            "\n".join([_("Показатели не сходятся с журналом."), *_wrong(proof, config.zone)]),
            _("Постройте таблицы заново: ekc store rebuild (сервер должен быть остановлен)."),
        )
    click.echo(
        _("Сошлось: записей журнала {facts}, вызовов {calls}, посчитанных дней {days}.").format(
            facts=proof.facts, calls=proof.calls, days=proof.days
        )
    )


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
