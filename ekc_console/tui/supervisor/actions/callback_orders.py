"""Orders about who is owed a call: to one person, later, let the machine dial, settled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from ekc_console.client.link.watched import Watched
from ekc_console.client.undo import Undo
from ekc_console.client.words.moments import wanted_moment
from ekc_console.client.words.saying import said
from ekc_console.client.words.zone import zone
from ekc_console.domain.terms.localtime import local, moment_of
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import Menu, Prompt
from ekc_console.tui.supervisor.actions.call_orders import Choosing
from ekc_console.tui.supervisor.actions.cursor import cursor
from ekc_console.tui.supervisor.actions.ordering import Ordering, reason_of
from ekc_console.tui.supervisor.present import details
from ekc_console.wire.messages import CloseCallback
from ekc_console.wire.steering import (
    POSTPONED_S,
    AssignCallback,
    PostponeCallback,
    ReleaseCallback,
)
from ekc_console.wire.watch import WatchCallback
from ekc_console.wire.words import words

LATER_MIN = {15: N_("на 15 мин"), 60: N_("на 1 ч")}
MORNING_H = 9
EVENING_SOON_S = 1800.0
"""An evening that is nearer is not offered."""
ANYBODY, TYPED, NOW = "anybody", "typed", "now"


class CallbackOrders:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._orders = Ordering(host)
        self.by_id: dict[str, Callable[[], None]] = {
            "owed.assign": self.assign,
            "owed.postpone": self.postpone,
            "owed.release": self.release,
            "owed.hold": self.hold,
            "owed.close": self.close,
        }

    def assign(self) -> None:
        if (item := cursor(self._host).callback) is None:
            return
        watched = self._orders.desk.watched
        people = sorted(
            watched.people.values(), key=lambda p: (bool(details.why_not(p, "")), p.name)
        )
        choices = [Choice(p.id, p.name, note=details.why_not(p, "") or _("готов")) for p in people]
        if item.assigned:
            choices.insert(0, Choice(ANYBODY, _("снова любому")))

        def picked(login: str) -> None:
            agent = "" if login == ANYBODY else login
            name = watched.people[login].name if login in watched.people else ""
            done = _("{name} перезвонит на {number}.") if agent else _("{number} снова любому.")
            self._orders.give(
                AssignCallback(callback=item.id, agent=agent, seen=item.assigned),
                done.format(number=_name(item), name=name),
                self._undo(
                    item,
                    AssignCallback(callback=item.id, agent=item.assigned, seen=agent),
                    lambda now: now.assigned == agent,
                ),
            )

        heading = _("Поручить {number}: кому").format(number=_name(item))
        self._host.show_panel(Choosing(heading, choices, picked))

    # -- later ---------------------------------------------------------------------

    def postpone(self) -> None:
        if (item := cursor(self._host).callback) is None:
            return
        now = self._host.desk.now()
        choices = [
            Choice(str(now + minutes * 60), _(words), str(index))
            for index, (minutes, words) in enumerate(LATER_MIN.items(), start=1)
        ]
        evening, morning = item.evening, self._at(MORNING_H, days=1)
        until = _("до {at}")
        if evening is not None and evening - now >= EVENING_SOON_S:
            choices.append(Choice(str(evening), until.format(at=wording.moment(evening, now)), "3"))
        choices.append(Choice(str(morning), until.format(at=wording.moment(morning, now)), "4"))
        choices.append(Choice(TYPED, _("до другого времени…"), "5"))
        if item.postponed:
            choices.append(Choice(NOW, _("не откладывать"), "6"))

        def picked(choice: str) -> None:
            if choice == TYPED:
                self._ask_when(item)
            else:
                self._put_off(item, None if choice == NOW else float(choice))

        heading = _("Отложить {number}").format(number=_name(item))
        self._host.show_panel(Menu(heading, choices, picked))

    def _at(self, hour: int, days: int = 0) -> float:
        here = local(self._host.desk.now(), zone()) + timedelta(days=days)
        return moment_of(here.replace(hour=hour, minute=0, second=0, microsecond=0), zone())

    def _ask_when(self, item: WatchCallback) -> None:
        def submit(text: str) -> None:
            now = self._host.desk.now()
            until = moment_of(wanted_moment(text, local(now, zone())), zone())
            if until > now + POSTPONED_S:
                raise EkcError(said(words("callback.bad_time", days=round(POSTPONED_S / 86_400))))
            self._put_off(item, until)

        def means(text: str) -> str:
            now = self._host.desk.now()
            try:
                until = moment_of(wanted_moment(text, local(now, zone())), zone())
            except EkcError:
                return ""
            return wording.understood(until, now)

        hint = _("18:00, «31.12 18:00» или «через два часа». Enter — отложить.")
        heading = _("Отложить {number}: до какого времени").format(number=_name(item))
        self._host.show_panel(Prompt(heading, submit, hint=hint, remark=means))

    def _put_off(self, item: WatchCallback, until: float | None) -> None:
        if until is None:
            done = _("{number} больше не отложен.").format(number=_name(item))
        else:
            at = wording.moment(until, self._host.desk.now())
            done = _("{number} отложен до {at}.").format(number=_name(item), at=at)
        before = item.not_before if item.postponed else None
        self._orders.give(
            PostponeCallback(callback=item.id, until=until),
            done,
            self._undo(
                item,
                PostponeCallback(callback=item.id, until=before, instead_of=until),
                lambda now: now.postponed == (until is not None),
            ),
        )

    # -- numbers that wait for a decision --------------------------------------------

    def release(self) -> None:
        """Asked first: it may cost, and it may be abroad."""
        if (item := cursor(self._host).callback) is None or not item.held:
            return
        done = _("{number}: набрать разрешено.").format(number=_name(item))
        back = ReleaseCallback(callback=item.id, released=False)
        self._host.confirm(
            _("Разрешить набрать {number}?").format(number=_name(item)),
            _("Номер {kind}. {before} Его предложат оператору, как остальные.").format(
                kind=wording.held(item.held), before=wording.before_dialling(item.held)
            ),
            no=_("Не надо"),
            yes=_("Разрешить"),
            then=lambda: self._orders.give(
                ReleaseCallback(callback=item.id),
                done,
                self._undo(item, back, lambda now: now.released),
            ),
        )

    def hold(self) -> None:
        if item := cursor(self._host).callback:
            done = _("{number} снова ждёт решения.").format(number=_name(item))
            again = ReleaseCallback(callback=item.id)
            undo = self._undo(item, again, lambda now: not now.released)
            self._orders.give(ReleaseCallback(callback=item.id, released=False), done, undo)

    # -- the end -------------------------------------------------------------------

    def close(self) -> None:
        if (item := cursor(self._host).callback) is None:
            return
        choices = [
            Choice("cancelled", _("перезванивать не надо"), "1"),
            Choice("reached", _("с человеком уже поговорили"), "2"),
        ]

        def picked(choice: str) -> None:
            self._host.show_panel(
                Prompt(
                    _("Закрыть {number}: почему").format(number=_name(item)),
                    lambda why: self._close(item, choice, why),
                    hint=_("Останется в журнале: без имён и номеров. Enter — закрыть насовсем."),
                )
            )

        heading = _("Закрыть {number} без звонка").format(number=_name(item))
        self._host.show_panel(Menu(heading, choices, picked))

    def _close(self, item: WatchCallback, result: str, why: str) -> None:
        body = CloseCallback(
            callback=item.id,
            result="reached" if result == "reached" else "cancelled",
            why=reason_of(why),
        )
        self._orders.give(body, _("{number}: обратный вызов закрыт.").format(number=_name(item)))

    def _undo(
        self,
        item: WatchCallback,
        body: AssignCallback | PostponeCallback | ReleaseCallback,
        stands: Callable[[WatchCallback], bool],
    ) -> Undo:
        """``stands``: what was ordered still holds, and nobody has ordered otherwise since."""

        def too_late(watched: Watched) -> str:
            now = watched.callbacks.get(item.id)
            if now is None:
                return _("Отменить поздно: обратного вызова уже нет в списке.")
            if now.taken_by:
                return _("Отменить поздно: перезванивает {name}.").format(name=now.taken_by)
            return ""

        def holds(watched: Watched) -> bool:
            now = watched.callbacks.get(item.id)
            return now is not None and stands(now)

        return Undo(body, _("{number}: отменено.").format(number=_name(item)), too_late, holds)


def _name(item: WatchCallback) -> str:
    return wording.phone(item.number)
