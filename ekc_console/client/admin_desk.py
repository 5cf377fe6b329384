"""The administrator's desk without a screen: keeps accounts and reads the audit trail, and is on no
shift."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from ekc_console.client.desk import Desk
from ekc_console.wire.admin.account_work import (
    Account,
    AccountLine,
    AccountList,
    AccountsPlanned,
    ImportAccounts,
    ListAccounts,
)
from ekc_console.wire.admin.audit_work import (
    AuditCheck,
    AuditEntry,
    AuditPage,
    GetAuditCheck,
    ReadAudit,
    StartAuditCheck,
)

LOOK_S = 0.5
"""Between two questions how far a check is."""
IMPORT_WITHIN_S = 600.0
"""Each new account of a table costs the server a tenth of a second."""


class AdminDesk(Desk):
    shift = False

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.known: AccountList | None = None
        """Accounts as they were at the last look; None before it."""
        self.known_at: float | None = None
        self.asked = ReadAudit()
        """What ``entries`` are of."""
        self.entries: list[AuditEntry] | None = None
        """The newest first; None before they are read."""
        self.more_entries = False
        self.checking: AuditCheck | None = None

    async def load_accounts(self) -> None:
        """Raises EkcError."""
        found = await self.request(ListAccounts())
        if isinstance(found, AccountList):
            self.known, self.known_at = found, self.now()

    # -- the audit trail -----------------------------------------------------------

    async def read_audit(self, asked: ReadAudit) -> None:
        """The newest of what is asked for. Raises EkcError."""
        page = await self.request(asked)
        assert isinstance(page, AuditPage)
        self.asked, self.entries, self.more_entries = asked, list(page.entries), page.more

    async def read_earlier(self) -> None:
        """What comes before the entries that are known. Raises EkcError."""
        if not self.more_entries or not self.entries:
            return
        before = self.entries[-1].seq
        page = await self.request(msgspec.structs.replace(self.asked, before=before))
        assert isinstance(page, AuditPage)
        self.entries, self.more_entries = [*self.entries, *page.entries], page.more

    async def check_audit(self) -> AuditCheck:
        """``checking`` tells meanwhile how far it is. Raises EkcError."""
        try:
            told = await self.request(StartAuditCheck())
            while isinstance(told, AuditCheck) and not told.done:
                self.checking = told
                self.changed("view")
                await asyncio.sleep(LOOK_S)
                told = await self.request(GetAuditCheck())
        finally:
            self.checking = None
        assert isinstance(told, AuditCheck)
        return told

    # -- accounts --------------------------------------------------------------------

    def account(self, login: str) -> Account | None:
        found = self.known.accounts if self.known else ()
        return next((account for account in found if account.login == login), None)

    async def put_table(self, lines: list[AccountLine], *, dry_run: bool) -> AccountsPlanned:
        """Raises EkcError."""
        body = ImportAccounts(lines=tuple(lines), dry_run=dry_run)
        planned = await self.request(body, limit_s=IMPORT_WITHIN_S)
        assert isinstance(planned, AccountsPlanned)
        return planned
