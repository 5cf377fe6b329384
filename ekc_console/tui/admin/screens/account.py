"""One account opened above the list; Esc leads back."""

from __future__ import annotations

from typing import cast

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Label

from ekc_console.client.admin_desk import AdminDesk
from ekc_console.i18n import N_, _
from ekc_console.tui.admin.present import accounts
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shell.frame import Frame


class AccountScreen(Frame):
    heading = N_("Учётная запись")
    about = N_(
        "Всё об одной учётной записи. Клавиши внизу меняют её, дают новый код вместо пароля, "
        "отключают и завершают сеанс."
    )

    def __init__(self, login: str) -> None:
        super().__init__()
        self.login = login

    def compose_body(self) -> ComposeResult:
        yield Label("", id="account-title", classes="screen-title")
        with VerticalScroll(id="account-scroll"):
            yield Painted(id="account-facts")

    @property
    def first(self) -> Widget:
        return self.query_one("#account-scroll")

    def paint_body(self, names: frozenset[str]) -> None:
        desk = cast("AdminDesk", self.ekc.desk)
        account = desk.account(self.login)
        title = account.name if account else self.login
        self.query_one("#account-title", Label).update(Content(f"{_(self.heading)} · {title}"))
        if account is None or desk.known is None:
            facts = Content(_("Такой учётной записи нет."))
        else:
            facts = accounts.about(account, desk.known, desk.now())
        self.query_one("#account-facts", Painted).paint(facts)
