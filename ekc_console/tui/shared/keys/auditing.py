"""What may be done with a key among the entries of the audit trail."""

from __future__ import annotations

from ekc_console.domain.terms.rights import having
from ekc_console.i18n import N_
from ekc_console.tui.shared.keys.action import Action

_READERS = having("audit")

AUDITING: tuple[Action, ...] = (
    Action(
        "audit.who", ("w",), N_("Кто"),
        N_("Только записи этого логина; пусто — все"), "audit", "auditing",
        rank=1, roles=_READERS,
    ),
    Action(
        "audit.what", ("d",), N_("Что"),
        N_("Только одно действие: вход, карточка, выгрузка и другие"), "audit", "auditing",
        rank=2, roles=_READERS,
    ),
    Action(
        "audit.when", ("t",), N_("Когда"),
        N_("Только этот день или дни от и до; пусто — все"), "audit", "auditing",
        rank=3, roles=_READERS,
    ),
    Action(
        "audit.about", ("a",), N_("О чём"),
        N_("Только об этом: логин, карточка, вызов под курсором или набранное"),
        "audit", "auditing", rank=4, roles=_READERS,
    ),
    Action(
        "audit.all", ("c",), N_("Без отбора"),
        N_("Убрать отбор: показать все записи"), "audit", "auditing",
        rank=7, roles=_READERS,
    ),
    Action(
        "audit.earlier", ("m",), N_("Раньше"),
        N_("Дочитать более ранние записи"), "audit", "auditing",
        rank=6, roles=_READERS,
    ),
    Action(
        "audit.refresh", ("r",), N_("Обновить"),
        N_("Прочитать записи заново; это тоже запись"), "audit", "auditing",
        rank=8, roles=_READERS,
    ),
    Action(
        "audit.verify", ("v",), N_("Проверить"),
        N_("Проверить, что журнал такой, каким писался: не изменён, не вырезан, не дописан"),
        "audit", "auditing", rank=5, roles=_READERS,
    ),
)  # fmt: skip
