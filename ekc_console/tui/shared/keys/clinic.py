"""What the desk of a clinic does with a key on its screen."""

from __future__ import annotations

from ekc_console.domain.terms.rights import ROLES, of_clinics
from ekc_console.i18n import N_
from ekc_console.tui.shared.keys.action import Action

_CLINICS = tuple(role for role in ROLES if of_clinics(role))

CLINIC: tuple[Action, ...] = (
    Action(
        "clinic.open", (), N_("Открыть"),
        N_("Открыть карточку под курсором"), "clinic", "at_clinic",
        roles=_CLINICS, shown_key="Enter",
    ),
    Action(
        "clinic.find", ("slash", "full_stop"), N_("Найти"),
        N_("Найти в разделе по имени, адресу или номеру; пусто — все"), "clinic", "at_clinic",
        rank=1, roles=_CLINICS,
    ),
    Action(
        "clinic.clinic", ("c",), N_("Клиника"),
        N_("Показать вызовы и обращения одной из ваших клиник или всех"), "clinic",
        "several_clinics", rank=3, roles=_CLINICS,
    ),
    Action(
        "clinic.refresh", ("r",), N_("Обновить"),
        N_("Прочитать списки заново; сами они читаются раз в минуту"), "clinic", "at_clinic",
        rank=2, roles=_CLINICS,
    ),
)  # fmt: skip
