"""Which account the cursor stands on, whatever screen is on top."""

from __future__ import annotations

from typing import cast

from ekc_console.client.admin_desk import AdminDesk
from ekc_console.tui.admin.panes.accounts import AccountsPane
from ekc_console.tui.admin.panes.audit import AuditPane
from ekc_console.tui.admin.panes.settings import SettingsPane
from ekc_console.tui.admin.screens.account import AccountScreen
from ekc_console.tui.admin.screens.desk import AdminScreen
from ekc_console.tui.shared.host import Host
from ekc_console.wire.admin.account_work import Account


def pane(host: Host) -> AccountsPane | None:
    """The list, if it is on top."""
    screen = host.screen
    if not isinstance(screen, AdminScreen) or not screen.is_mounted:
        return None
    found = screen.pane(screen.active)
    return found if isinstance(found, AccountsPane) else None


def trail(host: Host) -> AuditPane | None:
    """The audit trail, if it is on top."""
    screen = host.screen
    if not isinstance(screen, AdminScreen) or not screen.is_mounted:
        return None
    found = screen.pane(screen.active)
    return found if isinstance(found, AuditPane) else None


def settings(host: Host) -> SettingsPane | None:
    """The settings, if they are on top."""
    screen = host.screen
    if not isinstance(screen, AdminScreen) or not screen.is_mounted:
        return None
    found = screen.pane(screen.active)
    return found if isinstance(found, SettingsPane) else None


def is_keeping(host: Host) -> bool:
    return isinstance(host.screen, AccountScreen) or pane(host) is not None


def account(host: Host) -> Account | None:
    if isinstance(host.screen, AccountScreen):
        return cast("AdminDesk", host.desk).account(host.screen.login)
    found = pane(host)
    return found.selected if found is not None else None
