"""What an administrator does with a key among the accounts."""

from __future__ import annotations

from ekc_console.domain.terms.rights import having
from ekc_console.i18n import N_
from ekc_console.tui.shared.keys.action import Action

_KEEPERS = having("accounts")

KEEPING: tuple[Action, ...] = (
    Action(
        "admin.open", (), N_("Открыть"),
        N_("Открыть учётную запись под курсором"), "admin", "keeping",
        roles=_KEEPERS, shown_key="Enter",
    ),
    Action(
        "admin.find", ("slash", "full_stop"), N_("Найти"),
        N_("Оставить строки с этими словами: имя, роль, команда, состояние; пусто — все"),
        "admin", "keeping", rank=3, roles=_KEEPERS,
    ),
    Action(
        "admin.sort", ("y",), N_("Порядок"),
        N_("Порядок строк: по имени, роли, состоянию, последнему входу"), "admin", "keeping",
        rank=8, roles=_KEEPERS,
    ),
    Action(
        "admin.refresh", ("r",), N_("Обновить"),
        N_("Прочитать список заново"), "admin", "keeping",
        rank=9, roles=_KEEPERS,
    ),
    Action(
        "admin.invite", ("n",), N_("Пригласить"),
        N_("Завести учётную запись: логин, имя, роль, очереди, команды; код виден один раз"),
        "admin", "keeping", rank=1, roles=_KEEPERS,
    ),
    Action(
        "admin.change", ("e",), N_("Изменить"),
        N_("Изменить имя, роль, очереди, команды, клиники, навыки или срок"), "admin", "at_account",
        rank=2, roles=_KEEPERS,
    ),
    Action(
        "admin.reset", ("k",), N_("Новый код"),
        N_("Сменить пароль на одноразовый код: пароль забыт или известен чужому"),
        "admin", "at_account", rank=4, roles=_KEEPERS,
    ),
    Action(
        "admin.disable", ("o",), N_("Закрыть вход"),
        N_("Войти будет нельзя, сеанс завершится; данные остаются"), "admin", "at_enabled",
        rank=5, roles=_KEEPERS,
    ),
    Action(
        "admin.enable", ("o",), N_("Открыть вход"),
        N_("Войти снова можно, с прежним паролем"), "admin", "at_disabled",
        rank=5, roles=_KEEPERS,
    ),
    Action(
        "admin.end_session", ("x",), N_("Сеанс"),
        N_("Завершить сеанс; войти снова можно"), "admin", "at_session",
        rank=7, roles=_KEEPERS,
    ),
    Action(
        "admin.undo", ("ctrl+z",), N_("Отменить"),
        N_("Отменить своё последнее изменение: закрыл, открыл вход, изменил"),
        "admin", "can_undo_account", rank=3, roles=_KEEPERS,
    ),
    Action(
        "admin.import", ("i",), N_("Импорт"),
        N_("Завести и изменить многих по таблице CSV; сначала видно, что будет"),
        "admin", "keeping", rank=6, roles=_KEEPERS,
    ),
)  # fmt: skip
