"""What a question said of an account's call holds when it is answered, or it is asked again."""

from __future__ import annotations

from collections.abc import Callable

from ekc_console.client.admin_desk import AdminDesk
from ekc_console.i18n import _
from ekc_console.tui.shared.host import Host
from ekc_console.wire.admin.account_work import Account


def if_still_so(
    host: Host,
    desk: AdminDesk,
    asked: Account,
    again: Callable[[Account], None],
    order: Callable[[], None],
) -> None:
    """Give the ``order``; where a call has begun or ended since ``asked`` was read, ask ``again``:
    the console leaves at another time than was said."""

    def then(_result: object) -> None:
        now = desk.account(asked.login)
        if now is None or now.in_call == asked.in_call:
            order()
            return
        text = _("{name}: вызов уже кончился.") if asked.in_call else _("{name}: вызов начался.")
        host.tell("warning", text.format(name=now.name) + " " + _("Прочтите вопрос ещё раз."))
        again(now)

    host.work("accounts", desk.load_accounts, then)
