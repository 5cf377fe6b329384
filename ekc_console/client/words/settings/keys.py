"""Keys of the settings file in the words of people."""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.i18n import N_, _

KEYS: Mapping[str, str] = {
    "timezone": N_("часовой пояс центра"),
    "queues": N_("очереди"),
    "queues.title": N_("название"),
    "queues.strategy": N_("кому предлагать вызов"),
    "queues.offer_timeout_s": N_("сколько звонит предложение, с"),
    "queues.max_unanswered": N_("пропущено подряд до «не отвечает»"),
    "queues.max_rejected": N_("отклонено до «не отвечает»"),
    "queues.retry_same_agent_s": N_("не предлагать тому же, с"),
    "queues.return_to_agent_s": N_("держать за тем, чья линия упала, с"),
    "queues.service_level_s": N_("уровень: ответ за, с"),
    "queues.level_target": N_("уровень: цель, доля"),
    "queues.short_abandon_s": N_("сдался сразу: раньше, с"),
    "queues.wrap_up": N_("обработка после разговора"),
    "queues.wrap_up_s": N_("обработка: длительность, с"),
    "queues.priority_step_s": N_("шаг приоритета, с ожидания"),
    "queues.callback_on_abandon": N_("перезвонить не дождавшимся"),
    "queues.announce_every_s": N_("объявлять место каждые, с"),
    "queues.announce_wait": N_("объявлять ожидание"),
    "queues.weight": N_("вес очереди"),
    "queues.skill_relax_s": N_("ослаблять требования каждые, с"),
    "queues.tier_wait_s": N_("до следующей ступени, с"),
    "queues.preferred_agent_s": N_("ждать прежнего оператора, с"),
    "queues.keep_place_key": N_("клавиша «перезвоните мне»"),
    "queues.callback_auto": N_("перезванивать автоматически"),
    "queues.callback_after_s": N_("перезванивать не раньше, с"),
    "queues.callback_limit": N_("обратных вызовов сразу"),
    "queues.callback_share": N_("доля обратных вызовов"),
    "queues.overflow": N_("перелив"),
    "queues.schedule": N_("расписание"),
    "callbacks": N_("обратные вызовы"),
    "callbacks.hours": N_("часы обратных вызовов"),
    "callbacks.retry_minutes": N_("повторять попытки через, мин"),
    "callbacks.kinds": N_("какие номера набирать самим"),
    "calls": N_("вызовы"),
    "calls.kinds": N_("какие номера набирать людям"),
    "calls.other_kinds_by": N_("кто набирает прочие номера"),
    "calls.own_numbers, trunks": N_("свои номера"),
    "calls.recording": N_("запись разговоров"),
    "calls.dial_timeout_s": N_("ждать ответа при наборе, с"),
    "calls.prefix": N_("префикс набора"),
    "calls.emergency": N_("экстренная служба"),
    "calls.emergency_then": N_("экстренные службы следом"),
    "calls.area_code": N_("код города"),
    "calls.listening_told": N_("когда сказать, что слушают"),
    "limits": N_("ограничения"),
    "limits.calls_per_number": N_("вызовов с одного номера"),
    "limits.away_minutes": N_("смена без консоли, мин"),
    "limits.visit_overdue_hours": N_("вызов врача просрочен, ч"),
    "figures": N_("показатели отчётов"),
    "figures.repeat_hours": N_("повторный вызов, ч"),
    "figures.resolved_hours": N_("решено с первого раза, ч"),
    "figures.reach_hours": N_("срок гарантированного дозвона, ч"),
    "targets": N_("нормы дня"),
    "targets.calls": N_("норма вызовов за день"),
    "targets.handle_minutes": N_("норма времени вызова, мин"),
    "targets.break_minutes": N_("норма перерывов, мин"),
    "staffing": N_("план людей"),
    "staffing.shrinkage": N_("доля смены не на линии"),
    "staffing.max_occupancy": N_("наибольшая занятость"),
    "schedules": N_("расписания"),
    "schedules.mon": N_("понедельник"),
    "schedules.tue": N_("вторник"),
    "schedules.wed": N_("среда"),
    "schedules.thu": N_("четверг"),
    "schedules.fri": N_("пятница"),
    "schedules.sat": N_("суббота"),
    "schedules.sun": N_("воскресенье"),
    "schedules.holidays": N_("праздники"),
    "schedules.pre_holiday": N_("предпраздничные дни"),
    "schedules.exceptions": N_("особый день"),
    "topics": N_("темы"),
    "topics.title": N_("название"),
    "topics.script": N_("сценарий"),
    "breaks": N_("перерывы"),
    "breaks.title": N_("название"),
    "breaks.limit_minutes": N_("не дольше, мин"),
    "breaks.paid": N_("оплачивается"),
    "teams": N_("команды"),
    "reports": N_("отчёты, которые пишутся сами"),
    "teams.title": N_("название"),
    "teams.leads": N_("кто ведёт"),
    "teams.members": N_("кто в команде"),
    "teams.queues": N_("очереди"),
    "alarms": N_("контрольные события"),
    "alarms.url": N_("куда сообщать (web hook)"),
    "alarms.timeout_s": N_("ждать ответа web hook, с"),
    "alarms.people": N_("заместители"),
    "alarms.after_s": N_("звать заместителя через, с"),
    "alarms.telephones": N_("телефоны заместителей"),
    "alarms.first": N_("первый порог"),
    "alarms.second": N_("второй порог"),
    "alarms.first_clear": N_("первый порог: снять при"),
    "alarms.second_clear": N_("второй порог: снять при"),
    "alarms.target": N_("цель"),
    "scenarios": N_("сценарии"),
    "server.host": N_("адрес сервера"),
    "server.port": N_("порт сервера"),
    "server.protocol": N_("протокол консолей"),
    "server.data_dir": N_("папка данных"),
    "server.scripts_dir": N_("папка сценариев"),
    "server.main_menu": N_("главное меню"),
    "server.session_hours": N_("сеанс, ч"),
    "store.synchronous": N_("запись базы на диск"),
    "disk.warn_below_mb": N_("мало места: сказать, МБ"),
    "disk.pause_recording_below_mb": N_("мало места: не записывать, МБ"),
    "disk.keep_recordings_days": N_("хранить записи, дней"),
    "tls.certificate": N_("сертификат"),
    "tls.key": N_("ключ сертификата"),
    "tls.ca": N_("кто подписал сертификат"),
    "tls.trunk_ca": N_("кому верить у провайдеров"),
    "engine.host": N_("адрес телефонии"),
    "engine.public_host": N_("внешний адрес телефонии"),
    "engine.local_nets": N_("свои сети"),
    "engine.sip_port": N_("порт SIP"),
    "engine.tls_port": N_("порт SIP через TLS"),
    "engine.session_expires_s": N_("проверка вызова транка, с"),
    "engine.rtp_first": N_("порты звука: первый"),
    "engine.rtp_last": N_("порты звука: последний"),
    "engine.follow_sound": N_("звук откуда бы ни шёл"),
    "engine.operator_transport": N_("сигнализация операторов"),
    "engine.operator_media": N_("звук операторов"),
    "engine.nodes": N_("внешние узлы"),
    "trunks": N_("транки"),
    "voice.name": N_("голос подсказок"),
    "voice.words_per_minute": N_("темп подсказок, слов в минуту"),
    "voice.recorded_dir": N_("папка записанных подсказок"),
}
"""By section and the last part of the key, what stands between them being a name of somebody's."""


def in_words(key: str) -> str:
    """``queues.general.wrap_up_s``: «обработка: длительность, с»; "" for one that has none."""
    section, *inner = key.split(".")
    for short in (key, f"{section}.{inner[-1]}" if inner else "", _dated(section, inner), section):
        if short in KEYS:
            return _(KEYS[short])
    return ""


def _dated(section: str, inner: list[str]) -> str:
    """Of a single day of a schedule."""
    return f"{section}.exceptions" if "exceptions" in inner else ""


def named(keys: str) -> str:
    """``keys``, with commas between them: each in words, and as the file has it."""
    return ", ".join(
        f"{in_words(key)} ({key})" if in_words(key) else key for key in keys.split(", ")
    )
