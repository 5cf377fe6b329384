"""The own call of somebody whose desk has no panes for it: what an operator sees of a call, above
that desk."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Label

from ekc_console.i18n import N_, _
from ekc_console.tui.operator.panes.caller import CallerPane
from ekc_console.tui.operator.panes.card import CardPane
from ekc_console.tui.operator.panes.knowledge import KnowledgePane
from ekc_console.tui.operator.panes.script import ScriptPane
from ekc_console.tui.operator.screens.operator import OperatorScreen, Tabs

PANES = ("script", "knowledge", "caller", "card")


class OwnCallScreen(OperatorScreen):
    heading = N_("Свой вызов")

    def __init__(self) -> None:
        super().__init__("script")

    def compose_body(self) -> ComposeResult:
        yield Label(_("Свой вызов") + "   " + _("Esc — к смене"), classes="screen-title")
        yield Tabs(id="tabs")
        with Horizontal(id="columns"):
            with Vertical(id="centre", classes="column"):
                yield ScriptPane()
                yield KnowledgePane()
            with Vertical(id="right", classes="column"):
                yield CallerPane()
                yield CardPane()

    @property
    def closable(self) -> bool:
        return True

    def show_pane(self, name: str) -> None:
        if name in PANES:
            super().show_pane(name)
