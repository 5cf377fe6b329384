"""``ekc agent``: the operators of a running server."""

from __future__ import annotations

from typing import Any, Literal

import click

from ekc_console.client.words.kinds import AGENT_STATES
from ekc_console.commands.shared.remote import (
    ago,
    ask,
    ask_sure,
    centre_clock,
    connection,
    do,
    json_option,
    print_json,
    why_option,
)
from ekc_console.commands.shared.tables import print_table
from ekc_console.i18n import N_, _
from ekc_console.wire import steering, supervision

REASONS = {
    "login": N_("после входа"),
    "no_answer": N_("вызов не принят"),
    "rejected": N_("вызов отклонён"),
    "unreachable": N_("линия недоступна"),
}
"""Why an agent is not at work, where that is no break of the settings."""


COLUMNS = (
    N_("ЛОГИН"), N_("ИМЯ"), N_("СОСТОЯНИЕ"), N_("ДАВНО"), N_("ВЫЗОВОВ"), N_("СВЯЗЬ"),
    N_("ОЧЕРЕДИ"), N_("НАВЫКИ"),
)  # fmt: skip


@click.group("agent")
def command() -> None:
    """Операторы на смене: список, состояние, очереди и навыки."""


@command.command("list")
@click.option("--all", "offline", is_flag=True, help="И те, чья смена закончилась.")
@json_option
@connection
def show(offline: bool, as_json: bool, **server: Any) -> None:
    """Показать операторов."""
    agents = ask(supervision.GetAgents(offline=offline), supervision.Agents, **server).agents
    if as_json:
        print_json(agents)
        return
    now = centre_clock(**server).now
    rows = [
        (
            a.id,
            a.name,
            _state(a),
            ago(now - a.since) if a.since else "",
            a.calls,
            _link(a),
            ", ".join(a.queues),
            ", ".join(a.skills),
        )
        for a in agents
    ]
    print_table([_(heading) for heading in COLUMNS], rows, _("На смене никого нет."))


@command.command("force")
@click.argument("agent")
@click.argument("state", type=click.Choice(["ready", "break", "offline"]))
@click.option("--reason", default="", help="Причина перерыва (код из настроек).")
@why_option
@connection
def force(
    agent: str, state: Literal["ready", "break", "offline"], reason: str, why: str, **server: Any
) -> None:
    """Перевести оператора AGENT в другое состояние. Разговор не обрывается: новое наступит после.

    offline завершает смену.
    """
    if state == "break" and not reason:
        raise click.UsageError(_("Назовите причину перерыва: --reason rest."))
    do(supervision.ForceAgent(agent=agent, state=state, reason=reason, why=why), **server)
    said = _("Оператор {agent}: {state} — сразу или после вызова.")
    click.echo(said.format(agent=agent, state=_state_word(state)))


_SIGNED = {"ignore_unknown_options": True}
"""``-main`` is no option but what is taken away."""
yes_option = click.option("--yes", is_flag=True, help="Не переспрашивать.")


@command.command("queues", context_settings=_SIGNED)
@click.argument("agent")
@click.argument("changes", nargs=-1, type=click.UNPROCESSED, metavar="[+ОЧЕРЕДЬ|-ОЧЕРЕДЬ]...")
@why_option
@yes_option
@connection
def queues(agent: str, changes: tuple[str, ...], why: str, yes: bool, **server: Any) -> None:
    """Поставить оператора AGENT в очереди и убрать из очередей до конца смены.

    +main ставит, +main=2 ставит со ступенью 2, -main убирает. Вернуть обычные: ekc agent restore.
    """
    add, drop = _signed(changes)
    order = steering.ChangeDuty(agent=agent, add=add, drop=drop, why=why, sure=yes)
    _give_duty(order, **server)


@command.command("skills", context_settings=_SIGNED)
@click.argument("agent")
@click.argument("changes", nargs=-1, type=click.UNPROCESSED, metavar="[+НАВЫК|-НАВЫК]...")
@why_option
@connection
def skills(agent: str, changes: tuple[str, ...], why: str, **server: Any) -> None:
    """Дать оператору AGENT навыки или снять их до конца смены: +tatar, +tatar=3, -tatar."""
    add, drop = _signed(changes)
    order = steering.ChangeDuty(agent=agent, add_skills=add, drop_skills=drop, why=why)
    _give_duty(order, **server)


@command.command("restore")
@click.argument("agent")
@why_option
@yes_option
@connection
def restore(agent: str, why: str, yes: bool, **server: Any) -> None:
    """Вернуть оператору AGENT очереди и навыки его учётной записи."""
    _give_duty(steering.RestoreDuty(agent=agent, why=why, sure=yes), **server)


def _signed(changes: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is to come and what is to go."""
    for each in changes:
        if each[:1] not in ("+", "-") or not each[1:]:
            wrong = _("«{change}»: начните с + (добавить) или с - (убрать).")
            raise click.UsageError(wrong.format(change=each))
    if not changes:
        raise click.UsageError(_("Назовите, что добавить или убрать: +main -other."))
    add = tuple(each[1:] for each in changes if each[0] == "+")
    return add, tuple(each[1:] for each in changes if each[0] == "-")


def _give_duty(order: steering.ChangeDuty | steering.RestoreDuty, **server: Any) -> None:
    duty = ask_sure(order, steering.Duty, **server)
    said = _("Очереди {agent}: {queues}. Навыки: {skills}.")
    queues, skills = (", ".join(each) or _("нет") for each in (duty.queues, duty.skills))
    click.echo(said.format(agent=duty.agent, queues=queues, skills=skills))


def _state_word(state: str) -> str:
    return _(AGENT_STATES.get(state, state)).lower()  # type: ignore[call-overload]


def _link(agent: supervision.AgentInfo) -> str:
    line = _("линия") if agent.line_up else _("нет линии")
    return line if agent.console else line + _(", рабочее место не на связи")


def _state(agent: supervision.AgentInfo) -> str:
    parts = [_state_word(agent.state)]
    if agent.reason:
        reason = agent.reason_title or _(REASONS.get(agent.reason, agent.reason))
        parts.append(f"({reason})")
    if agent.overrun:
        parts.append(_("дольше положенного"))
    if agent.pending_logout:
        parts.append(_("→ смена кончится после вызова"))
    elif agent.pending_break:
        reason = agent.pending_title or agent.pending_break
        parts.append(_("→ перерыв ({reason})").format(reason=reason))
    return " ".join(parts)
