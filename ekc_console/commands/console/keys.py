"""``ekc keys``: the console's keys in force, and a check of one's own."""

from __future__ import annotations

from pathlib import Path

import click

from ekc_console.errors import EkcError
from ekc_console.i18n import _


@click.group("keys", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Клавиши рабочего места: показать действующие.

    Свои клавиши пишут в ~/.config/ekc/keymap.yaml, по строке на действие: «call.answer: f5».
    """
    if context.invoked_subcommand is None:
        from ekc_console.tui.shared.keys import keymap

        own = keymap.load(keymap.path())
        for fault in own.faults:
            click.secho(str(fault), fg="yellow", err=True)
        for action, keys, text in keymap.table(own.keys):
            mark = "*" if action in own.keys else " "
            click.echo(f"{mark} {action:<18} {keys:<16} {text}")


@command.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path))
def check(file: Path | None) -> None:
    """Проверить файл своих клавиш FILE; без имени — действующий."""
    from ekc_console.tui.shared.keys import keymap

    file = file or keymap.path()
    if not file.exists():
        raise EkcError(
            _("Файла {file} нет.").format(file=file), _("Создайте его или назовите другой.")
        )
    own = keymap.load(file)
    for fault in own.faults:
        click.echo(str(fault))
    if own.faults:
        raise EkcError(
            _("Ошибок: {count}.").format(count=len(own.faults)),
            _("Остальные строки файла действуют."),
        )
    click.echo(_("Ошибок нет. Своих клавиш: {count}.").format(count=len(own.keys)))
