"""What a supervisor does with a key for who is owed a call."""

from __future__ import annotations

from ekc_console.domain.terms.rights import having
from ekc_console.i18n import N_
from ekc_console.tui.shared.keys.action import Action

_ORDERING = having("order")

OWED: tuple[Action, ...] = (
    Action(
        "owed.assign", ("g",), N_("Поручить"),
        N_("Поручить обратный вызов одному человеку или снова любому"), "watch", "at_callback",
        rank=1, roles=_ORDERING,
    ),
    Action(
        "owed.postpone", ("z",), N_("Отложить"),
        N_("Отложить обратный вызов до времени или вернуть отложенный"), "watch", "at_calm",
        rank=2, roles=_ORDERING,
    ),
    Action(
        "owed.release", ("r",), N_("Разрешить"),
        N_("Разрешить набрать номер, который сам не набирается"), "watch", "at_held",
        rank=1, roles=_ORDERING,
    ),
    Action(
        "owed.hold", ("r",), N_("Не набирать"),
        N_("Взять разрешение обратно: номер снова ждёт решения"), "watch", "at_released",
        rank=4, roles=_ORDERING,
    ),
    Action(
        "owed.close", ("c",), N_("Закрыть"),
        N_("Закрыть обратный вызов без звонка, с причиной"), "watch", "at_callback",
        rank=3, roles=having("callbacks"),
    ),
)  # fmt: skip
