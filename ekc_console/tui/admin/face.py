"""The administrator's console: what makes it one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from textual.content import Content

from ekc_console.client.admin_desk import AdminDesk
from ekc_console.i18n import N_, _
from ekc_console.tui.admin.actions import cursor
from ekc_console.tui.admin.actions.accounts import AccountActions
from ekc_console.tui.admin.actions.audit import AuditActions
from ekc_console.tui.admin.actions.changing import ChangingActions
from ekc_console.tui.admin.actions.settings import SettingsActions
from ekc_console.tui.admin.present import machine
from ekc_console.tui.admin.screens.desk import AdminScreen
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.keys.conditions import Situation
from ekc_console.tui.shared.widgets.role_title import role_title


class AdminFace:
    workplace = N_("Учётные записи, журнал доступа, настройки, состояние сервера")

    def desk(self, active: str) -> AdminScreen:
        return AdminScreen(active)

    def title(self, host: Host, width: int, now: float) -> Content:
        return role_title(_("Администратор"), host, width, now)

    def sentences(self, host: Host) -> Mapping[str, str]:
        online = host.desk.link.state == "online"
        told = {"link": _("Связь есть.") if online else _("Нет связи с сервером.")}
        known = cast("AdminDesk", host.desk).machine
        return told | {"machine": machine.sentence(known.parts)} if known else told

    def news(self, host: Host) -> str:
        """Nothing is."""
        return ""

    def commands(self, host: Host) -> Mapping[str, Callable[[], None]]:
        actions = AccountActions(host)
        return {
            **actions.by_id,
            **ChangingActions(host, actions).by_id,
            **AuditActions(host).by_id,
            **SettingsActions(host).by_id,
        }

    def situated(self, host: Host, situation: Situation) -> Situation:
        here = cursor.is_keeping(host) and not host.panel_open
        account = cursor.account(host) if here else None
        desk = cast("AdminDesk", host.desk)
        return replace(
            situation,
            desk="admin",
            panel=host.panel_open,
            keeping=here,
            auditing=cursor.trail(host) is not None and not host.panel_open,
            configuring=cursor.settings(host) is not None and not host.panel_open,
            change_read=desk.change is not None and bool(desk.change.changes),
            rehearsing=desk.rehearsing is not None,
            change_undoable=desk.applied is not None and bool(desk.applied.change),
            account_undoable=desk.undo is not None,
            at_account=account is not None,
            account_disabled=account is not None and account.disabled,
            account_session=account is not None and account.session_since is not None,
        )
