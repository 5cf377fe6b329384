"""What a card needs before it is stored as a finished one, at its first saving and at every later
change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, tzinfo

from ekc_console.domain import scenario as sc
from ekc_console.errors import EkcError, WordsError
from ekc_console.server.people.person import Person
from ekc_console.server.refusal import Refusal
from ekc_console.server.store.cards.visits import VISIT
from ekc_console.wire.words import FieldFault, words_of


class CardError(WordsError):
    """The card cannot be stored as it is."""


class CardFaulty(Refusal):
    """The card cannot be finished; ``faults`` say where and why."""

    def __init__(self, faults: Iterable[sc.Fault]) -> None:
        faults = tuple(faults)
        super().__init__(
            "bad_value", "card.faulty", fields=", ".join(fault.label for fault in faults)
        )
        self.faults = tuple(
            FieldFault(field=fault.field, label=fault.label, words=words_of(fault.why))
            for fault in faults
        )


def require_finished(
    person: Person,
    script: sc.Scenario,
    state: sc.SessionState,
    disposition: str,
    today: date,
    zone: tzinfo,
) -> None:
    """Raises CardError without a disposition and for a walk that is none, CardFaulty that names
    every field at fault to the ``person`` who is saving."""
    if disposition not in script.dispositions:
        raise CardError("card.no_disposition", known=", ".join(script.dispositions.values()))
    try:
        sc.Session(script, state, zone)  # a sound walk of it
    except EkcError:
        raise CardError("card.unsound") from None
    faults = (*sc.not_filled(script, state, today), *_of_the_outcome(script, state, disposition))
    if faults:
        raise CardFaulty(_shown(person, script, fault) for fault in faults)


def _of_the_outcome(
    script: sc.Scenario, state: sc.SessionState, disposition: str
) -> Iterator[sc.Fault]:
    """What the author says that this outcome cannot do without, whichever way the walk took."""
    yield from _of_a_visit(script, state, disposition)
    field = script.fields.get(script.needs.get(disposition, ""))
    if field is not None and not state.fields.get(field.name):
        yield sc.Fault(field.name, field.label, sc.FieldError("field.required", label=field.label))


def _of_a_visit(
    script: sc.Scenario, state: sc.SessionState, disposition: str
) -> Iterator[sc.Fault]:
    """A doctor goes to an address, whichever way the walk took; a script without a field for one
    cannot be asked for it."""
    addresses = [field for field in script.fields.values() if field.type == "address"]
    if disposition != VISIT or not addresses:
        return
    if not any(state.fields.get(field.name) for field in addresses):
        first = addresses[0]
        why = CardError("card.visit_needs_address", label=first.label)
        yield sc.Fault(first.name, first.label, why)


def _shown(person: Person, script: sc.Scenario, fault: sc.Fault) -> sc.Fault:
    """Who must not see numbers does not learn one from what is wrong with it."""
    field = script.fields.get(fault.field)
    if person.sees_numbers or field is None or field.type != "phone":
        return fault
    why = sc.FieldError("field.not_canonical", label=fault.label)
    return sc.Fault(fault.field, fault.label, why)
