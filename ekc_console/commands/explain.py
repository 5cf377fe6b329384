"""``ekc explain``: why a call went where it went."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ekc_console.commands.options import config_option, read_config
from ekc_console.i18n import N_, _

if TYPE_CHECKING:
    from ekc_console.server.explanation import Decision, Moment

_FACTS = {
    "CallArrived": N_("поступил"),
    "CallStepEntered": N_("шаг меню"),
    "CallQueued": N_("в очереди"),
    "CallbackAsked": N_("попросил перезвонить"),
    "OfferAccepted": N_("предложение принято"),
    "OfferRefused": N_("предложение отклонено"),
    "CallBridged": N_("разговор начался"),
    "CallBridgeFailed": N_("соединить не удалось"),
    "CallHeld": N_("на удержании"),
    "CallResumed": N_("снят с удержания"),
    "CallEnded": N_("завершён"),
    "CallPlaced": N_("исходящий вызов"),
    "CallAnswered": N_("на том конце ответили"),
    "CallAssigned": N_("назначен руководителем"),
    "CallMoved": N_("переведён в другую очередь"),
    "CallReordered": N_("переставлен в очереди"),
    "CallPicked": N_("взят из очереди вручную"),
    "TimePassed": N_("истекло время"),
    "AgentReady": N_("оператор готов"),
    "WrapUpFinished": N_("оператор закончил обработку"),
}
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
    from ekc_console.server.explanation import explain

    path = journal or read_config(config_file).data_dir / "ekc.db"
    moments = explain(path, call, at_seq)
    if as_json:
        click.echo(json.dumps([_plain(m, numbers) for m in moments], ensure_ascii=False, indent=1))
        return
    for moment in moments:
        _show(moment, numbers)


def _show(moment: Moment, numbers: bool) -> None:
    name = type(moment.fact).__name__
    clock = datetime.datetime.fromtimestamp(moment.at).strftime("%H:%M:%S.%f")[:-3]
    click.echo(f"{clock}  #{moment.seq}  {_(_FACTS.get(name, name))}{_detail(moment, numbers)}")
    for effect in moment.effects:
        kind = type(effect).__name__
        if kind == "WithdrawOffer":
            reason = _RESULTS.get(effect.reason, effect.reason)  # type: ignore[union-attr]
            click.echo(f"    {effect.agent}: {_(reason)}")  # type: ignore[union-attr]
    if moment.decision is not None:
        _show_decision(moment.decision)


def _detail(moment: Moment, numbers: bool) -> str:
    from ekc_console.domain import facts as f

    fact = moment.fact
    if isinstance(fact, f.CallArrived | f.CallPlaced):
        return f": {_number(fact.number, numbers)}"
    if isinstance(fact, f.CallStepEntered):
        return f": {fact.scenario} / {fact.step}"
    if isinstance(fact, f.CallQueued):
        text = f": {fact.queue}, {_('приоритет')} {fact.priority}"
        if fact.skills:
            text += f", {_('навыки')} {', '.join(fact.skills)}"
        if moment.score is not None:
            lead = moment.at - moment.score
            text += f", {_('счёт')}: {_('время в очереди')} {lead:+.1f} {_('с')}"
        return text + (f", {_('место')} {moment.position}" if moment.position else "")
    if isinstance(fact, f.CallEnded):
        return f": {fact.by}, {moment.after.outcome}" + (
            f", {_('обратный вызов')} {moment.after.callback}" if moment.after.callback else ""
        )
    agent = getattr(fact, "agent", None)
    return f": {agent}" if agent else ""


def _show_decision(decision: Decision) -> None:
    click.echo(f"    {_('решение')} ({decision.strategy}): {', '.join(decision.chosen)}")
    for candidate in decision.candidates:
        mark = "→" if candidate.agent in decision.chosen else " "
        why = _("мог взять")
        if candidate.obstacle is not None:
            why = _(_OBSTACLES[candidate.obstacle])
            if candidate.agent in decision.chosen:
                why = f"{why}, {_('освободился этим событием')}"
            elif candidate.detail:
                why = f"{why}: {candidate.detail}"
        click.echo(
            f"      {mark} {candidate.agent:<16} {_('ярус')} {candidate.tier}  "
            f"{_('ключ')} {candidate.key:.3f}  {why}"
        )


def _number(number: str | None, full: bool) -> str:
    from ekc_console.server.numbers import masked, readable

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
        "decision": asdict(moment.decision) if moment.decision else None,
        "withdrawn": [
            {"agent": e.agent, "reason": e.reason}  # type: ignore[union-attr]
            for e in moment.effects
            if type(e).__name__ == "WithdrawOffer"
        ],
        "outcome": moment.after.outcome,
        "callback": moment.after.callback,
    }
