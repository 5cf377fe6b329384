"""What is done with a key about doctors who are on their way."""

from __future__ import annotations

from ekc_console.domain.terms.rights import ROLES
from ekc_console.i18n import N_
from ekc_console.tui.shared.keys.action import Action

VISITING: tuple[Action, ...] = (
    Action(
        "visit.list", (), N_("Вызовы врача"),
        N_("Вызовы врача: открытые, просроченные (или дважды «Поиск»)"), "lists", "no_panel",
    ),
    Action(
        "visit.close", (), N_("Врач на дом"),
        N_("Вызов врача: врач был или вызов отменён"), "script", "visit_open",
        shown_key="Delete", roles=ROLES,
    ),
    Action(
        "visit.give", ("g",), N_("Поликлинике"),
        N_("Вызов врача под курсором списка — передать поликлинике"), "lists", "visit_listed",
        rank=8,
    ),
)  # fmt: skip
