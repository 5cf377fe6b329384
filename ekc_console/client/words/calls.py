"""About calls: offers, talks, transfers, consultations, callbacks, and telephony beneath them."""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.i18n import N_

TEXTS: Mapping[str, str] = {
    "call.gone": N_("Такого вызова нет."),
    "calls.too_long": N_(
        "Вызовы показываются не больше чем за {days} дней сразу.\nУкажите since и until ближе."
    ),
    "calls.too_slow": N_(
        "Вызовы не прочитаны за {seconds} с: их слишком много или база занята.\n"
        "Возьмите меньше дней или повторите позже."
    ),
    "call.not_known": N_("О таком вызове ничего не записано."),
    "call.not_yours": N_("Этого вызова у вас уже нет."),
    "call.not_your_talk": N_("Этого разговора у вас уже нет."),
    "call.waits_no_more": N_("Вызов уже не ждёт: его взяли или он закончен."),
    "call.current_first": N_("Сначала закончите текущий вызов."),
    "call.same_queue": N_("Вызов уже стоит в этой очереди."),
    "call.moved_already": N_("Вызов уже переставлен: он в очереди «{queue}»."),
    "call.assigned_already": N_("Вызов уже назначен другим: его ждёт {name}."),
    "call.other_queue": N_("Вызов стоит в очереди, которую вы не обслуживаете."),
    "call.assigned": N_("Руководитель отдал этот вызов другому оператору."),
    "call.offer_gone": N_("Этого предложения уже нет: вызов ушёл другому или снят."),
    "call.ends_later": N_("Связи с телефонией нет: вызов завершится, когда она вернётся."),
    "call.not_held": N_("Удержать звонящего не удалось: он слышит вас. Попробуйте ещё раз."),
    "call.not_resumed": N_(
        "Вернуть звонящего не удалось: он остался на удержании. Попробуйте ещё раз."
    ),
    "call.not_reached": N_("Не дозвонились до {number}: {why:not_reached}{detail:network}."),
    "call.bad_keys": N_("Клавиши тонального набора: цифры, *, # и A–D, до 32 штук."),
    "call.keys_unheard": N_("Клавиши слышны только в разговоре."),
    "call.no_such_menu": N_("Такого меню нет."),
    "dial.not_a_number": N_("«{text}» — не номер телефона."),
    "dial.not_whole": N_("Это не полный номер телефона: набрать его нельзя."),
    "dial.kind_not_allowed": N_(
        "Номер не набран: {kind:number_kind}. Звонить на него может {who:roles}."
    ),
    "callback.taken": N_("Этому абоненту уже перезванивают."),
    "callback.being_dialled": N_("Этому абоненту сейчас перезванивают."),
    "callback.assigned": N_("{name} поручает вам обратный вызов{why:colon}."),
    "callback.urgent": N_("Срочный обратный вызов не откладывают: абоненту вызывали скорую."),
    "callback.urgent_needs_why": N_(
        "Абоненту вызывали скорую: напишите, почему ему не перезванивают."
    ),
    "callback.bad_time": N_(
        "Отложить можно до времени, которое ещё не прошло, не дальше {days} дней."
    ),
    "callback.later": N_("Обратный вызов назначен: не раньше {at:moment}."),
    "callback.later_unclear": N_(
        "Время «{text}» не понято: обратный вызов не раньше {at:moment}.\n"
        "Напишите «через час», «в 18:30» или «завтра утром»."
    ),
    "callback.no_number": N_(
        "Обратный вызов не назначен: номер скрыт, а телефона в карточке нет.\n"
        "Впишите телефон, по которому перезвонить."
    ),
    "callback.blocked_number": N_("Обратный вызов не назначен: номер заблокирован."),
    "callback.not_made": N_(
        "Обратный вызов не назначен: прежний уже закрыт или по этому номеру не перезванивают.\n"
        "Нужно перезвонить — наберите номер, F4."
    ),
    "callback.owed_already": N_(
        "Обратный вызов по этому номеру уже назначен по другому звонку: "
        "время из этой карточки его не меняет."
    ),
    "callback.served_since": N_(
        "Обратный вызов не назначен: с абонентом говорили уже после этого вызова, "
        "{at:moment} ({name}).\nНужно перезвонить — наберите его номер, F4."
    ),
    "callback.not_held": N_("Этот номер и так набирается: решать нечего."),
    "callback.never_released": N_(
        "Номер {kind:number_kind}: машина его не набирает. Поручите его человеку."
    ),
    "callback.assigned_already": N_("Обратный вызов уже поручен другим: перезвонит {name}."),
    "callback.ordered_otherwise": N_("Отменять нечего: другой распорядился иначе."),
    "callback.gone": N_("Этого обратного вызова уже нет в списке."),
    "call.unheard": N_(
        "Абонента не слышно {seconds} с: звук от него не приходит. Разговор не прерван, решать вам."
    ),
    "call.cut": N_("{name} завершает ваш разговор{why:colon}."),
    "call.caller_hung_up": N_("Абонент положил трубку."),
    "call.taken": N_("Вызов передан: {who} на линии."),
    "emergency.no_number": N_(
        "Номер экстренной службы не задан в настройках (calls.emergency): позвоните 103 или 112 с "
        "любого телефона."
    ),
    "emergency.not_one": N_("{number} нет среди номеров экстренных служб."),
    "emergency.called_already": N_("{number} уже вызвана."),
    "emergency.caller_stays": N_("Пока вызвана экстренная служба, абонента не отключают."),
    "emergency.left": N_("Экстренная служба отключилась. Абонент с вами."),
    "emergency.caller_gone": N_(
        "Абонент положил трубку, вызов экстренной службы прекращён. Вызовите её сами и перезвоните "
        "ему."
    ),
    "emergency.cut_off": N_(
        "Телефония отказала: связь с абонентом и вызов экстренной службы оборваны. Вызовите её "
        "сами и перезвоните ему."
    ),
    "emergency.stays": N_("Абонент положил трубку, {number} на линии: назовите адрес и номер."),
    "emergency.stays_cut": N_(
        "Связь с абонентом прервалась, {number} на линии: назовите адрес и номер."
    ),
    "emergency.next": N_("{tried:services}: вызывается {next}."),
    "emergency.next_for": N_("{name}: {tried:services}, вызывается {next}. Абонент без оператора."),
    "emergency.not_reached": N_(
        "Экстренный обратный вызов: попыток {attempts}, абонент не ответил. Звоните сами: он в "
        "списке «Обратные вызовы» с пометкой ЭКСТРЕННО."
    ),
    "emergency.gave_up_for": N_(
        "{name}: абонент без оператора положил трубку, не дождавшись {number}. Вызовите {number} и "
        "перезвоните ему."
    ),
    "emergency.cut_off_for": N_(
        "{name}: телефония отказала, абонент без оператора не дождался {number}. Вызовите {number} "
        "и перезвоните ему."
    ),
    "emergency.nobody": N_(
        "{tried:services}. Оставайтесь с абонентом, вызовите ещё раз. Руководитель позван."
    ),
    "emergency.nobody_for": N_("{name}: {tried:services}. Абонент ждёт скорую."),
    "emergency.nobody_more_for": N_("{name}: {tried:services}. {answered} абоненту уже ответила."),
    "consult.first": N_("Сначала закончите консультацию."),
    "consult.gone": N_("Консультации уже нет."),
    "consult.not_answered": N_("Второй участник ещё не ответил."),
    "consult.no_such_agent": N_("Такого оператора на смене нет."),
    "consult.agent_not_free": N_("{name}: {state:not_free}. Выберите другого оператора."),
    "consult.ended": N_("{why:consult_end}{where:caller_place}"),
    "engine.out_of_sight": N_(
        "Связи с телефонией нет: разговор идёт, повторите, когда связь вернётся."
    ),
    "engine.refused": N_("Телефония не выполнила команду: причина в журнале сервера."),
    "engine.call_over": N_("Этот вызов уже завершён."),
    "engine.starting": N_("запускается"),
    "engine.not_started": N_("Asterisk не запускается: причина в журнале сервера."),
    "engine.ended": N_("Asterisk завершился."),
    "engine.silent": N_("Asterisk не отвечает."),
    "engine.node_lost": N_("Связь с узлом телефонии потеряна."),
    "engine.taken_over": N_("Телефонной станцией завладел другой сервер."),
}
