"""What the actions about home visits do: the list of them, closing one, giving it to a clinic.
Nothing here waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, cast

from ekc_console.client.desk import Desk
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.operator.present import cards, script
from ekc_console.tui.operator.widgets.clinics import ClinicMenu
from ekc_console.tui.shared.host import Host, VisitList
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import Menu, Prompt
from ekc_console.wire.card_work import VisitInfo
from ekc_console.wire.side_work import HomeVisit

if TYPE_CHECKING:
    from ekc_console.tui.operator.screens.card import CardScreen


def card_screen(host: Host) -> CardScreen | None:
    """The old card on top, if there is one."""
    from ekc_console.tui.operator.screens.card import CardScreen

    frame = host.frame
    return frame if isinstance(frame, CardScreen) else None


class VisitActions:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.by_id: dict[str, Callable[[], None]] = {
            "visit.list": self.show_list,
            "visit.close": self.close,
            "visit.give": self.give,
        }

    @property
    def _desk(self) -> Desk:
        return self._host.desk

    def show_list(self) -> None:
        from ekc_console.tui.operator.screens.visits import VisitsScreen

        self._host.show_screen(VisitsScreen)

    @property
    def _listing(self) -> VisitList | None:
        frame = self._host.frame
        return frame if isinstance(frame, VisitList) else None

    @property
    def listed(self) -> VisitInfo | None:
        """Under the cursor of a list of visits."""
        listing = self._listing
        return listing.visit_selected if listing is not None else None

    # -- closing -----------------------------------------------------------------------------

    def close(self) -> None:
        """Under the cursor of the list, of the old card on the screen, else one of the present
        caller's open ones."""
        visits = self.open_ones()
        if len(visits) == 1:
            self._ask_outcome(visits[0])
        elif visits:
            now = self._desk.now()
            by_card = {visit.card: visit for visit in visits}
            titles = {card: cards.visit(visit, now) for card, visit in by_card.items()}
            self._host.show_panel(
                Menu(
                    _("Какой вызов врача закрыть"),
                    script.numbered(titles),
                    lambda card: self._ask_outcome(by_card[card]),
                )
            )

    def open_ones(self) -> tuple[HomeVisit, ...]:
        if self._listing is not None:
            selected = self.listed
            return (selected.visit,) if selected else ()
        screen, call = card_screen(self._host), self._desk.view.call
        if screen is not None:
            visit = screen.edit.card.visit if screen.edit else None
            return (visit,) if visit and visit.state == "open" else ()
        return call.caller.home_visits if call else ()

    def _ask_outcome(self, visit: HomeVisit) -> None:
        choices = [
            Choice("done", _("Врач был"), "1"),
            Choice("cancelled", _("Вызов отменён"), "2"),
        ]
        heading = cards.visit(visit, self._desk.now())
        self._host.show_panel(Menu(heading, choices, lambda state: self._ask_note(visit, state)))

    def _ask_note(self, visit: HomeVisit, state: str) -> None:
        def close(text: str) -> None:
            outcome = cast("Literal['done', 'cancelled']", state)
            self._host.work(
                "visit.close",
                lambda: self._desk.old_cards.close_visit(visit.card, outcome, text),
                lambda _result: self._done(_("Вызов врача закрыт.")),
                self._not_done,
            )

        self._host.show_panel(
            Prompt(_("Примечание к вызову врача"), close, hint=_("Можно пропустить: Enter"))
        )

    # -- giving it to a clinic ---------------------------------------------------------------

    def give(self) -> None:
        """What no clinic sees comes to a desk by this, and what was given to a wrong one."""
        listed = self.listed
        if listed is None:
            return
        clinics = self._desk.work.directory.clinics
        if not clinics:
            self._host.tell("warning", _("Поликлиник в справочнике нет: их ведёт администратор."))
            return
        card = listed.visit.card
        heading = cards.visit(listed.visit, self._desk.now())
        self._host.show_panel(ClinicMenu(heading, clinics, lambda title: self._give(card, title)))

    def _give(self, card: str, title: str) -> None:
        self._host.work(
            "visit.give",
            lambda: self._desk.registers.give_visit(card, title),
            lambda _result: self._done(_("Вызов врача передан: {clinic}.").format(clinic=title)),
            self._not_done,
        )

    # -- afterwards --------------------------------------------------------------------------

    def _done(self, told: str) -> None:
        self._host.tell("info", told)
        self._read_again()

    def _not_done(self, error: EkcError) -> None:
        """Somebody else may have changed it meanwhile."""
        self._host.tell_error(error)
        self._read_again()

    def _read_again(self) -> None:
        if screen := card_screen(self._host) or self._listing:
            screen.reload()
