"""``ekc config rehearse``: what a file of settings would do, before it does."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from ekc_console.client.words.saying import said
from ekc_console.client.words.settings.rehearsal import cells
from ekc_console.commands.shared.options import say, settings_text
from ekc_console.commands.shared.remote import ask, connection, json_option, print_json
from ekc_console.commands.shared.tables import print_table
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.wire.centre import rehearsal
from ekc_console.wire.centre.rehearsal import Rehearsal

LOOK_S = 2.0
"""Between two looks at how far it is."""
COLUMNS = (N_("ПОКАЗАТЕЛЬ"), N_("СЕЙЧАС"), N_("СТАНЕТ"), N_("РАЗНИЦА"))


@click.command("rehearse")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--minutes",
    type=click.IntRange(*rehearsal.MINUTES),
    default=60,
    show_default=True,
    help="Сколько минут прожить вперёд.",
)
@click.option(
    "--seeds",
    type=click.IntRange(*rehearsal.SEEDS),
    default=20,
    show_default=True,
    help="Сколько раз: чем больше, тем уже интервалы.",
)
@click.option(
    "--people",
    type=click.IntRange(*rehearsal.PEOPLE),
    default=0,
    metavar="N",
    help="Сколько людей будет на смене с новыми настройками; без ключа — сколько сейчас.",
)
@json_option
@connection
def command(
    file: Path, minutes: int, seeds: int, people: int, as_json: bool, **server: Any
) -> None:
    """Отрепетировать настройки из FILE: что будет, если их ввести; ничего не меняет.

    Сервер проживает ближайшие минуты при нынешних настройках и при новых: с теми, кто сейчас на
    смене и ждёт, и с одними и теми же звонками. Ctrl+C кончает репетицию: итог по тому, что уже
    прожито.
    """
    body = rehearsal.StartRehearsal(
        name=str(file), text=settings_text(file), minutes=minutes, seeds=seeds, people=people
    )
    told = _lived(ask(body, Rehearsal, **server), server)
    if as_json:
        print_json([told])
        return
    _show(told)


def _lived(told: Rehearsal, server: dict[str, Any]) -> Rehearsal:
    """Raises EkcError when it came to nothing."""
    try:
        while told.state == "running":
            time.sleep(LOOK_S)
            told = ask(rehearsal.GetRehearsal(), Rehearsal, **server)
            click.echo(_progress(told), err=True)
    except KeyboardInterrupt:
        told = ask(rehearsal.StopRehearsal(), Rehearsal, **server)
    if told.state == "failed" or not told.done:
        raise EkcError(
            _("Репетиция не удалась: не прожито ни одного прогона до конца.")
            if not told.done
            else _("Репетиция оборвалась."),
            _("Повторите; причина — в журнале сервера."),
        )
    return told


def _progress(told: Rehearsal) -> str:
    return _("Прожито {done} из {seeds}").format(done=told.done, seeds=told.seeds)


def _show(told: Rehearsal) -> None:
    if told.changes:
        click.echo(_("Изменится:"))
        for line in told.changes:
            click.echo(f"  {line}")
    else:
        click.echo(_("Настройки уже такие."))
    for note in told.notes:
        say(said(note), fg="yellow")
    if told.done < told.seeds:
        say(_progress(told), fg="yellow")
    for queue in told.queues:
        click.echo()
        click.echo(
            _("{title}. Звонков за {minutes} мин: {calls}, прогонов: {done}").format(
                title=queue.title, calls=round(queue.calls), minutes=told.minutes, done=told.done
            )
        )
        print_table([_(heading) for heading in COLUMNS], list(map(cells, queue.figures)), "")
    click.echo()
    click.echo(
        _(
            "Разница — средняя по прогонам, её 95-процентный интервал; верна, если звонить и"
            " работать будут как сейчас."
        )
    )
