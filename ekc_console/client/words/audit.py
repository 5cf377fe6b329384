"""Entries of the audit trail, and what is wrong with it, in words."""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.i18n import N_

ACTIONS: Mapping[str, str] = {
    "begun": N_("начало журнала"),
    "gap": N_("конец журнала пропал"),
    "login": N_("вход"),
    "login_failed": N_("не вошёл"),
    "logout": N_("выход"),
    "session_ended": N_("сеанс завершён"),
    "card": N_("карточка"),
    "contacts": N_("поиск обращений"),
    "persons": N_("поиск людей"),
    "visits": N_("вызовы врача"),
    "recording": N_("запись прослушана"),
    "listen": N_("подключение к разговору"),
    "export": N_("выгрузка"),
    "settings": N_("настройки"),
    "account": N_("учётная запись"),
    "board": N_("табло"),
    "monitor": N_("ключ мониторинга"),
    "password": N_("пароль"),
    "audit": N_("чтение журнала доступа"),
    "audit_check": N_("проверка журнала доступа"),
    "lost": N_("не записано"),
}
REASONS: Mapping[str, str] = {
    "add": N_("создание"),
    "invite": N_("приглашение"),
    "import": N_("из таблицы"),
    "change": N_("изменение"),
    "reset": N_("код вместо пароля"),
    "enable": N_("вход открыт"),
    "disable": N_("вход закрыт"),
    "remove": N_("удаление"),
    "listen": N_("слушает"),
    "whisper": N_("подсказывает оператору"),
    "barge": N_("вмешивается"),
    "take_over": N_("вызов забран"),
}
"""What was done, by the code that an entry's reason begins with."""
CODED = frozenset({"account", "password", "board", "monitor", "listen"})
"""Actions whose reasons begin with a code; those of others are somebody's own words."""
FAULTS: Mapping[str, str] = {
    "changed": N_("запись {seq}: содержание не то, что было записано"),
    "missing": N_("записи {seq} нет, а более поздние есть"),
    "cut": N_("запись {seq} и следующие за ней пропали"),
    "rewritten": N_("запись {seq}: цепочка до неё построена заново"),
    "gap": N_("запись {seq}: при ней прежнего конца журнала уже не было"),
    "no_heads": N_("файла audit.heads нет, конец журнала после записи {seq} не с чем сверить"),
    "bad_heads": N_("audit.heads, строка {seq}: не читается"),
}
TEXTS: Mapping[str, str] = {
    "audit.no_check": N_("Проверку журнала доступа ещё не начинали."),
}
