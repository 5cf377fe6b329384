"""The state of the machine in words, and what to do where it is not in order."""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.client.words.saying import parts
from ekc_console.i18n import N_, _
from ekc_console.wire.admin.machine_work import MachinePart

KINDS: Mapping[str, str] = {
    "engine": N_("Телефония"),
    "trunk": N_("Внешняя линия"),
    "disk": N_("Диск"),
    "certificate": N_("Сертификат"),
    "journal": N_("Журнал"),
    "tables": N_("Списки и отчёты"),
    "recordings": N_("Записи разговоров"),
    "clock": N_("Часы"),
    "faults": N_("Внутренние сбои"),
    "version": N_("Версия"),
    "condition": N_("Не в порядке"),
}
STATES: Mapping[str, str] = {
    "ok": N_("в порядке"),
    "attention": N_("внимание"),
    "trouble": N_("не работает"),
}
_FOLDERS: Mapping[str, str] = {"data": N_("данные"), "recordings": N_("записи")}
_BY_KIND: Mapping[str, str] = {
    "engine": N_("Сервер поднимает её сам; причину назовёт ekc engine check на его машине."),
    "trunk": N_("Проверьте сеть до оператора связи и trunks в настройках; попытки продолжаются."),
    "disk": N_("Освободите место или сократите срок записей: disk.keep_recordings_days."),
    "certificate": N_("Продлите: ekc tls make или ваш центр сертификации."),
    "journal": N_("Освободите место или замените диск: вызовы идут, записи ждут в памяти."),
    "tables": N_("Остановите сервер и выполните ekc store rebuild."),
    "recordings": N_("Проверьте место на диске и журнал сервера."),
    "clock": N_("Проверьте дату и службу времени: timedatectl."),
    "faults": N_("Передайте журнал сервера тем, кто его поддерживает."),
}
_BY_KEY: Mapping[str, str] = {
    "machine.not_encrypted": N_("Выпустите: ekc tls make, впишите tls.certificate и tls.key."),
    "condition.engine_not_started": N_("Причину назовёт ekc engine check на машине сервера."),
    "condition.no_recorded_prompts": N_("Положите записи в папку prompts или уберите её имя."),
    "condition.prompts": N_("Проверьте голос: voice в настройках и журнал сервера."),
    "condition.audit": N_("Проверьте место и права на папку данных сервера."),
    "condition.music": N_("Проверьте место и права на папку данных сервера."),
    "condition.trunk_off": N_("Задайте пароль линии в настройках и перезапустите сервер."),
    "condition.menu_queue": N_("Исправьте меню или верните очередь: ekc scripts check."),
    "condition.certificate_name": N_("Выпустите сертификат на имя сервера: ekc tls make."),
}
"""Of what is told without one."""


def title(part: MachinePart) -> str:
    """What it is: ``Внешняя линия gate``."""
    kind = _(KINDS[part.kind]) if part.kind in KINDS else part.kind
    if part.kind == "condition" or not part.name:
        return kind
    name = _(_FOLDERS[part.name]) if part.name in _FOLDERS else part.name
    return f"{kind} · {name}"


def state(part: MachinePart) -> str:
    return _(STATES[part.state]) if part.state in STATES else part.state


def what(part: MachinePart) -> str:
    return parts(part.words)[0]


def remedy(part: MachinePart) -> str:
    """What to do; "" while it is in order, or where the words say it themselves."""
    if part.state == "ok":
        return ""
    own = parts(part.words)[1]
    by_key = _BY_KEY.get(part.words.key, "")
    # What a condition says of a certificate says what to do as well.
    told = "" if part.words.key.startswith("condition.") else _BY_KIND.get(part.kind, "")
    return own or (_(by_key) if by_key else _(told) if told else "")
