"""Between supervisors and operators: messages, requests for help, suggestions."""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.i18n import N_

TEXTS: Mapping[str, str] = {
    "staff.empty": N_("Сообщение пустое.\nНапишите его."),
    "staff.too_long": N_("Слишком длинное сообщение, знаков: {have}.\nСократите до {most} знаков."),
    "staff.no_such_team": N_("Команды «{team}» у вас нет.\nЕсть: {known}."),
    "staff.team_empty": N_(
        "В команде «{title}», кроме вас, никого.\nЛюдей называет администратор."
    ),
    "staff.no_such_login": N_("Логина «{login}» нет.\nПроверьте его в списке: ekc user list."),
    "staff.no_such_message": N_("Такого сообщения нет."),
    "roster.too_many": N_("Слишком много смен сразу: не больше {most}.\nРазделите файл."),
    "roster.no_such_span": N_("Такого времени не бывает, или оно длиннее {most} дней."),
    "roster.no_such_shift": N_("Смены № {shift} у вас нет.\nНомера — ekc staff roster list."),
    "roster.only_offer": N_("Смены планирует руководитель.\nСвои часы можно предложить."),
    "roster.only_own": N_("Предложить можно только свои часы."),
    "roster.other_team": N_("Это человек не вашей команды."),
    "roster.no_such_login": N_("Логина «{login}» нет.\nПроверьте его: ekc user list."),
    "roster.no_shift": N_("Смена кончается не раньше чем начинается, и не длиннее суток."),
    "roster.over": N_("Это время уже прошло: предлагают часы впереди."),
    "roster.many_offers": N_(
        "Слишком много предложенных часов у «{login}»: впереди — не больше {most} раз."
        "\nУберите лишние: ekc staff roster remove."
    ),
    "roster.overlaps": N_("Пересекается с {since:moment} – {until:moment}."),
    "help.asked_already": N_("Руководитель уже позван.\nДождитесь ответа или отмените просьбу."),
    "help.called": N_("Руководитель позван."),
    "help.medic_called": N_("Медик позван."),
    "help.no_medic": N_("Медиков на смене нет: позван руководитель. Отменить — Ctrl+E."),
    "help.no_supervisor": N_("Руководителя на смене нет.\nРешите сами или передайте вызов: F4."),
    "help.no_one": N_(
        "Ни медика, ни руководителя на смене нет.\n"
        "Сами о лечении не советуйте: предложите приём или вызов врача. Стало хуже — Ctrl+Z."
    ),
    "help.not_asked": N_("Вы никого не звали."),
    "help.none": N_("Просьбы «{help}» нет.\nНомера показывает ekc message help."),
    "help.cancelled": N_("Эту просьбу отменили.\nОбновите список."),
    "help.answered": N_("На эту просьбу уже ответили.\nОбновите список."),
    "suggestion.empty": N_("Предложение пустое.\nНапишите его в двух словах."),
    "suggestion.too_long": N_(
        "Слишком длинное предложение, знаков: {have}.\nСократите до {most} знаков."
    ),
    "suggestion.say_why": N_("Отклонить без ответа нельзя.\nНапишите, почему."),
    "suggestion.none": N_("Предложения № {number} нет.\nПроверьте номер в списке."),
    "suggestion.decided": N_("Ваше предложение № {number}: {status:suggestion_status}."),
    "suggestion.decided_why": N_(
        "Ваше предложение № {number}: {status:suggestion_status}. {answer}"
    ),
}
