"""The administrator's desk without a screen: keeps accounts, reads the audit trail and changes the
settings, and is on no shift."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import structlog

from ekc_console.client.desk import Desk
from ekc_console.client.link.connection import Link
from ekc_console.client.link.errors import Refused
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.wire.admin.account_work import (
    Account,
    AccountLine,
    AccountList,
    AccountsPlanned,
    ChangeAccount,
    DisableAccount,
    EnableAccount,
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
from ekc_console.wire.admin.machine_work import GetMachine, Machine
from ekc_console.wire.centre.rehearsal import (
    GetRehearsal,
    Rehearsal,
    StartRehearsal,
    StopRehearsal,
)
from ekc_console.wire.way_in import (
    ApplySettings,
    CompareSettings,
    GetSettings,
    GetSettingsHistory,
    SettingsChange,
    SettingsHistory,
    SettingsInForce,
    UndoSettings,
)

log = structlog.get_logger(__name__)

AGAIN_S = 10.0
"""Accounts are changed elsewhere too, and the machine changes by itself, which nobody is told of:
both are read so often."""
LOOK_S = 0.5
"""Between two questions how far a check or a rehearsal is."""
IMPORT_WITHIN_S = 600.0
"""Each new account of a table costs the server a tenth of a second."""


@dataclass(frozen=True, slots=True)
class SettingsFile:
    name: str
    text: str

    @classmethod
    def read(cls, path: Path) -> SettingsFile:
        """Raises EkcError."""
        try:
            return cls(path.name, path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", "") or error
            raise EkcError(
                _("{file}: файл не читается ({why}).").format(file=path, why=why),
                _("Проверьте путь."),
            ) from error


@dataclass(frozen=True, slots=True)
class AccountUndo:
    """How the last order to an account is taken back."""

    body: ChangeAccount | DisableAccount | EnableAccount
    done: str
    """Words, when it was."""
    stands: Callable[[Account], bool]
    """What was ordered still holds."""


class AdminDesk(Desk):
    shift = False
    workplace = "admin"

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.known: AccountList | None = None
        """Accounts as they were at the last look; None before it."""
        self.known_at: float | None = None
        self.machine: Machine | None = None
        """As it was at the last look; None before it."""
        self.undo: AccountUndo | None = None
        """Of the last order to an account, if it can be taken back."""
        self.asked = ReadAudit()
        """What ``entries`` are of."""
        self.entries: list[AuditEntry] | None = None
        """The newest first; None before they are read."""
        self.more_entries = False
        self.checking: AuditCheck | None = None
        self.settings: tuple[str, ...] | None = None
        """In force at the last look, each ``key: value``; None before it."""
        self.file: SettingsFile | None = None
        """Of settings, as it was opened."""
        self.faults: tuple[str, ...] = ()
        """Why the server does not take it."""
        self.change: SettingsChange | None = None
        """What it would change."""
        self.applied: SettingsChange | None = None
        """What was put in force from here last, and was not taken back."""
        self.rehearsing: Rehearsal | None = None
        self._readings = self._newest = 0
        self._following: asyncio.Task[None] | None = None

    async def load_accounts(self) -> None:
        """Raises EkcError."""
        self._readings += 1
        reading = self._readings
        found = await self.request(ListAccounts())
        if isinstance(found, AccountList) and reading > self._newest:
            self._newest, self.known, self.known_at = reading, found, self.now()

    async def load_machine(self) -> None:
        """Raises EkcError."""
        told = await self.request(GetMachine())
        assert isinstance(told, Machine)
        self.machine = told

    def on_link(self, link: Link) -> None:
        super().on_link(link)
        if link.state == "online" and self._following is None:
            self._following = asyncio.create_task(self._follow(), name="accounts and machine")

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(AGAIN_S)
            if self.known is None or self.link.state != "online":
                continue
            try:
                await self.load_accounts()
                await self.load_machine()
            except EkcError as error:
                log.info("accounts and machine not read again", error=type(error).__name__)
            else:
                self.changed("view")

    async def close(self) -> None:
        if self._following is not None:
            self._following.cancel()
        await super().close()

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

    # -- the settings ------------------------------------------------------------------

    async def load_settings(self) -> None:
        """Raises EkcError."""
        told = await self.request(GetSettings())
        assert isinstance(told, SettingsInForce)
        self.settings = told.lines

    async def load_history(self) -> SettingsHistory:
        """What was changed before. Raises EkcError."""
        told = await self.request(GetSettingsHistory())
        assert isinstance(told, SettingsHistory)
        return told

    async def take_back_step(self, change: int) -> SettingsChange:
        """One change of the history, where it still stands. Raises EkcError."""
        told = await self.request(UndoSettings(change=change))
        assert isinstance(told, SettingsChange)
        await self.load_settings()
        return told

    async def compare(self, file: SettingsFile) -> None:
        """What the file would change, or its faults. Raises EkcError for anything else."""
        self.file, self.faults, self.change = file, (), None
        try:
            told = await self.request(CompareSettings(name=file.name, text=file.text))
        except Refused as refused:
            if refused.code != "bad_value":
                raise
            told_all = f"{refused.message}\n{refused.remedy}".strip()
            self.faults = tuple(told_all.splitlines())
            return
        assert isinstance(told, SettingsChange)
        self.change = told

    async def close_file(self) -> None:
        """What is in force is shown again, not what a file would change. Raises EkcError."""
        await self.load_settings()
        self.file, self.faults, self.change, self.applied = None, (), None, None

    async def rehearse(self, minutes: int, seeds: int, people: int = 0) -> Rehearsal:
        """``people``: on shift under the new settings, 0 as many as now. ``rehearsing`` tells
        meanwhile how far it is. Raises EkcError."""
        file = self.file
        assert file is not None
        begin = StartRehearsal(
            name=file.name, text=file.text, minutes=minutes, seeds=seeds, people=people
        )
        try:
            told = await self.request(begin)
            while isinstance(told, Rehearsal) and told.state == "running":
                self.rehearsing = told
                self.changed("view")
                await asyncio.sleep(LOOK_S)
                told = await self.request(GetRehearsal())
        finally:
            self.rehearsing = None
        assert isinstance(told, Rehearsal)
        return told

    async def stop_rehearsal(self) -> None:
        """Raises EkcError."""
        await self.request(StopRehearsal())

    async def apply(self) -> SettingsChange:
        """Raises EkcError."""
        file = self.file
        assert file is not None
        told = await self.request(ApplySettings(name=file.name, text=file.text))
        assert isinstance(told, SettingsChange)
        self.applied, self.change = told, None
        return told

    async def take_back(self) -> SettingsChange:
        """What was put in force from here last, where it still stands. Raises EkcError."""
        assert self.applied is not None
        told = await self.request(UndoSettings(change=self.applied.change))
        assert isinstance(told, SettingsChange)
        self.applied = None
        if self.file is not None:
            await self.compare(self.file)
        return told
