"""What this person may have dialled, as the server has told it."""

from __future__ import annotations

from ekc_console.client.words.saying import said
from ekc_console.domain.terms.dialling import kind_of
from ekc_console.errors import EkcError
from ekc_console.wire.login import Welcome
from ekc_console.wire.words import words


def permitted(number: str, welcome: Welcome | None) -> str:
    """The canonical number. Raises EkcError for one that this person's role may not dial; the
    server, which refuses it as well, is told nothing."""
    if welcome is None or number in welcome.emergencies:
        return number
    kind = kind_of(number, welcome.own_numbers)
    if kind in welcome.refused_kinds:
        roles = ",".join(welcome.dial_roles)
        raise EkcError(said(words("dial.kind_not_allowed", kind=kind, who=roles)))
    return number
