"""The action that calls an emergency service. Nothing here waits."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from ekc_console.client.card.unhelped import Unhelped, of_call, taken_elsewhere, to_call
from ekc_console.client.desk import Desk
from ekc_console.client.words.zone import time_of_day as clock
from ekc_console.domain.terms.dialling import kind_of
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.operator.actions.answered_signs import AnsweredSigns
from ekc_console.tui.operator.actions.in_hand import while_call, while_card
from ekc_console.tui.operator.widgets.knowledge import KnowledgeSearch
from ekc_console.tui.operator.widgets.typed_sign import TypedSign
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.keys import registry
from ekc_console.tui.shared.keys.reasons import way_by_hand, why_no_emergency
from ekc_console.tui.shared.widgets.emergency import (
    ANOTHER_OUTCOME,
    NOBODY,
    OTHERWISE,
    EmergencyPanel,
    Missing,
)
from ekc_console.tui.shared.widgets.panels import Bond, Prompt

USUAL = "103"
"""Where the server has named none: it says what is wrong."""


class EmergencyActions:
    """One method an action; :attr:`by_id` says which."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._answered = AnsweredSigns(host)
        self._panel: EmergencyPanel | None = None
        self._declined: tuple[object, ...] = ()
        """What was saved without a call: that is not asked about again."""
        self._awaited: tuple[str, tuple[str, str]] | None = None
        """The service that is asked about as soon as the caller answers, and where it was wanted:
        who has gone on to another script wants it no longer."""
        self.by_id: dict[str, Callable[[], None]] = {
            "call.emergency": self.ask_by_key,
            "emergency.dial": self.ask_by_key,
        }

    @property
    def _desk(self) -> Desk:
        return self._host.desk

    def ask_for(self, number: str) -> None:
        """As the key does, with the service that the need asks for; where nobody can be called,
        it is said why."""
        if self._caller_comes:
            self._await(number)
        elif why := why_no_emergency(self._host.situation()):
            self._host.tell("warning", why)
        else:
            self.ask(number)

    def _await(self, number: str) -> None:
        """Said no longer than the caller is on the way."""
        self._awaited = awaited = number, self._here
        text = _("Абонента ещё нет на линии: вопрос о {number} откроется, когда он ответит.")
        self._host.tell(
            "warning",
            text.format(number=number or USUAL),
            lambda: self._awaited == awaited and self._caller_comes,
        )

    @property
    def _caller_comes(self) -> bool:
        call = self._desk.view.call
        return call is not None and call.state in ("dialing", "connecting")

    @property
    def _here(self) -> tuple[str, str]:
        call, session = self._desk.view.call, self._desk.card_desk.session
        return call.id if call else "", session.scenario.id if session else ""

    def _ask_awaited(self) -> None:
        if self._awaited is None or self._caller_comes:
            return
        (number, wanted_at), self._awaited = self._awaited, None
        if wanted_at == self._here and not self._nobody_can_be_called:
            self.ask(number)

    def ask_by_key(self) -> None:
        """The service is that of the sign in sight, the usual one without."""
        frame = self._host.frame or self._host.screen
        signs = [*frame.query(TypedSign), *frame.query(KnowledgeSearch)]
        self.ask(next((sign.service for sign in signs if sign.service), ""))

    def before_saving(self, then: Callable[[], None]) -> None:
        """A card that tells of help, and nobody was called: once who could be called is asked for,
        until something new is written, also after the wrap-up, when only the way to call can be
        said. ``then``: there is nothing to ask, or the operator knows better."""
        bond = while_card(self._desk)
        self.when_judged("card.save", bond, lambda: self._ask_before_saving(then))

    def when_judged(self, what: str, bond: Bond, then: Callable[[], None]) -> None:
        """``then`` runs when it is known whether the last letters typed, or an answer before them,
        tell of an emergency, if ``bond`` holds then; of several for the same ``what`` the last."""
        signs: list[TypedSign | AnsweredSigns] = [*self._signs(), self._answered]

        def look() -> None:
            if not bond.holds():
                return
            if signs:
                signs.pop().when_known(what, look)
            else:
                then()

        look()

    def _ask_before_saving(self, then: Callable[[], None]) -> None:
        unhelped = self._unhelped()
        written = (unhelped, self._written())
        if unhelped is None or written == self._declined:
            then()
            return

        def decline() -> None:
            self._declined = written
            then()

        number = _service_of(self._desk.card_desk.disposition)
        ways = {
            OTHERWISE: (
                _("вызвана иначе"),
                lambda: self._ask_how(number or unhelped.number or USUAL, then),
            )
        }
        if number and unhelped.tried == "called_off":  # nobody has the caller
            ways[ANOTHER_OUTCOME] = _("другой итог"), self._choose_another
        else:
            ways[NOBODY] = _("без вызова"), decline
        self.ask(unhelped.number, Missing(unhelped.tried, ways, self._by_hand(unhelped.number)))

    def _ask_how(self, number: str, then: Callable[[], None]) -> None:
        """The line knows of no call: who says that there was one stands in the card's note, which
        is kept with the name and the time of each change."""

        def note(how: str) -> None:
            if not how.strip():
                raise EkcError(_("Не сказано, кто и как вызвал."))
            desk = self._desk
            said = _("{number} вызвана иначе, со слов: {how} ({name}, {time}).").format(
                number=number, how=how.strip(), name=_own_name(desk), time=clock(desk.now())
            )
            desk.card_desk.set_note("\n".join(filter(None, (desk.card_desk.note.strip(), said))))
            self._declined = self._unhelped(), self._written()
            then()

        self._host.show_panel(
            Prompt(
                _("{number}: кто и как вызвал?").format(number=number),
                note,
                hint=_("Например: дочь со своего телефона. Enter — записать и сохранить."),
            ),
            while_card(self._desk),
        )

    def _choose_another(self) -> None:
        self._desk.card_desk.set_disposition("")
        self._host.to_pane("card")

    def _by_hand(self, number: str) -> str:
        """The way to call where no key does it at once; empty: one does."""
        situation = self._host.situation()
        if not why_no_emergency(situation):
            return ""
        return way_by_hand(situation, number or USUAL)

    def _unhelped(self) -> Unhelped | None:
        call, card = self._desk.call_card.call, self._desk.card_desk
        signs: tuple[TypedSign | AnsweredSigns, ...] = (*self._signs(), self._answered)
        return of_call(call, card, next((s.service for s in signs if s.service), ""))

    @property
    def uncalled(self) -> str:
        """The service that the caller on the line is to be given to, and is not; empty: there is
        no such need, or the service rings or has the caller."""
        call, card = self._desk.view.call, self._desk.card_desk
        if call is None or call.state not in ("talking", "held") or call.card != card.card_id:
            return ""
        wanted = to_call(card.session, call) if card.session else ""
        if wanted and not card.disposition:
            return wanted
        noted = self._unhelped()
        if (noted, self._written()) == self._declined:
            noted = None
        found = of_call(call, card) or noted
        return "" if found is None else found.number or USUAL

    def _signs(self) -> Iterator[TypedSign]:
        """Of the note and of the field that is typed, also underneath another screen."""
        return iter((self._host.desk_on_top or self._host.screen).query(TypedSign))

    def _written(self) -> tuple[object, ...]:
        card = self._desk.card_desk
        filled = tuple(sorted(card.session.fields.items())) if card.session else ()
        return card.card_id, _service_of(card.disposition), card.note, filled

    @property
    def _nobody_can_be_called(self) -> bool:
        return bool(why_no_emergency(self._host.situation()))

    def ask(self, wanted: str = "", missing: Missing | None = None) -> None:
        """The key held down asks once."""
        if self._panel is not None and self._panel.holder is not None:
            return
        called, answered = self._called()
        numbers = self._known or (USUAL,)
        if not set(numbers) - {called}:
            self._host.tell("warning", _("Других экстренных номеров в настройках нет."))
            return
        self._host.take_question_back()
        self._panel = EmergencyPanel(
            numbers,
            self._call,
            functools.partial(self._left, missing=missing),
            wanted=wanted,
            called=called,
            answered=answered,
            missing=missing,
        )
        bond = while_call(self._desk) if missing is None else while_card(self._desk)
        self._host.show_panel(self._panel, bond)

    def follow(self) -> None:
        """The open question is about those who are called now; it goes with the last call."""
        self._ask_awaited()
        if self._panel is None or self._panel.holder is None or not self._panel.is_mounted:
            return
        if not self._panel.calls:
            return
        if why_no_emergency(self._host.situation()):
            self.close()
        else:
            called, answered = self._called()
            self._panel.follow(called, answered=answered)

    def close(self) -> None:
        """Nothing is asked any more."""
        if self._panel is not None:
            self._panel.close()

    def _called(self) -> tuple[str, bool]:
        """The service that is called now, and whether it has answered; empty: none is."""
        call = self._desk.view.call
        consult = call.consult if call and call.consult and call.consult.emergency else None
        return (consult.who, consult.open) if consult else ("", False)

    def _wanted_still(self, *, saving: bool) -> bool:
        """``saving``: also when only the card of the call is left."""
        session = self._desk.card_desk.session
        call = self._desk.call_card.call if saving else self._desk.view.call
        return call is not None and not taken_elsewhere(session.state if session else None)

    @property
    def _known(self) -> tuple[str, ...]:
        return self._desk.welcome.emergencies if self._desk.welcome else ()

    def _call(self, number: str) -> None:
        first = number if number in self._known else ""
        self._host.work(
            "call.emergency", lambda: self._desk.call_emergency(first), failed=self._failed
        )

    def _left(self, wanted: str, called: str, *, missing: Missing | None) -> None:
        """The question was closed by Esc. Said until somebody else is called."""
        if called:
            text = _("Ничего не изменилось: {called} вызывается или на линии.")
        elif missing is not None:
            text = _(
                "{wanted} НЕ вызвана, карточка не сохранена. Вызвать — {key}, сохранить — {save}."
            )
        else:
            text = _("{wanted} НЕ вызвана. Вызвать — {key}.")
        way = (missing.by_hand if missing else "") or registry.key("call.emergency")
        keys = {"key": way, "save": registry.key("card.save")}
        self._host.tell(
            "warning",
            text.format(wanted=wanted, called=called, **keys),
            lambda: self._called()[0] == called and self._wanted_still(saving=missing is not None),
        )

    def _failed(self, error: EkcError) -> None:
        self._host.tell(
            "error",
            _("Скорая НЕ вызвана: {why} Позвоните 103 с любого телефона.").format(
                why=error.in_one_line
            ),
        )


def _own_name(desk: Desk) -> str:
    return desk.view.me.name if desk.view.me else ""


def _service_of(disposition: str) -> str:
    """That the outcome says the caller was given to; empty: to none."""
    number = disposition.rpartition("_")[2]
    return number if kind_of(number) == "emergency" else ""
