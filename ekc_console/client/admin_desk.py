"""The administrator's desk without a screen: keeps accounts and reads the audit trail, and is on no
shift."""

from __future__ import annotations

from typing import Any

from ekc_console.client.desk import Desk
from ekc_console.wire.account_work import (
    Account,
    AccountLine,
    AccountList,
    AccountsPlanned,
    ImportAccounts,
    ListAccounts,
)

IMPORT_WITHIN_S = 600.0
"""Each new account of a table costs the server a tenth of a second."""


class AdminDesk(Desk):
    shift = False

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.known: AccountList | None = None
        """Accounts as they were at the last look; None before it."""
        self.known_at: float | None = None

    async def load_accounts(self) -> None:
        """Raises EkcError."""
        found = await self.request(ListAccounts())
        if isinstance(found, AccountList):
            self.known, self.known_at = found, self.now()

    def account(self, login: str) -> Account | None:
        found = self.known.accounts if self.known else ()
        return next((account for account in found if account.login == login), None)

    async def put_table(self, lines: list[AccountLine], *, dry_run: bool) -> AccountsPlanned:
        """Raises EkcError."""
        body = ImportAccounts(lines=tuple(lines), dry_run=dry_run)
        planned = await self.request(body, limit_s=IMPORT_WITHIN_S)
        assert isinstance(planned, AccountsPlanned)
        return planned
