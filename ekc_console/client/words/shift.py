"""About the shift of an operator: breaks, the line, the end of it; and what a role may do."""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.i18n import N_

TEXTS: Mapping[str, str] = {
    "shift.no_queues": N_(
        "У вас нет очередей, поэтому вызовов не будет.\nОчереди назначает администратор."
    ),
    "shift.over": N_("Смена завершена: войдите заново."),
    "shift.no_such_break": N_("Нет такой причины перерыва: «{reason}»."),
    "shift.no_break_of_these": N_("Нет такой причины перерыва: «{reason}». Есть: {known}."),
    "shift.call_first": N_("Сначала закончите вызов, потом завершайте смену."),
    "shift.not_begun": N_("Вы не на смене: откройте рабочее место."),
    "shift.forced_ready": N_("{name} ставит вас на линию: вызовы предлагаются{why:colon}."),
    "shift.forced_break": N_(
        "{name} отправляет вас на перерыв; идущий вызов закончите{why:colon}."
    ),
    "shift.forced_end": N_("{name} заканчивает вашу смену; идущий вызов закончите{why:colon}."),
    "shift.duty_changed": N_(
        "{name} меняет ваши очереди и навыки до конца смены ({changes}){why:colon}."
    ),
    "shift.duty_restored": N_(
        "{name} возвращает ваши обычные очереди и навыки ({changes}){why:colon}."
    ),
    "shift.break_too_long": N_("Перерыв длится дольше положенного."),
    "shift.break_of_another_too_long": N_("{name}: перерыв дольше положенного."),
    "line.not_a_number": N_("«{text}» — не номер телефона."),
    "line.emergency": N_("Экстренная служба — не ваш телефон."),
    "shift.ready_first": N_("Сначала скажите, что вы готовы: вызовы вам сейчас не предлагаются."),
    "line.not_ready": N_("Линия ещё не готова: дождитесь соединения с сервером."),
    "line.phone_not_answered": N_(
        "Ваш телефон не ответил: {why:not_taken}. Линия пробуется снова."
    ),
    "line.no_account": N_("Логина «{login}» нет."),
    "right.only": N_("Это может только {who:roles}."),
    "right.last_call": N_(
        "Сеанс кончается вместе с этим разговором: доступно только то, что нужно ему."
    ),
    "right.settings": N_("Настройки меняет только администратор."),
    "right.no_shift": N_("Ваша роль вызовов не принимает."),
    "right.no_phone": N_("Вашей роли голос по телефону недоступен."),
    "right.callbacks_only": N_("Вашей роли доступен только обратный вызов из списка."),
    "right.queue_only": N_("Ваша роль получает вызовы только из очереди."),
    "right.other_team": N_("Это не из ваших команд."),
    "right.other_queues": N_("Это не из ваших очередей."),
    "watch.no_console": N_("За центром следят с экрана руководителя: ekc supervisor."),
    "right.other_queue": N_("Этот обратный вызов — не из ваших очередей."),
    "right.no_transfer_out": N_("Вашей роли перевод на внешний номер недоступен."),
    "right.no_search_by_number": N_("Вашей роли поиск по номеру недоступен: ищите по имени."),
}
