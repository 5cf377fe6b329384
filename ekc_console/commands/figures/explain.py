"""``ekc explain``: why a call went where it went."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ekc_console.client.words.journal.story import below, text
from ekc_console.commands.shared.options import config_option, read_config
from ekc_console.domain.terms.localtime import said
from ekc_console.i18n import _

if TYPE_CHECKING:
    from ekc_console.config import Config
    from ekc_console.server.core.explanation import Moment
    from ekc_console.wire.day.story import StoryLine


@click.command("explain")
@config_option
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Журнал (ekc.db или JSONL); без него — база сервера из настроек.",
)
@click.option("--at", "at_seq", type=int, metavar="SEQ", help="Не дальше записи с этим номером.")
@click.option("--json", "as_json", is_flag=True, help="Вывести как JSON.")
@click.option("--numbers", is_flag=True, help="Показать номера звонящих полностью.")
@click.argument("call")
def command(
    config_file: Path | None,
    journal: Path | None,
    at_seq: int | None,
    as_json: bool,
    numbers: bool,
    call: str,
) -> None:
    """Объяснить, почему вызов CALL попал туда, куда попал. last — последний из очереди.

    Показаны все события вызова и для каждого решения — кандидаты с ключом стратегии (меньший
    первым) и тем, что помешало остальным.
    """
    from ekc_console.server.core.explanation import explain
    from ekc_console.server.day.story import StoryTeller, by_ids
    from ekc_console.server.rights.outgoing import masked

    config = read_config(config_file)
    path = journal or config.database_file
    moments = explain(path, call, at_seq)
    if numbers and journal is None:
        _note(config, call)
    if as_json:
        click.echo(json.dumps([_plain(m, numbers) for m in moments], ensure_ascii=False, indent=1))
        return
    teller = StoryTeller(str, str, str, by_ids)
    for moment in moments:
        line = teller.of_moment(moment)
        _show(line if numbers else masked(line), config.zone)


def _note(config: Config, call: str) -> None:
    """Numbers of the store are shown to nobody without a trace. Raises StoreError."""
    from ekc_console.commands.admin.store import open_store
    from ekc_console.commands.shared.noted import entry, nothing, write_noted

    with open_store(config) as database:
        write_noted(database, nothing, entry("contacts", call, found=1))


def _show(line: StoryLine, zone: tzinfo) -> None:
    clock = said(line.at, zone, "%H:%M:%S.%f")[:-3]
    click.echo(f"{clock}  #{line.seq}  {text(line)}")
    for depth, under in below(line):
        click.echo(f"    {'  ' * depth}{under}")


def _plain(moment: Moment, numbers: bool) -> dict[str, Any]:
    fact = asdict(moment.fact)
    if "number" in fact:
        fact["number"] = _number(fact["number"], numbers)
    return {
        "seq": moment.seq,
        "at": moment.at,
        "fact": type(moment.fact).__name__,
        "body": fact,
        "score": moment.score,
        "position": moment.position,
        "decisions": [asdict(decision) for decision in moment.decisions],
        "withdrawn": [
            {"agent": e.agent, "reason": e.reason}  # type: ignore[union-attr]
            for e in moment.effects
            if type(e).__name__ == "WithdrawOffer"
        ],
        "outcome": moment.after.outcome,
        "callback": moment.after.callback,
    }


def _number(number: str | None, full: bool) -> str:
    from ekc_console.domain.terms.numbers import masked, readable

    return (readable(number) if full else masked(number)) or _("номер скрыт")
