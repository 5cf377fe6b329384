"""Accounts looked at, invited, shut and opened."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import cast

import msgspec

from ekc_console.client.admin_desk import AccountUndo, AdminDesk
from ekc_console.client.skill_names import completed, names
from ekc_console.client.words.saying import parts
from ekc_console.domain.terms.account_names import has_unseen, is_login
from ekc_console.domain.terms.rights import ROLES, may, of_clinics
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.admin.actions import cursor
from ekc_console.tui.admin.actions.asked_again import if_still_so
from ekc_console.tui.admin.actions.choosing import choose_some
from ekc_console.tui.admin.actions.typed_skills import skills_hint, skills_of
from ekc_console.tui.admin.present import accounts
from ekc_console.tui.admin.screens.codes import CodesScreen
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.keys.registry import key
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import Menu, Prompt
from ekc_console.wire.admin.account_work import (
    Account,
    DisableAccount,
    EnableAccount,
    EndSessions,
    InviteAccount,
    OneTimeCode,
    PlannedAccount,
    ResetPassword,
)
from ekc_console.wire.messages import Command, Role
from ekc_console.wire.words import words


def no_calls() -> str:
    """What it means to have none of the queues."""
    return _("без очередей не будет получать вызовов")


def role_choices(chosen: Role | None = None) -> list[Choice]:
    return [
        Choice(role, accounts.role(role), str(number % 10), role == chosen)
        for number, role in enumerate(ROLES, start=1)
    ]


class AccountActions:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.by_id: dict[str, Callable[[], None]] = {
            "admin.find": self.find,
            "admin.sort": self.sort,
            "admin.refresh": self.refresh,
            "admin.invite": self.invite,
            "admin.reset": self.reset,
            "admin.disable": self.disable,
            "admin.enable": self.enable,
            "admin.end_session": self.end_session,
            "admin.undo": self.take_back,
        }

    @property
    def _desk(self) -> AdminDesk:
        return cast("AdminDesk", self._host.desk)

    # -- the list --------------------------------------------------------------------

    def find(self) -> None:
        if (pane := cursor.pane(self._host)) is None:
            return
        self._host.show_panel(
            Prompt(
                _("Найти учётную запись"),
                pane.find,
                value=pane.wanted,
                hint=_(
                    "Имя, логин, роль, команда, очередь, состояние: волонтёр приглашена, "
                    "закрыта, истекла. Пусто — показать все."
                ),
            )
        )

    def sort(self) -> None:
        if (pane := cursor.pane(self._host)) is not None:
            self._host.tell("info", _("Порядок: {how}").format(how=pane.next_order()))

    def refresh(self) -> None:
        self._host.work("accounts", self._desk.load_accounts)

    # -- a new one -------------------------------------------------------------------

    def invite(self) -> None:
        def typed(text: str) -> None:
            if self._desk.account(login := text.strip()):
                raise EkcError(_("Логин «{login}» уже есть.").format(login=login))
            if not login:
                raise EkcError(_("Введите логин."))
            if not is_login(login):
                raise EkcError(*parts(words("account.bad_login", login=login)))
            self._ask_name(login)

        hint = _("Строчные латинские буквы, цифры, точка, «_» и «-». Enter — дальше.")
        self._host.show_panel(Prompt(_("Пригласить: логин"), typed, hint=hint))

    def _ask_name(self, login: str) -> None:
        def typed(text: str) -> None:
            self._ask_role(login, name_of(login, text))

        title = _("Пригласить {login}: имя и фамилия").format(login=login)
        self._host.show_panel(Prompt(title, typed, hint=_("Так его увидят на экранах.")))

    def _ask_role(self, login: str, name: str) -> None:
        def picked(role: str) -> None:
            body = InviteAccount(login=login, name=name, role=cast(Role, role))
            if of_clinics(body.role):
                self.ask_clinics(
                    name,
                    (),
                    lambda clinics: self._put(msgspec.structs.replace(body, clinics=clinics)),
                )
            else:
                self._ask_queues(body)

        title = _("Пригласить {name}: роль").format(name=name)
        self._host.show_panel(Menu(title, role_choices("operator"), picked))

    def _ask_queues(self, body: InviteAccount) -> None:
        """What the server gives by the role is chosen already."""
        known = self._desk.known.queues if self._desk.known else ()
        if not known or not may(body.role, "serve"):
            self._ask_teams(body)
            return
        usual = () if may(body.role, "watch") else tuple(queue for queue, _title in known)

        def chosen(queues: tuple[str, ...]) -> None:
            given = None if queues == usual else queues
            self._ask_teams(msgspec.structs.replace(body, queues=given))

        title = _("Пригласить {name}: очереди").format(name=body.name)
        choose_some(self._host, title, known, usual, chosen, tiers=True, none=no_calls())

    def _ask_teams(self, body: InviteAccount) -> None:
        known = self._desk.known.teams if self._desk.known else ()
        if not known:
            self._ask_skills(body)
            return
        title = _("Пригласить {name}: команды").format(name=body.name)
        choose_some(
            self._host,
            title,
            known,
            (),
            lambda teams: self._ask_skills(msgspec.structs.replace(body, teams=teams)),
        )

    def _ask_skills(self, body: InviteAccount) -> None:
        if not may(body.role, "serve"):
            self._put(body)
            return
        known = self.known_skills()
        self._host.show_panel(
            Prompt(
                _("Пригласить {name}: навыки").format(name=body.name),
                lambda text: self._put(msgspec.structs.replace(body, skills=skills_of(text))),
                hint=skills_hint(known) + " " + _("Пусто — без навыков."),
                complete=lambda typed: completed(typed, known),
            )
        )

    def left_without(self, account: Account, **changes: object) -> str:
        """Which queues and teams the change would leave without people or a lead, in words."""
        known, now = self._desk.known, self._desk.now()
        return accounts.left_without(known, account, now, **changes) if known else ""

    def _leaves(self, account: Account) -> str:
        """When the open console does, if the account or its session ends now."""
        if account.in_call:
            return _(
                "Сейчас идёт вызов: консоль выйдет после него и его карточки, новых вызовов"
                " не будет. Если нужно сейчас же, вызов заберёт руководитель."
            )
        me = self._desk.view.me
        if me is not None and me.id == account.login:
            return _("Учётная запись — ваша: эта консоль выйдет сразу.")
        return _("Открытая консоль выйдет сразу.")

    def known_skills(self) -> tuple[str, ...]:
        """Those that somebody has."""
        everybody = self._desk.known.accounts if self._desk.known else ()
        return tuple(names(skill for each in everybody for skill in each.skills))

    def _put(self, body: InviteAccount) -> None:
        said = _("{name}: учётная запись заведена.").format(name=body.name)
        self._for_a_code(body, body.name, said)

    # -- one of them -------------------------------------------------------------------

    def reset(self, asked: Account | None = None) -> None:
        if (account := asked or cursor.account(self._host)) is None:
            return
        said = _("{name}: прежний пароль не годится, сеанс завершён.").format(name=account.name)
        self._host.confirm(
            _("Сменить пароль на код: {name}?").format(name=account.name),
            " ".join([_("Прежний пароль больше не подойдёт."), self._leaves(account)]),
            no=_("Не надо"),
            yes=_("Сменить"),
            then=lambda: self._if_still(
                account,
                self.reset,
                lambda: self._for_a_code(ResetPassword(login=account.login), account.name, said),
            ),
        )

    def disable(self, asked: Account | None = None) -> None:
        if (account := asked or cursor.account(self._host)) is None:
            return
        self._host.confirm(
            _("Закрыть вход: {name}?").format(name=account.name),
            " ".join(
                filter(
                    None,
                    (
                        _("Войти будет нельзя."),
                        self._leaves(account),
                        _("Данные и карточки останутся."),
                        self.left_without(account, disabled=True),
                    ),
                )
            ),
            no=_("Не надо"),
            yes=_("Закрыть"),
            then=lambda: self._if_still(
                account,
                self.disable,
                lambda: self.order(
                    DisableAccount(login=account.login),
                    _said(account, _("вход закрыт")),
                    _opened_again(account),
                ),
            ),
        )

    def enable(self) -> None:
        if (account := cursor.account(self._host)) is not None:
            self.order(
                EnableAccount(login=account.login),
                _said(account, _("вход открыт")),
                AccountUndo(
                    DisableAccount(login=account.login),
                    _said(account, _("вход снова закрыт")),
                    lambda now: not now.disabled,
                ),
            )

    def end_session(self, asked: Account | None = None) -> None:
        if (account := asked or cursor.account(self._host)) is None:
            return
        self._host.confirm(
            _("Завершить сеанс: {name}?").format(name=account.name),
            " ".join([self._leaves(account), _("Войти снова можно.")]),
            no=_("Не надо"),
            yes=_("Завершить"),
            then=lambda: self._if_still(
                account,
                self.end_session,
                lambda: self.order(
                    EndSessions(login=account.login), _said(account, _("сеанс завершён"))
                ),
            ),
        )

    def _if_still(
        self, asked: Account, again: Callable[[Account], None], order: Callable[[], None]
    ) -> None:
        if_still_so(self._host, self._desk, asked, again, order)

    # -- what they share ---------------------------------------------------------------

    def ask_clinics(
        self, name: str, now: tuple[str, ...], then: Callable[[tuple[str, ...]], None]
    ) -> None:
        """At the field it is said why those that were typed cannot be."""
        known = [clinic for clinic, _title in self._desk.known.clinics] if self._desk.known else []

        def typed(text: str) -> None:
            clinics = each(text)
            if not clinics:
                raise EkcError(
                    _("Назовите хотя бы одну клинику: без неё не видно ни одной карточки.")
                )
            for clinic in clinics:
                if clinic not in known:
                    said = words("account.no_such_clinic", clinic=clinic, known=", ".join(known))
                    raise EkcError(*parts(said))
            then(clinics)

        hint = _("Через пробел, из справочника: {known}.").format(known=", ".join(known))
        title = _("{name}: клиники").format(name=name)
        self._host.show_panel(Prompt(title, typed, value=" ".join(now), hint=hint))

    def order(self, body: Command, done: str, undo: AccountUndo | None = None) -> None:
        """A refusal is told in the server's words; what is done, when it is, with the key that
        takes it back."""

        def then(_result: object) -> None:
            self._desk.undo = undo
            back = _("{key} — отменить.").format(key=key("admin.undo")) if undo else ""
            self._host.tell("info", " ".join(filter(None, [done, self._after(body), back])))

        self._host.work(f"order:{type(body).__name__}", lambda: self._carry_out(body), then)

    async def _carry_out(self, body: Command) -> object:
        """With the list as it is after it, where that can be read. Raises EkcError."""
        result = await self._desk.request(body)
        with contextlib.suppress(EkcError):
            await self._desk.load_accounts()
        return result

    def _after(self, body: Command) -> str:
        """What is still to come of an order that ends a session."""
        if not isinstance(body, DisableAccount | EndSessions | ResetPassword):
            return ""
        account = self._desk.account(body.login)
        if account is None or not account.in_call:
            return ""
        return _("Вызов идёт: консоль выйдет после него и его карточки, о чём будет сказано.")

    def take_back(self) -> None:
        """The last order, where nobody has ordered otherwise since: the list is read before."""
        undo, self._desk.undo = self._desk.undo, None
        if undo is None:
            return

        def then(_result: object) -> None:
            account = self._desk.account(undo.body.login)
            if account is None or not undo.stands(account):
                self._host.tell("warning", _("Отменять нечего: другой распорядился иначе."))
            else:
                self.order(undo.body, undo.done)

        self._host.work("accounts", self._desk.load_accounts, then)

    def _for_a_code(self, body: InviteAccount | ResetPassword, name: str, done: str) -> None:
        def then(result: object) -> None:
            assert isinstance(result, OneTimeCode)
            self._desk.undo = None
            self._host.tell("info", " ".join(filter(None, [done, self._after(body)])))
            one = PlannedAccount(
                login=result.login, name=name, role="operator", new=True, code=result.code
            )
            self._host.open_above(CodesScreen([one], result.until))

        self._host.work(f"order:{type(body).__name__}", lambda: self._carry_out(body), then)


def name_of(login: str, text: str) -> str:
    """What was typed as a name. Raises EkcError for what is none."""
    if not (name := text.strip()):
        raise EkcError(_("Введите имя и фамилию."))
    if has_unseen(name):
        raise EkcError(*parts(words("account.unseen_in_name", login=login)))
    return name


def each(text: str) -> tuple[str, ...]:
    """Words between commas and spaces."""
    return tuple(text.replace(",", " ").split())


def _said(account: Account, what: str) -> str:
    return f"{account.name}: {what}."


def _opened_again(account: Account) -> AccountUndo:
    return AccountUndo(
        EnableAccount(login=account.login),
        _said(account, _("вход снова открыт")),
        lambda now: now.disabled,
    )
