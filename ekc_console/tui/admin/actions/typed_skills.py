"""Skills of an account as they are typed."""

from __future__ import annotations

from collections.abc import Sequence

from ekc_console.client.words.saying import parts
from ekc_console.domain.state import skills
from ekc_console.domain.state.strategy import SettingsError
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.admin.present import accounts
from ekc_console.wire.words import words


def skills_hint(known: Sequence[str]) -> str:
    return _("Через запятую; уровень от 1 до 10 — english=4. Есть: {known}. → дописать.").format(
        known=", ".join(known) or accounts.NONE
    )


def skills_of(text: str) -> tuple[str, ...]:
    """As they are typed. Raises EkcError for what is no skill, in the server's words."""
    found = tuple(filter(None, (part.strip() for part in text.split(","))))
    for skill in found:
        try:
            skills.check_skill(skill)
        except SettingsError as error:
            told = words("account.bad_skill", skill=skill, best=skills.BEST)
            raise EkcError(*parts(told)) from error
    return found
