"""``ekc line``: close and open queues, the announcement, blocked numbers of a running server."""

from __future__ import annotations

from typing import Any

import click

from ekc_console.client.words.moments import duration_s
from ekc_console.commands.shared.remote import (
    CentreClock,
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
from ekc_console.i18n import _
from ekc_console.wire import way_in

until_option = click.option(
    "--until",
    default="",
    metavar="ВРЕМЯ",
    help="До какого времени: 18:00 или «2026-12-31 18:00», по часам центра.",
)
span_option = click.option(
    "--for", "span", default="", metavar="СРОК", help="На сколько: 30m, 2h, 7d."
)


@click.group("line")
def command() -> None:
    """Линия: закрыть и открыть очередь, объявление для всех, блокировка номеров."""


@command.command("status")
@json_option
@connection
def status(as_json: bool, **server: Any) -> None:
    """Показать, что открыто, что закрыто и почему."""
    line = _line(server)
    if as_json:
        print_json([line])
        return
    clock = centre_clock(**server)
    rows = [
        (
            q.id,
            q.title,
            _("открыта") if q.open else _("закрыта"),
            _term(q, clock),
            q.schedule,
            q.by,
            q.why,
            q.waiting,
        )
        for q in line.queues
    ]
    columns = (
        _("ОЧЕРЕДЬ"),
        _("НАЗВАНИЕ"),
        _("СОСТОЯНИЕ"),
        _("ДО"),
        _("РАСПИСАНИЕ"),
        _("КТО"),
        _("ПОЧЕМУ"),
        _("ЖДУТ"),
    )
    print_table(columns, rows, _("Очередей нет."))
    text = line.announcement or _("нет")
    click.echo(_("Объявление: {text}").format(text=text))
    click.echo(_("Заблокировано номеров: {count}").format(count=line.blocked))
    states = {
        "up": _("работает"),
        "down": _("не зарегистрирована, вызовы по ней не приходят"),
        "no_calls_out": _("исходящие вызовы не проходят"),
    }
    for name, state in line.trunks.items():
        said = _("Внешняя линия «{name}»: {state}")
        click.echo(said.format(name=name, state=states.get(state, state)))


@command.command("close")
@click.argument("queue")
@until_option
@span_option
@click.option("--yes", is_flag=True, help="Не спрашивать подтверждения.")
@why_option
@connection
def close(queue: str, until: str, span: str, yes: bool, why: str, **server: Any) -> None:
    """Закрыть очередь QUEUE: новые звонящие идут по её правилам «closed», ждущих обслужат."""
    clock = centre_clock(**server)
    at, for_s = _end(clock, until, span)
    found = next((q for q in _line(server).queues if q.id == queue), None)
    if found is not None and not found.closed_rule:
        click.secho(
            _(
                "У очереди {queue} нет правила overflow «closed»: новые звонящие всё равно "
                "встанут в неё. Задайте его в настройках: ekc config apply."
            ).format(queue=queue),
            fg="yellow",
            err=True,
        )
    if found is not None and not yes:
        click.confirm(
            _("Закрыть очередь {queue} ({title})? Сейчас в ней ждут: {waiting}.").format(
                queue=queue, title=found.title, waiting=found.waiting
            ),
            abort=True,
        )
    do(way_in.CloseQueue(queue=queue, until=at, why=why, for_s=for_s), **server)
    if at is None:
        click.echo(_("Очередь {queue} закрыта. Открыть: ekc line open {queue}").format(queue=queue))
    else:
        click.echo(
            _("Очередь {queue} закрыта до {until}.").format(queue=queue, until=clock.said(at))
        )


@command.command("open")
@click.argument("queue")
@why_option
@connection
def open_(queue: str, why: str, **server: Any) -> None:
    """Открыть очередь QUEUE; расписание, если оно есть, закроет её в свой час."""
    do(way_in.OpenQueue(queue=queue, why=why), **server)
    click.echo(_("Очередь {queue} открыта.").format(queue=queue))


@command.command("announce")
@click.argument("text", required=False, default="")
@click.option("--off", is_flag=True, help="Убрать объявление.")
@why_option
@connection
def announce(text: str, off: bool, why: str, **server: Any) -> None:
    """Каждый новый звонящий сначала услышит TEXT (его произносит синтезатор)."""
    if bool(text.strip()) == off:
        raise click.UsageError(_("Нужен либо текст объявления, либо --off."))
    do(way_in.SetAnnouncement(text="" if off else text, why=why), **server)
    if off:
        click.echo(_("Объявление убрано."))
    else:
        click.echo(_("Объявление действует. Убрать: ekc line announce --off"))


@command.command("block")
@click.argument("number")
@until_option
@span_option
@click.option("--yes", is_flag=True, help="Не спрашивать, закрыть ли обратный вызов.")
@why_option
@connection
def block(number: str, until: str, span: str, yes: bool, why: str, **server: Any) -> None:
    """Не принимать вызовы с номера NUMBER; без срока — пока не снимут.

    Ждёт этот номер обратного вызова — команда скажет и спросит: блокировка его закроет.
    """
    clock = centre_clock(**server)
    at, for_s = _end(clock, until, span)
    body = way_in.BlockNumber(number=number, until=at, why=why, for_s=for_s, sure=yes)
    blocked = ask_sure(body, way_in.Number, **server).number
    term = _("пока не снимут") if at is None else _("до {until}").format(until=clock.said(at))
    click.echo(
        _("Номер {number} заблокирован {term}. Снять: ekc line unblock {number}").format(
            number=blocked, term=term
        )
    )


@command.command("unblock")
@click.argument("number")
@why_option
@connection
def unblock(number: str, why: str, **server: Any) -> None:
    """Снова принимать вызовы с номера NUMBER."""
    freed = ask(way_in.UnblockNumber(number=number, why=why), way_in.Number, **server)
    click.echo(_("Вызовы с номера {number} снова принимаются.").format(number=freed.number))


@command.command("blocked")
@json_option
@connection
def blocked(as_json: bool, **server: Any) -> None:
    """Показать заблокированные номера."""
    found = ask(way_in.GetBlocked(), way_in.BlockedNumbers, **server).numbers
    if as_json:
        print_json(found)
        return
    said = centre_clock(**server).said
    rows = [(b.number, said(b.until) if b.until else "", b.by, said(b.since), b.why) for b in found]
    columns = (_("НОМЕР"), _("ДО"), _("КТО"), _("КОГДА"), _("ПОЧЕМУ"))
    print_table(columns, rows, _("Заблокированных номеров нет."))


def _line(server: dict[str, Any]) -> way_in.LineState:
    return ask(way_in.GetLine(), way_in.LineState, **server)


def _term(queue: way_in.QueueDoor, clock: CentreClock) -> str:
    at = queue.until or queue.next_change
    return clock.said(at) if at else ""


def _end(clock: CentreClock, until: str, span: str) -> tuple[float | None, float | None]:
    """When an order ends, and, if a span was given, how long it lasts."""
    if until and span:
        raise click.UsageError(_("Нужно что-то одно: --until или --for."))
    if span:
        for_s = duration_s(span)
        return clock.now + for_s, for_s
    return (clock.moment(until) if until else None), None
