"""Messages to whom the row under the cursor is about: a person, who has the call, who serves the
queue."""

from __future__ import annotations

from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.panels import Prompt
from ekc_console.tui.shared.widgets.whom import Whom, ask_whom
from ekc_console.tui.supervisor.actions.cursor import Cursor, cursor
from ekc_console.tui.supervisor.actions.ordering import Ordering
from ekc_console.wire.side_work import SendMessage


def addressee(host: Host, at: Cursor) -> Whom | None:
    """The nearest to what is at the cursor; None: nobody is there to be written to."""
    people = Ordering(host).desk.watched.people
    if at.person is not None:
        return Whom(at.person.name, logins=(at.person.id,))
    login = at.call.person or at.call.assigned if at.call else ""
    if at.callback is not None:
        login = at.callback.assigned
    if login:
        return Whom(people[login].name if login in people else login, logins=(login,))
    if at.queue is None or at.call is not None:
        return None
    serve = tuple(each.id for each in people.values() if at.queue.id in each.queues)
    name = _("кто обслуживает «{title}»").format(title=at.queue.title)
    return Whom(name, logins=serve) if serve else None


class Writing:
    def __init__(self, host: Host) -> None:
        self._host = host
        self._orders = Ordering(host)

    def write(self) -> None:
        if whom := addressee(self._host, cursor(self._host)):
            ask_whom(self._host, whom, self._ask)

    def _ask(self, whom: Whom) -> None:
        def send(text: str) -> None:
            if not text.strip():
                raise EkcError(_("Сообщение пустое."), _("Напишите его."))
            if len(whom.logins) > 1:
                bodies = [SendMessage(text=text, to=login) for login in whom.logins]
                self._orders.give_many(bodies, _("Сообщение отправлено, людей: {n}."))
                return
            body = SendMessage(text=text, to="".join(whom.logins), team=whom.team)
            self._orders.give(body, _("Сообщение отправлено: {name}.").format(name=whom.name))

        self._host.show_panel(
            Prompt(
                _("Написать: {name}").format(name=whom.name),
                send,
                hint=_("Enter — отправить. Сообщение останется, пока его не прочтут."),
            )
        )
