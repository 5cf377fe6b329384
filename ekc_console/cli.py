"""The ``ekc`` command. Each subcommand is a module in :mod:`ekc_console.commands`, imported when
it is called, so that the console paints without loading the server."""

from __future__ import annotations

import difflib
import importlib
import sys
from typing import Any

import click

from ekc_console import __version__
from ekc_console.commands.shared import click_words
from ekc_console.errors import EkcError, WordsError
from ekc_console.i18n import _

COMMANDS = {
    "server": "ekc_console.commands.admin.server",
    "operator": "ekc_console.commands.console.operator",
    "supervisor": "ekc_console.commands.console.supervisor",
    "admin": "ekc_console.commands.console.admin",
    "clinic": "ekc_console.commands.console.clinic",
    "keys": "ekc_console.commands.console.keys",
    "status": "ekc_console.commands.console.status",
    "demo": "ekc_console.commands.demo",
    "engine": "ekc_console.commands.admin.engine",
    "tls": "ekc_console.commands.admin.tls",
    "config": "ekc_console.commands.admin.config",
    "scripts": "ekc_console.commands.admin.scripts",
    "user": "ekc_console.commands.admin.user",
    "queue": "ekc_console.commands.centre.queue",
    "line": "ekc_console.commands.centre.line",
    "call": "ekc_console.commands.centre.call",
    "agent": "ekc_console.commands.centre.agent",
    "callback": "ekc_console.commands.centre.callback",
    "alarm": "ekc_console.commands.centre.alarm",
    "message": "ekc_console.commands.centre.message",
    "visits": "ekc_console.commands.centre.visits",
    "suggestions": "ekc_console.commands.centre.suggestions",
    "workplace": "ekc_console.commands.centre.workplace",
    "doctor": "ekc_console.commands.console.doctor",
    "report": "ekc_console.commands.reports.command",
    "staff": "ekc_console.commands.staff.command",
    "board": "ekc_console.commands.admin.board",
    "audit": "ekc_console.commands.admin.audit",
    "store": "ekc_console.commands.admin.store",
    "replay": "ekc_console.commands.figures.replay",
    "explain": "ekc_console.commands.figures.explain",
    "simulate": "ekc_console.commands.simulate.command",
}


class _LazyGroup(click.Group):
    """Loads a subcommand's module when it is asked for; shows EkcErrors as words."""

    def main(self, *arguments: Any, **named: Any) -> Any:
        click_words.named(self)
        click_words.use()
        return super().main(*arguments, **named)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[name]).command
        return click_words.named(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = (
                _("Может быть, {name}?").format(name=near[0])
                if near
                else _("Есть: {names}.").format(names=", ".join(COMMANDS))
            )
            ctx.fail(_("Нет команды «{name}».").format(name=args[0]) + " " + hint)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except EkcError as error:
            message, remedy = _words_of(error)
            click.secho(_("Ошибка: {message}").format(message=message), fg="red", err=True)
            if remedy:
                click.echo(remedy, err=True)
            sys.exit(1)


def _words_of(error: EkcError) -> tuple[str, str]:
    if not isinstance(error, WordsError):
        return error.message, error.remedy
    from ekc_console.client.words.saying import parts
    from ekc_console.wire.words import words_of

    return parts(words_of(error))


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(
    __version__, prog_name="ekc", message="%(prog)s %(version)s", help="Показать версию."
)
def main() -> None:
    """ЕКЦ: контактный центр линии 122.

    Попробовать сразу: ekc demo. Настоящая работа: ekc server на сервере и ekc operator на
    рабочем месте.
    """


if __name__ == "__main__":
    main()
