"""``ekc explain``: why a call went where it went."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ekc_console.commands.figures.fact_words import FACTS
from ekc_console.commands.shared.options import config_option, read_config
from ekc_console.domain.terms.localtime import said
from ekc_console.i18n import N_, _

if TYPE_CHECKING:
    from ekc_console.config import Config
    from ekc_console.domain.insight.candidates import Decision
    from ekc_console.server.core.explanation import Moment

_OBSTACLES = {
    "on_break": N_("перерыв"),
    "offered": N_("ему уже звонит вызов"),
    "busy": N_("разговаривает"),
    "wrap_up": N_("обработка после вызова"),
    "not_responding": N_("не отвечает"),
    "no_leg": N_("телефон не на линии"),
    "console_gone": N_("консоль не на связи"),
    "queue_paused": N_("очередь приостановлена"),
    "kept_for_other": N_("вызов ждёт другого оператора"),
    "tier_closed": N_("его ярус ещё не подключён"),
    "skill_missing": N_("нет навыка"),
    "rests": N_("недавно отказался от этого вызова"),
}
_DECIDED = {
    "key": N_("решение ({strategy})"),
    "lot": N_("решение ({strategy}, жребием)"),
    "name": N_("решение (назван переводом, без стратегии {strategy})"),
}
_RESULTS = {
    "timeout": N_("не ответил вовремя"),
    "rejected": N_("отказался"),
    "accepted": N_("ответил другой"),
    "caller_gone": N_("звонящий положил трубку"),
    "unreachable": N_("недоступен"),
    "paused": N_("ушёл на перерыв"),
}


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

    config = read_config(config_file)
    path = journal or config.database_file
    moments = explain(path, call, at_seq)
    if numbers and journal is None:
        _note(config, call)
    if as_json:
        click.echo(json.dumps([_plain(m, numbers) for m in moments], ensure_ascii=False, indent=1))
        return
    for moment in moments:
        _show(moment, numbers, config.zone)


def _note(config: Config, call: str) -> None:
    """Numbers of the store are shown to nobody without a trace. Raises StoreError."""
    from ekc_console.commands.admin.store import open_store
    from ekc_console.commands.shared.noted import entry, nothing, write_noted

    with open_store(config) as database:
        write_noted(database, nothing, entry("contacts", call, found=1))


def _show(moment: Moment, numbers: bool, zone: tzinfo) -> None:
    name = type(moment.fact).__name__
    clock = said(moment.at, zone, "%H:%M:%S.%f")[:-3]
    click.echo(f"{clock}  #{moment.seq}  {_(FACTS.get(name, name))}{_detail(moment, numbers)}")
    for effect in moment.effects:
        kind = type(effect).__name__
        if kind == "WithdrawOffer":
            reason = _RESULTS.get(effect.reason, effect.reason)  # type: ignore[union-attr]
            click.echo(f"    {effect.agent}: {_(reason)}")  # type: ignore[union-attr]
    for decision in moment.decisions:
        _show_decision(decision, moment.at)


def _detail(moment: Moment, numbers: bool) -> str:
    from ekc_console.domain import facts as f

    fact = moment.fact
    if moment.before is None and moment.after.virtual:
        placed = _("обратный вызов {id} встал в очередь {queue}")
        return ": " + placed.format(id=moment.after.callback, queue=moment.after.queue)
    if isinstance(fact, f.CallArrived | f.CallMissed | f.CallPlaced):
        return f": {_number(fact.number, numbers)}"
    if isinstance(fact, f.CallStepEntered):
        return f": {fact.scenario} / {fact.step}"
    if isinstance(fact, f.CallQueued):
        said = [fact.queue, _("приоритет {n}").format(n=fact.priority)]
        if fact.skills:
            said.append(_("навыки: {skills}").format(skills=", ".join(fact.skills)))
        if moment.score is not None:
            said.append(_("счёт: {s:+.1f} с").format(s=moment.at - moment.score))
        if moment.position:
            said.append(_("место {n}").format(n=moment.position))
        return ": " + ", ".join(said)
    if isinstance(fact, f.CallEnded):
        said = [fact.by, str(moment.after.outcome)]
        if moment.after.callback:
            said.append(_("обратный вызов {id}").format(id=moment.after.callback))
        return ": " + ", ".join(said)
    agent = getattr(fact, "agent", None)
    return f": {agent}" if agent else ""


def _show_decision(decision: Decision, now: float) -> None:
    said = _(_DECIDED[decision.by]).format(strategy=decision.strategy)
    click.echo(f"    {said}: {', '.join(decision.chosen)}")
    for candidate in decision.candidates:
        mark = "→" if candidate.agent in decision.chosen else " "
        why = _("мог взять")
        if candidate.obstacle is not None:
            why = _(_OBSTACLES[candidate.obstacle])
            if candidate.detail:
                why = f"{why}: {candidate.detail}"
        rank = _("ярус {tier}  ключ {key:.3f}").format(tier=candidate.tier, key=candidate.key)
        click.echo(f"      {mark} {candidate.agent:<16} {rank}  {why}")
    if decision.place is not None and decision.waiting > 1:
        _show_rivals(decision, now)


def _show_rivals(decision: Decision, now: float) -> None:
    """The waiting calls that the chosen agent may serve: why it was this one."""
    title = _("ждали его вызовы, из {count} этот — {place}-й:").format(
        count=decision.waiting, place=decision.place
    )
    click.echo(f"      {title}")
    for rival in decision.rivals:
        mark = "→" if rival.call == decision.call else " "
        said = _("счёт {s:+.1f} с").format(s=now - rival.effective)
        if rival.assigned:
            said += "  " + _("назначен ему руководителем")
        elif rival.interrupted:
            said += "  " + _("оборван у нас: раньше остальных")
        click.echo(f"      {mark} {rival.call:<24} {said}")


def _number(number: str | None, full: bool) -> str:
    from ekc_console.domain.terms.numbers import masked, readable

    return (readable(number) if full else masked(number)) or _("номер скрыт")


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
