"""``ekc visits``: open home visits, over the server's HTTP."""

from __future__ import annotations

from typing import Any, Literal

import click

from ekc_console.commands.shared.remote import (
    ask,
    centre_clock,
    connection,
    do,
    json_option,
    print_json,
)
from ekc_console.commands.shared.tables import print_table
from ekc_console.i18n import N_, _
from ekc_console.wire import card_work

PATTERN = "%d.%m %H:%M"
RESULTS: dict[Literal["done", "cancelled"], str] = {
    "done": N_("врач был"),
    "cancelled": N_("вызов отменён"),
}


COLUMNS = (
    "", N_("ОФОРМЛЕН"), N_("КАРТОЧКА"), N_("КТО"), N_("АДРЕС"), N_("КЛИНИКА"), N_("ТЕЛЕФОН"),
    N_("ОФОРМИЛ"),
)  # fmt: skip


@click.group("visits")
def command() -> None:
    """Вызовы врача на дом: открытые, просроченные, закрыть."""


@command.command("list")
@click.argument("text", required=False, default="")
@click.option("--overdue", is_flag=True, help="Только просроченные.")
@click.option("--limit", default=100, show_default=True, help="Сколько самых давних спросить.")
@json_option
@connection
def show(text: str, overdue: bool, limit: int, as_json: bool, **server: Any) -> None:
    """Показать открытые вызовы врача, давние первыми; «!» — просрочен, «?» — ничей.

    TEXT — слова из имени, адреса или номера карточки, или цифры телефона.
    """
    found = ask(card_work.ListVisits(text=text, limit=limit), card_work.Visits, **server)
    clock = centre_clock(**server)
    shown = [item for item in found.visits if not overdue or found.overdue(item.visit, clock.now)]
    if as_json:
        print_json(shown)
        return
    rows = [
        (
            _marks(item, overdue=found.overdue(item.visit, clock.now)),
            clock.said(item.visit.at, PATTERN),
            item.visit.card,
            item.contact.person or item.visit.person,
            item.visit.address,
            item.contact.clinic,
            item.contact.number,
            item.visit.ordered_by,
        )
        for item in shown
    ]
    print_table([_(heading) for heading in COLUMNS], rows, _("Открытых вызовов врача нет."))
    if found.total > len(found.visits):
        more = _("Показаны первые {shown} из {total}: есть --limit.")
        click.echo(more.format(shown=len(found.visits), total=found.total))


def _marks(item: card_work.VisitInfo, *, overdue: bool) -> str:
    return ("!" if overdue else "") + ("?" if item.visit.unseen else "")


@command.command("close")
@click.argument("card")
@click.argument("result", type=click.Choice(list(RESULTS)))
@click.option("--note", default="", help="Примечание: когда был врач, почему отменён.")
@connection
def close(card: str, result: Literal["done", "cancelled"], note: str, **server: Any) -> None:
    """Закрыть вызов врача карточки CARD: done — врач был, cancelled — вызов отменён."""
    do(card_work.CloseVisit(card=card, state=result, note=note), **server)
    click.echo(_("Вызов врача закрыт: {result}.").format(result=_(RESULTS[result])))
