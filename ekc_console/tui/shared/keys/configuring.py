"""What may be done with a key among the settings."""

from __future__ import annotations

from ekc_console.domain.terms.rights import having
from ekc_console.i18n import N_
from ekc_console.tui.shared.keys.action import Action

_CHANGERS = having("settings")

CONFIGURING: tuple[Action, ...] = (
    Action(
        "settings.open", ("o",), N_("Файл"),
        N_("Открыть файл настроек: видно, что он изменит и что в нём не так"),
        "settings", "configuring", rank=1, roles=_CHANGERS,
    ),
    Action(
        "settings.history", ("h",), N_("История"),
        N_("Кто, когда и что менял в настройках; Enter — вернуть одно изменение"),
        "settings", "configuring", rank=4, roles=_CHANGERS,
    ),
    Action(
        "settings.rehearse", ("r",), N_("Репетиция"),
        N_("Что будет, если: прожить изменение в модели до того, как его ввести"),
        "settings", "at_change", rank=2, roles=_CHANGERS,
    ),
    Action(
        "settings.rehearse_people", ("n",), N_("Людей"),
        N_("Что будет, если людей на смене будет столько: репетиция с другим их числом"),
        "settings", "at_change", rank=3, roles=_CHANGERS,
    ),
    Action(
        "settings.stop", ("x",), N_("Остановить"),
        N_("Кончить репетицию: итог по тому, что уже прожито"),
        "settings", "at_rehearsal", rank=2, roles=_CHANGERS,
    ),
    Action(
        "settings.apply", (), N_("Ввести"),
        N_("Ввести настройки в действие: все сразу или никакие"),
        "settings", "at_change", rank=2, roles=_CHANGERS, shown_key="Enter",
    ),
    Action(
        "settings.undo", ("ctrl+z",), N_("Вернуть"),
        N_("Вернуть введённое отсюда там, где его ещё не изменили иначе"),
        "settings", "at_applied", rank=3, roles=_CHANGERS,
    ),
)  # fmt: skip
