"""To those who lead the centre: orders, the way in, the settings, reports."""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.i18n import N_
from ekc_console.reports import notes, periods

TEXTS: Mapping[str, str] = {
    "order.no_such_agent": N_("Такого оператора сегодня на смене не было."),
    "order.agent_away": N_("Оператор не на смене, не отвечает или его рабочее место не на связи."),
    "order.agent_on_break": N_("Оператор на перерыве: вызов ждал бы его конца. {free:free}"),
    "order.agent_goes_on_break": N_("Оператор уходит на перерыв после своего вызова. {free:free}"),
    "order.agent_without_line": N_("Линия оператора не на связи. {free:free}"),
    "order.agent_off": N_("Оператор не на смене."),
    "order.leaves_nobody": N_(
        "В очереди «{queue}» ждут вызовы ({waiting}), а обслуживать её будет некому."
    ),
    "order.call_over": N_("Вызов уже закончен."),
    "order.answered": N_("Вызов уже отвечен: разговор не прерывается."),
    "order.ends_call": N_("Вызов оборвётся{name:talked_with}."),
    "order.say_why": N_("Без причины нельзя.\nНапишите, почему."),
    "order.bad_tier": N_("«{queue}»: ступень не понята. Пишите main=2; ступень — от 1 до {most}."),
    "order.bad_skill": N_("«{skill}» — не навык. Например, tatar или tatar=3."),
    "order.priority": N_("Приоритет {priority}: нужно число от -100 до 100."),
    "queue.none": N_("Такой очереди нет."),
    "queue.not_one_of": N_("Нет очереди «{queue}». Есть: {known}."),
    "announcement.too_long": N_("Объявление длиннее {most} знаков ({have}): сократите его."),
    "announcement.no_words": N_("В объявлении нет слов."),
    "announcement.unspoken": N_(
        "Объявление не произносится: синтезатор речи отказал.\n"
        "Измените текст или повторите; причина в журнале сервера."
    ),
    "number.not_blocked": N_("Номер {number} не заблокирован."),
    "number.in_emergency": N_(
        "Номер {number} не заблокирован: звонившему вызывали экстренную службу.\n"
        "Блокируйте, когда вызов окончен, а срочный перезвон сделан или закрыт."
    ),
    "number.owed": N_(
        "Номеру {number} должны перезвонить: с блокировкой обратный вызов закроется насовсем."
    ),
    "number.unreadable": N_(
        "«{text}» — не номер телефона. Например, +7 900 000-00-12 или внутренний 101."
    ),
    "until.no_such_span": N_("Такого срока нет."),
    "until.over": N_("Назначенное время уже прошло."),
    "settings.unchanged": N_("Настройки не менялись: возвращать нечего."),
    "settings.overtaken": N_("Всё это тем временем изменили иначе: возвращать нечего."),
    "settings.queue_gone": N_(
        "{step} ведёт в очередь «{queue}», которой не будет.\n"
        "Верните в папку прежние сценарии и введите их вместе с настройками: ekc config apply."
    ),
    "settings.no_such_script": N_("topics.{topic}.script: сценария «{script}» у сервера нет."),
    "settings.faulty": N_("{faults}"),
    "settings.refused": N_("Настройки не годятся: {why}"),
    "report.no_period": periods.NO_PERIOD,
    "report.no_such": notes.NO_SUCH,
    "report.no_kind": N_("Отбирать по «{name}» нельзя: такого признака у вызовов нет."),
    "report.no_figure": N_("Показателя «{name}» нет.\nЕсть: {known}."),
    "report.not_kept": N_("Этого отчёта на сервере больше нет.\nПостройте его снова."),
    "report.many_running": N_(
        "Сейчас строится {most} отчётов, больше сразу нельзя.\nПовторите через минуту."
    ),
    "report.view_name": N_("Назовите вид: от 1 до {most} знаков."),
    "report.many_views": N_("Видов уже {most}.\nУдалите ненужный."),
    "report.failed": N_("Отчёт не построен: база не прочитана.\nПовторите позже."),
}
