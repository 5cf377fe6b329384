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
from ekc_console.wire import steering, supervision

REASONS = {
    "login": "после входа",
    "no_answer": "вызов не принят",
    "rejected": "вызов отклонён",
    "unreachable": "линия недоступна",
}
"""Why an agent is not at work, where that is no break of the settings."""


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
            ("линия" if a.line_up else "нет линии")
            + ("" if a.console else ", рабочее место не на связи"),
            ", ".join(a.queues),
            ", ".join(a.skills),
        )
        for a in agents
    ]
    columns = ("ЛОГИН", "ИМЯ", "СОСТОЯНИЕ", "ДАВНО", "ВЫЗОВОВ", "СВЯЗЬ", "ОЧЕРЕДИ", "НАВЫКИ")
    print_table(columns, rows, "На смене никого нет.")


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
        raise click.UsageError("Назовите причину перерыва: --reason rest.")
    do(supervision.ForceAgent(agent=agent, state=state, reason=reason, why=why), **server)
    click.echo(f"Оператор {agent}: {_state_word(state)} — сразу или после вызова.")


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
            raise click.UsageError(f"«{each}»: начните с + (добавить) или с - (убрать).")
    if not changes:
        raise click.UsageError("Назовите, что добавить или убрать: +main -other.")
    add = tuple(each[1:] for each in changes if each[0] == "+")
    return add, tuple(each[1:] for each in changes if each[0] == "-")


def _give_duty(order: steering.ChangeDuty | steering.RestoreDuty, **server: Any) -> None:
    duty = ask_sure(order, steering.Duty, **server)
    queues = ", ".join(duty.queues) or "нет"
    click.echo(f"Очереди {duty.agent}: {queues}. Навыки: {', '.join(duty.skills) or 'нет'}.")


def _state_word(state: str) -> str:
    return AGENT_STATES.get(state, state).lower()  # type: ignore[call-overload, no-any-return]


def _state(agent: supervision.AgentInfo) -> str:
    parts = [_state_word(agent.state)]
    if agent.reason:
        parts.append(f"({agent.reason_title or REASONS.get(agent.reason, agent.reason)})")
    if agent.overrun:
        parts.append("дольше положенного")
    if agent.pending_logout:
        parts.append("→ смена кончится после вызова")
    elif agent.pending_break:
        parts.append(f"→ перерыв ({agent.pending_title or agent.pending_break})")
    return " ".join(parts)
