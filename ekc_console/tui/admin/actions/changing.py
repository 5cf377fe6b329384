"""What an account says is changed, a thing at a time; and many by a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

from ekc_console.client import account_table
from ekc_console.client.account_table import Table
from ekc_console.client.admin_desk import AccountUndo, AdminDesk
from ekc_console.client.skill_names import completed
from ekc_console.domain.terms.rights import may, of_clinics
from ekc_console.i18n import _
from ekc_console.tui.admin.actions import cursor
from ekc_console.tui.admin.actions.accounts import (
    AccountActions,
    name_of,
    no_calls,
    role_choices,
)
from ekc_console.tui.admin.actions.choosing import choose_some
from ekc_console.tui.admin.actions.typed_skills import skills_hint, skills_of
from ekc_console.tui.admin.present import accounts
from ekc_console.tui.admin.screens.codes import CodesScreen
from ekc_console.tui.admin.screens.table import TableScreen
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import Menu, Prompt
from ekc_console.wire.admin.account_work import Account, AccountsPlanned, ChangeAccount
from ekc_console.wire.messages import Role


class ChangingActions:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host, others: AccountActions) -> None:
        self._host = host
        self._others = others
        self.by_id: dict[str, Callable[[], None]] = {
            "admin.change": self.change,
            "admin.import": self.ask_table,
        }

    @property
    def _desk(self) -> AdminDesk:
        return cast("AdminDesk", self._host.desk)

    def change(self) -> None:
        if (account := cursor.account(self._host)) is None:
            return
        ways: dict[str, tuple[str, str, Callable[[Account], None]]] = {
            "name": (_("имя"), account.name, self._name),
            "role": (_("роль"), accounts.role(account.role), self._role),
            "queues": (_("очереди"), self._titles(account) or accounts.NONE, self._queues),
            "skills": (_("навыки"), ", ".join(account.skills) or accounts.NONE, self._skills),
            "clinics": (_("клиники"), ", ".join(account.clinics) or accounts.NONE, self._clinics),
            "until": (_("срок"), accounts.until(account), self._until),
            "teams": (_("команды"), ", ".join(account.teams) or accounts.NONE, self._teams),
        }
        if not of_clinics(account.role):
            del ways["clinics"]
        choices = [
            Choice(what, title, str(number), note=now)
            for number, (what, (title, now, _way)) in enumerate(ways.items(), start=1)
        ]
        title = _("Изменить: {name}").format(name=account.name)
        self._host.show_panel(Menu(title, choices, lambda what: ways[what][2](account)))

    def _titles(self, account: Account) -> str:
        return accounts.queues(account, self._desk.known.queues if self._desk.known else ())

    def _name(self, account: Account) -> None:
        def changes(text: str) -> dict[str, object]:
            return {"name": name_of(account.login, text)}

        self._ask(account, _("имя"), account.name, "", changes)

    def _queues(self, account: Account) -> None:
        known = self._desk.known.queues if self._desk.known else ()

        def chosen(queues: tuple[str, ...]) -> None:
            if queues == account.queues:
                return
            if not (lost := self._others.left_without(account, queues=queues)):
                self._change(account, _("очереди"), {"queues": queues})
                return
            self._host.confirm(
                _("{name}: всё равно изменить?").format(name=account.name),
                lost,
                no=_("Не надо"),
                yes=_("Изменить"),
                then=lambda: self._change(account, _("очереди"), {"queues": queues}),
            )

        title = _("{name}: очереди").format(name=account.name)
        none = no_calls() if may(account.role, "serve") else ""
        choose_some(self._host, title, known, account.queues, chosen, tiers=True, none=none)

    def _teams(self, account: Account) -> None:
        if not (known := self._desk.known.teams if self._desk.known else ()):
            self._host.tell("info", _("Команд в настройках нет: их описывают в разделе teams."))
            return

        def chosen(teams: tuple[str, ...]) -> None:
            if teams != account.joins:
                self._change(account, _("команды"), {"teams": teams})

        title = _("{name}: команды").format(name=account.name)
        choose_some(self._host, title, known, account.joins, chosen)

    def _skills(self, account: Account) -> None:
        known = self._others.known_skills()
        now = ", ".join(account.skills)

        def changes(text: str) -> dict[str, object]:
            return {"skills": skills_of(text)}

        self._ask(
            account,
            _("навыки"),
            now,
            skills_hint(known),
            changes,
            lambda typed: completed(typed, known),
        )

    def _clinics(self, account: Account) -> None:
        def typed(clinics: tuple[str, ...]) -> None:
            if clinics != account.clinics:
                self._change(account, _("клиники"), {"clinics": clinics})

        self._others.ask_clinics(account.name, account.clinics, typed)

    def _until(self, account: Account) -> None:
        hint = _("Последний день: 2026-12-31; пусто — без срока.")
        now = "" if account.expires_at is None else accounts.last_day(account)
        self._ask(account, _("срок"), now, hint, lambda text: {"until": text.strip() or "never"})

    def _ask(
        self,
        account: Account,
        what: str,
        now: str,
        hint: str,
        changes: Callable[[str], dict[str, object]],
        complete: Callable[[str], str | None] | None = None,
    ) -> None:
        def typed(text: str) -> None:
            if text.strip() != now:
                self._change(account, what, changes(text))

        title = f"{account.name}: {what}"
        self._host.show_panel(Prompt(title, typed, value=now, hint=hint, complete=complete))

    def _role(self, account: Account) -> None:
        def picked(role: str) -> None:
            if role == account.role:
                return
            said = _("{old} → {new}. Действует сразу, и на открытой консоли.").format(
                old=accounts.role(account.role), new=accounts.role(cast(Role, role))
            )
            if account.clinics and not of_clinics(cast(Role, role)):
                names = dict(self._desk.known.clinics) if self._desk.known else {}
                lost = ", ".join(names.get(clinic, clinic) for clinic in account.clinics)
                said += " " + _("Клиники снимутся: {lost}.").format(lost=lost)
            if left := self._others.left_without(account, role=role):
                said += f" {left}"
            self._host.confirm(
                _("Сменить роль: {name}?").format(name=account.name),
                said,
                no=_("Не надо"),
                yes=_("Сменить"),
                then=lambda: self._become(account, cast(Role, role)),
            )

        title = _("Роль: {name}").format(name=account.name)
        self._host.show_panel(Menu(title, role_choices(account.role), picked))

    def _become(self, account: Account, role: Role) -> None:
        """Whoever becomes the desk of clinics is told of which before it is done."""
        if not of_clinics(role):
            self._change(account, _("роль"), {"role": role, "sure": bool(account.clinics)})
            return
        self._others.ask_clinics(
            account.name,
            (),
            lambda clinics: self._change(account, _("роль"), {"role": role, "clinics": clinics}),
        )

    def _change(self, account: Account, what: str, changes: dict[str, object]) -> None:
        body = ChangeAccount(login=account.login, **changes)  # type: ignore[arg-type]
        done = _("{name}: изменено — {what}.").format(name=account.name, what=what)
        self._others.order(body, done, _taken_back(account, what, body))

    # -- many --------------------------------------------------------------------------

    def ask_table(self) -> None:
        def typed(text: str) -> None:
            table = account_table.read(path := account_table.place(text))
            self._try(path, table)

        self._host.show_panel(
            Prompt(
                _("Импорт: файл CSV"),
                typed,
                hint=_(
                    "Столбцы login;name;role;queues;skills;until;clinics;teams. Сначала — проверка."
                ),
            )
        )

    def _try(self, path: Path, table: Table) -> None:
        def then(planned: object) -> None:
            assert isinstance(planned, AccountsPlanned)
            self._host.open_above(
                TableScreen(
                    path.name,
                    planned.accounts,
                    table.said(planned.faults),
                    lambda: self._put(table),
                )
            )

        self._host.work("table", lambda: self._desk.put_table(table.lines, dry_run=True), then)

    def _put(self, table: Table) -> None:
        self._host.tell("info", _("Таблица выполняется…"))

        def then(done: object) -> None:
            assert isinstance(done, AccountsPlanned)
            if faults := table.said(done.faults):
                self._host.tell("error", faults[0])
                return
            new = [one for one in done.accounts if one.new]
            text = _("Таблица выполнена: заведено {new}, изменено {old}.")
            self._host.tell("info", text.format(new=len(new), old=len(done.accounts) - len(new)))
            self._host.close_top()
            if new:
                self._host.open_above(CodesScreen(new, done.until or None))
            self._others.refresh()

        self._host.work("table", lambda: self._desk.put_table(table.lines, dry_run=False), then)


def _taken_back(account: Account, what: str, body: ChangeAccount) -> AccountUndo:
    """What the account said before of that which ``body`` has changed."""
    before = {
        "name": account.name,
        "role": account.role,
        "queues": account.queues,
        "skills": account.skills,
        "clinics": account.clinics if body.role is None else account.clinics or None,
        "until": accounts.last_day(account),
        "teams": account.joins,
    }
    changed = {name: now for name in before if (now := getattr(body, name)) is not None}
    if account.clinics and body.role is not None:
        changed["clinics"] = ()
    told = ChangeAccount(login=account.login, sure=True, **{n: before[n] for n in changed})  # type: ignore[arg-type]
    done = _("{name}: снова как было — {what}.").format(name=account.name, what=what)

    def stands(now: Account) -> bool:
        known = {"until": accounts.last_day(now), "teams": now.joins}
        return all(known.get(n, getattr(now, n, None)) == value for n, value in changed.items())

    return AccountUndo(told, done, stands)
