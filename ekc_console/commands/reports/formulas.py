"""``ekc report formulas``: how each figure is counted."""

from __future__ import annotations

import click

from ekc_console.commands.shared.tables import print_table
from ekc_console.i18n import _
from ekc_console.reports.figure_words import PEOPLE, WORDS


@click.command("formulas")
def command() -> None:
    """Показать, как считается каждый показатель."""
    columns = (_("Показатель"), _("Название"), _("Как считается"))
    rows = [
        (name, _(words.title), _(words.formula))
        for name, words in (*WORDS.items(), *PEOPLE.items())
    ]
    print_table(columns, rows, "")
