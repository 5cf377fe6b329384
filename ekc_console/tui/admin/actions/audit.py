"""The audit trail narrowed, read on and checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import msgspec

from ekc_console.client.admin_desk import AdminDesk
from ekc_console.client.words.audit import ACTIONS
from ekc_console.i18n import _
from ekc_console.tui.admin.actions import cursor
from ekc_console.tui.admin.present import audit
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import FilterMenu, Prompt
from ekc_console.wire.admin.audit_work import AuditCheck, ReadAudit


class _Actions(FilterMenu):
    """Of entries, narrowed by typing."""

    @property
    def placeholder(self) -> str:  # type: ignore[override]
        return _("Начните набирать действие")


class AuditActions:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.by_id: dict[str, Callable[[], None]] = {
            "audit.who": self.ask_who,
            "audit.what": self.ask_what,
            "audit.when": self.ask_when,
            "audit.about": self.ask_about,
            "audit.all": lambda: self._read(ReadAudit()),
            "audit.earlier": self.earlier,
            "audit.refresh": self.refresh,
            "audit.verify": self.verify,
        }

    @property
    def _desk(self) -> AdminDesk:
        return cast("AdminDesk", self._host.desk)

    def ask_who(self) -> None:
        hint = _("Логин или os:УЧЁТКА, как в столбце «Кто». Пусто — все.")
        self._ask(_("Журнал доступа: кто"), self._desk.asked.who, hint, "who")

    def ask_about(self) -> None:
        pane = cursor.trail(self._host)
        entry = pane.selected if pane is not None else None
        now = self._desk.asked.about or (entry.about if entry else "")
        hint = _("Логин, карточка или вызов, как в столбце «О чём». Пусто — все.")
        self._ask(_("Журнал доступа: о чём"), now, hint, "about")

    def _ask(self, title: str, now: str, hint: str, field: str) -> None:
        def typed(text: str) -> None:
            self._narrow(**{field: text.strip()})

        self._host.show_panel(Prompt(title, typed, value=now, hint=hint))

    def ask_what(self) -> None:
        chosen = self._desk.asked.action
        choices = [Choice("", _("все действия"), chosen=not chosen)]
        choices += [
            Choice(code, _(title), chosen=code == chosen) for code, title in ACTIONS.items()
        ]
        self._host.show_panel(
            _Actions(_("Журнал доступа: что"), choices, lambda code: self._narrow(action=code))
        )

    def ask_when(self) -> None:
        def typed(text: str) -> None:
            since, until = audit.bounds(text)
            self._narrow(since=since, until=until)

        asked = self._desk.asked
        now = audit.days(asked) if asked.since is not None or asked.until is not None else ""
        hint = _("День: 12.03.2026; дни: 12.03.2026–14.03.2026. Пусто — все.")
        self._host.show_panel(Prompt(_("Журнал доступа: когда"), typed, value=now, hint=hint))

    def _narrow(self, **changes: object) -> None:
        self._read(msgspec.structs.replace(self._desk.asked, **changes))

    def refresh(self) -> None:
        self._read(self._desk.asked)

    def _read(self, asked: ReadAudit) -> None:
        self._host.work("audit", lambda: self._desk.read_audit(asked))

    def earlier(self) -> None:
        if self._desk.more_entries:
            self._host.work("audit", self._desk.read_earlier)
        else:
            self._host.tell("info", _("Более ранних записей нет."))

    def verify(self) -> None:
        self._host.work("audit.verify", self._desk.check_audit, self._checked)

    def _checked(self, check: object) -> None:
        assert isinstance(check, AuditCheck)
        if check.fault:
            self._host.tell("error", audit.broken(check))
            return
        text = _("Журнал доступа цел, записей {n}. Конец, чтобы записать не здесь: {head}")
        self._host.tell("info", text.format(n=check.entries, head=check.head))
