"""Parts of the machine, as they are."""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.i18n import N_

TEXTS: Mapping[str, str] = {
    "machine.engine_up": N_("Работает."),
    "machine.engine_down": N_("Не работает: вызовы не принимаются."),
    "machine.engine_out_of_sight": N_("Связи с ней нет: разговоры идут, новых команд она не ждёт."),
    "machine.trunk_up": N_("Работает."),
    "machine.trunk_down": N_("Не зарегистрирована у оператора связи: вызовы по ней не приходят."),
    "machine.trunk_no_calls_out": N_("Исходящие вызовы по ней не проходят."),
    "machine.disk": N_("Свободно {free:size} из {total:size}."),
    "machine.disk_fills": N_(
        "Свободно {free:size} из {total:size}, при таком расходе хватит на {left:long_span}."
    ),
    "machine.certificate": N_("Действует до {at:date}, осталось дней: {days}."),
    "machine.consoles_here": N_("Не нужен: сервер принимает консоли только с этой машины."),
    "machine.not_encrypted": N_("Его нет: пароли и данные идут по сети открыто."),
    "machine.journal": N_("Записывается."),
    "machine.journal_in_trouble": N_(
        "Не записывается: в памяти ждут {waiting}, дольше всех {oldest} с."
    ),
    "machine.tables": N_("Полны."),
    "machine.tables_lack": N_("Часть сведений в них не попала; в журнале они есть."),
    "machine.recordings_on": N_("Записываются; ждут сведения: {backlog}."),
    "machine.recordings_off": N_("Выключены в настройках; ждут сведения: {backlog}."),
    "machine.recordings_paused": N_("Не начинаются: нет места; ждут сведения: {backlog}."),
    "machine.recordings_in_trouble": N_("Последняя не началась; ждут сведения: {backlog}."),
    "machine.clock": N_("Идут ровно с запуска сервера."),
    "machine.clock_set": N_("Переставлены {where:direction} на {by:long_span} {at:moment}."),
    "machine.clock_doubtful": N_("Дата может быть неверна: журнал кончается задолго до неё."),
    "machine.no_faults": N_("Нет с запуска сервера."),
    "machine.faults": N_("С запуска сервера: {count}, последний — {where:place}."),
    "machine.version": N_("EKC {version}, протокол {protocol}, Python {python}."),
}
