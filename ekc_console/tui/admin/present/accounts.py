"""Accounts in words: rows, states, all about one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from textual.content import Content

from ekc_console.client.words.accounts import STATES
from ekc_console.client.words.kinds import ROLES
from ekc_console.client.words.zone import zone
from ekc_console.domain.terms.localtime import said
from ekc_console.domain.terms.rights import may
from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.widgets.line_table import Column, Row
from ekc_console.wire.admin.account_states import (
    ACCOUNT_STATES,
    AccountState,
    account_state,
)
from ekc_console.wire.admin.account_work import Account, AccountList
from ekc_console.wire.messages import Role

Named = Sequence[tuple[str, str]]
"""Ids and titles."""
NONE = "—"
DAY = "%d.%m.%Y"
MINUTES = "%d.%m.%Y %H:%M"
ORDERS = {
    "name": N_("по имени"),
    "role": N_("по роли"),
    "state": N_("по состоянию"),
    "last": N_("по последнему входу"),
}
MARKS: dict[AccountState, str] = {
    "open": "",
    "closed": "×",
    "expired": "!",
    "invited": "…",
    "code_over": "!",
}
_NEED_A_LOOK: tuple[AccountState, ...] = ("code_over", "expired", "invited", "closed", "open")
_LABEL = 16


def role(name: Role) -> str:
    return _(ROLES[name])


def moment(at: float | None, form: str = MINUTES) -> str:
    return NONE if at is None else said(at, zone(), form)


def state_of(account: Account, now: float) -> AccountState:
    return account_state(
        disabled=account.disabled,
        expires_at=account.expires_at,
        code_until=account.code_until,
        now=now,
    )


def state(account: Account, now: float) -> str:
    """Whether one can come in by it, and is in, or has a call in hand."""
    parts = [_(STATES[state_of(account, now)])]
    if account.in_call:
        parts.append(_("с вызовом"))
    elif account.session_since is not None:
        parts.append(_("в сеансе"))
    return ", ".join(parts)


def columns() -> tuple[Column, ...]:
    return (
        Column(" ", 1),
        Column(_("Логин"), 12),
        Column(_("Имя"), share=3),
        Column(_("Роль"), 15),
        Column(_("Состояние"), 22),
        Column(_("Был в сети"), 14, from_width=92),
        Column(_("Команды"), share=2, from_width=100),
        Column(_("Очереди"), share=3, from_width=110),
    )


def row(account: Account, now: float, known: AccountList) -> Row:
    last = account.last_login
    return Row(
        account.login,
        (
            MARKS[state_of(account, now)],
            account.login,
            account.name,
            role(account.role),
            state(account, now),
            NONE if last is None else wording.moment(last, now),
            ", ".join(teams(account)),
            queues(account, known.queues),
        ),
        _style(account, now),
    )


def _style(account: Account, now: float) -> str:
    if account.disabled:
        return "$muted"
    return "$text-warning" if state_of(account, now) in ("expired", "code_over") else ""


def teams(account: Account) -> list[str]:
    leading = [_("{team} (ведёт)").format(team=team) for team in account.leads]
    return [*leading, *(team for team in account.teams if team not in account.leads)]


def searched(account: Account, now: float, known: AccountList) -> str:
    words = [account.login, account.name, role(account.role), state(account, now)]
    return " ".join([*words, *teams(account), *account.queues, *account.skills, *account.clinics,
         queues(account, known.queues)])  # fmt: skip


def ordered(accounts: Iterable[Account], order: str, now: float) -> list[Account]:
    keys: dict[str, Callable[[Account], Any]] = {
        "name": lambda a: (a.name.casefold(), a.login),
        "role": lambda a: (role(a.role), a.name.casefold()),
        "state": lambda a: (_NEED_A_LOOK.index(state_of(a, now)), a.name.casefold()),
        "last": lambda a: (-(a.last_login or 0.0), a.name.casefold()),
    }
    return sorted(accounts, key=keys[order])


def heading(accounts: Iterable[Account], now: float) -> str:
    """How many there are, and of what one may have to look after."""
    everybody = list(accounts)
    states = [state_of(account, now) for account in everybody]
    parts = [str(len(everybody))]
    if inside := sum(account.session_since is not None for account in everybody):
        parts.append(_("в сеансе {n}").format(n=inside))
    parts += [f"{_(STATES[one])} {n}" for one in ACCOUNT_STATES[1:] if (n := states.count(one))]
    return " · ".join(parts)


def about(account: Account, known: AccountList, now: float) -> Content:
    """All that is known of one."""
    titles = dict(known.queues)
    clinics = dict(known.clinics)
    facts = {
        _("Логин"): account.login,
        _("Имя"): account.name,
        _("Роль"): role(account.role),
        _("Состояние"): state(account, now),
        _("Очереди"): ", ".join(queue(text, titles) for text in account.queues) or NONE,
        _("Навыки"): ", ".join(account.skills) or NONE,
        _("Команды"): ", ".join(teams(account)) or NONE,
        _("Срок"): until(account),
        _("Последний вход"): moment(account.last_login),
        _("Сеанс"): _("открыт с {at}").format(at=moment(account.session_since))
        if account.session_since is not None
        else _("нет"),
    }
    if account.clinics:
        facts[_("Клиники")] = ", ".join(clinics.get(one, one) for one in account.clinics)
    if account.code_until is not None:
        facts[_("Пароль")] = _("не задан; код годится до {at}").format(
            at=moment(account.code_until)
        )
    lines = [
        Content.assemble((f"{title:<{_LABEL}}", "$muted"), value) for title, value in facts.items()
    ]
    note = _(
        "Очереди, навыки и срок действуют со следующего входа, имя, роль, клиники и команды — "
        "сразу. Кого команда называет в файле настроек (teams), тот в ней и без этой записи."
    )
    return Content("\n").join([*lines, Content(""), Content.styled(note, "$muted")])


def last_day(account: Account) -> str:
    """As it is typed: ``2026-12-31``, or ``never``."""
    return "never" if account.expires_at is None else moment(account.expires_at - 1, "%Y-%m-%d")


def until(account: Account) -> str:
    """The last day."""
    if account.expires_at is None:
        return _("без срока")
    return _("по {day} включительно").format(day=moment(account.expires_at - 1, DAY))


def queues(account: Account, known: Named) -> str:
    """Titles, or one word for all of them at the first tier."""
    if known and set(account.queues) == {one for one, _title in known}:
        return _("все")
    titles = dict(known)
    return ", ".join(queue(text, titles) for text in account.queues)


def unserved(everybody: Iterable[Account], known: Named, now: float) -> list[str]:
    """Titles of the queues that no account names by which somebody comes in, or will."""
    served = {
        text.partition("=")[0]
        for account in everybody
        if state_of(account, now) in ("open", "invited")
        for text in account.queues
    }
    return [title for one, title in known if one not in served]


def led(everybody: Iterable[Account], now: float) -> set[str]:
    """Titles of the teams that have somebody to lead them who comes in, or will."""
    return {
        team
        for account in everybody
        if state_of(account, now) in ("open", "invited") and may(account.role, "watch", "team")
        for team in account.leads
    }


def left_without(known: AccountList, account: Account, now: float, **changes: object) -> str:
    """Which queues a change of one account would leave without people, and which teams without a
    lead, in words; empty: none."""
    after = [
        msgspec.structs.replace(one, **changes) if one.login == account.login else one
        for one in known.accounts
    ]
    before = unserved(known.accounts, known.queues, now)
    lost = [title for title in unserved(after, known.queues, now) if title not in before]
    said = _("Без людей останется: {queues}.").format(queues=", ".join(lost)) if lost else ""
    if orphans := sorted(led(known.accounts, now) - led(after, now)):
        text = _("Команда останется без ведущего: {teams}.").format(teams=", ".join(orphans))
        said = f"{said} {text}".strip()
    return said


def queue(text: str, titles: dict[str, str]) -> str:
    """Title of a queue, with its tier."""
    name, sign, tier = text.partition("=")
    title = titles.get(name, name)
    return _("{title} ({tier}-я ступень)").format(title=title, tier=tier) if sign else title
