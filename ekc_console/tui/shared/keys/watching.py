"""What a supervisor does with a key on the screen of the centre. Letters: no field is there that
would take them."""

from __future__ import annotations

from ekc_console.domain.terms.rights import having
from ekc_console.i18n import N_
from ekc_console.tui.shared.keys.action import Action

_WATCHERS = having("watch")

WATCHING: tuple[Action, ...] = (
    Action(
        "watch.open", (), N_("Открыть"),
        N_("Открыть то, что под курсором: очередь, человека, вызов"), "watch", "watching",
        roles=_WATCHERS, shown_key="Enter",
    ),
    Action(
        "watch.find", ("slash", "full_stop"), N_("Найти"),
        N_("Оставить в таблице строки с этими словами; пусто — все"), "watch", "watching",
        rank=3, roles=_WATCHERS,
    ),
    Action(
        "watch.sort", ("y",), N_("Порядок"),
        N_("Порядок строк таблицы: следующий столбец"), "watch", "watching",
        rank=7, roles=_WATCHERS,
    ),
)  # fmt: skip
