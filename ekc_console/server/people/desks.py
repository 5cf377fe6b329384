"""Desks of clinics: which accounts of them would see nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ekc_console.domain.terms import rights
from ekc_console.server.store.people.accounts import User


def clinic_doubts(clinics: Collection[str], people: Iterable[User]) -> Iterator[str]:
    """Desks of clinics that the directory does not have, and of none, with the remedy."""
    for person in people:
        if person.disabled or not rights.of_clinics(person.role):
            continue
        gone = [clinic for clinic in person.clinics if clinic not in clinics]
        if gone or not person.clinics:
            what = f"нет в справочнике: {', '.join(gone)}" if gone else "клиника не названа"
            yield f"{person.login}: {what}. Назовите её: ekc user change … --clinic."
