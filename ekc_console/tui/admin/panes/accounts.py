"""Everybody who has an account, narrowed by words."""

from __future__ import annotations

from typing import cast

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from ekc_console.client.admin_desk import AdminDesk
from ekc_console.i18n import N_, _
from ekc_console.tui.admin.present import accounts
from ekc_console.tui.admin.screens.account import AccountScreen
from ekc_console.tui.shared.keys.search import holds
from ekc_console.tui.shared.widgets.lazy_table import LazyTable
from ekc_console.tui.shared.widgets.line_table import LineTable
from ekc_console.tui.shared.widgets.painted import Painted
from ekc_console.tui.shared.widgets.pane import Pane
from ekc_console.wire.admin.account_work import Account


class AccountsPane(Pane):
    slug = "accounts"
    heading = N_("Учётные записи")
    about = N_(
        "Все, у кого есть логин: роль, состояние (приглашение — пароль ещё не задан), последний "
        "вход, команды и очереди. / оставляет строки с этими словами, Enter открывает запись."
    )

    def __init__(self) -> None:
        super().__init__()
        self.wanted = ""
        """Words that the rows must hold."""
        self._order = next(iter(accounts.ORDERS))

    @property
    def _desk(self) -> AdminDesk:
        return cast("AdminDesk", self.ekc.desk)

    @property
    def table(self) -> LazyTable:
        return self.query_one(LazyTable)

    def compose(self) -> ComposeResult:
        yield LazyTable(accounts.columns(), _("Данные загружаются…"), id="accounts")
        yield Painted(id="accounts-unserved", classes="legend")

    @property
    def first(self) -> Widget:
        return self.table

    @property
    def selected(self) -> Account | None:
        key = self.table.selected_key if self.is_mounted else None
        return self._desk.account(key) if key else None

    def paint(self, names: frozenset[str]) -> None:
        known = self._desk.known
        if not self.is_mounted or known is None:
            return
        now = self._desk.now()
        found = [
            account
            for account in accounts.ordered(known.accounts, self._order, now)
            if holds(accounts.searched(account, now, known), self.wanted)
        ]
        self.table.set_empty(_("Ничего не подходит: / и пустая строка — показать все."))
        self.table.show_keys(
            [account.login for account in found], lambda i: accounts.row(found[i], now, known)
        )
        self.set_title(f"{_(self.heading)} · {accounts.heading(known.accounts, now)}")
        lacking = accounts.unserved(known.accounts, known.queues, now)
        line = self.query_one("#accounts-unserved", Painted)
        line.display = bool(lacking)
        said = _("Очереди, которых никто не обслуживает: {queues}.")
        text = said.format(queues=", ".join(lacking)) if lacking else ""
        line.paint(Content.styled(text, "$text-warning"))
        self._say_how()

    def _say_how(self) -> None:
        """In the lower edge: how old it is, and what is not the usual way."""
        parts = [f"/ {self.wanted}"] if self.wanted else []
        if self._order != next(iter(accounts.ORDERS)):
            parts.append(_(accounts.ORDERS[self._order]))
        parts.append(_("на {time}").format(time=accounts.moment(self._desk.known_at, "%H:%M:%S")))
        parts.append(_("Tab — журнал доступа"))
        text = " · ".join(parts)
        if text != (self.border_subtitle or ""):
            self.border_subtitle = text

    def find(self, text: str) -> None:
        self.wanted = " ".join(text.split())
        self.paint(frozenset())

    def next_order(self) -> str:
        """Its title."""
        names = list(accounts.ORDERS)
        self._order = names[(names.index(self._order) + 1) % len(names)]
        self.paint(frozenset())
        return _(accounts.ORDERS[self._order])

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        event.stop()
        self.ekc.open_above(AccountScreen(event.key))
