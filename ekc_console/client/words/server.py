"""What the door of the server says: requests, versions, logins, its store."""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.i18n import N_

TEXTS: Mapping[str, str] = {
    "server.store_busy": N_(
        "Сервер сейчас не может записать: диск полон или не отвечает.\nПовторите чуть позже."
    ),
    "server.damaged": N_(
        "Эта запись на сервере повреждена и не читается; остальные целы.\n"
        "Скажите администратору: её возвращают из резервной копии."
    ),
    "server.error": N_("Ошибка сервера; она записана в журнал."),
    "server.state_changed": N_("Сейчас это невозможно: состояние изменилось."),
    "server.too_late": N_("Команда пришла слишком поздно и не выполнена.\nПовторите её."),
    "server.not_now": N_("Сейчас это невозможно."),
    "server.unsaved": N_("Сделано, ещё не записано: сервер запишет, когда сможет."),
    "server.unreadable_answer": N_(
        "Ответ сервера непонятен: сделано ли это, видно на экране.\n"
        "Обновите консоль до версии сервера."
    ),
    "server.unreadable": N_(
        "Часть того, что говорит сервер, консоли непонятна: на экране может стоять прежнее.\n"
        "Вызовы идут; обновите консоль до версии сервера."
    ),
    "server.value_refused": N_(
        "Значение не принято: проверьте поля. Если они верны, обновите консоль."
    ),
    "server.long_text": N_("Текст длиннее {most} знаков.\nСократите его."),
    "server.nobody_may": N_("Эта команда никому не разрешена."),
    "server.stopping": N_("Сервер останавливается."),
    "server.wrong_protocol": N_(
        "Версия протокола {theirs}, а серверу нужна {ours}. Обновите программу."
    ),
    "server.no_hello": N_("Клиент не представился вовремя (Hello)."),
    "server.hello_first": N_("Первым должно прийти сообщение Hello в JSON."),
    "server.hello_again": N_("Hello уже было."),
    "server.text_only": N_("Сообщения передаются текстом в JSON."),
    "server.bad_message": N_("Сообщение не понято: {why}."),
    "server.not_understood": N_(
        "Сервер не понял команды: {why}.\nОбновите консоль и сервер до одной версии."
    ),
    "server.bad_request": N_("Запрос не понят: {why}."),
    "server.no_request": N_("Нужно сообщение Request."),
    "server.no_such_address": N_("Нет такого адреса: {path}."),
    "server.no_such_method": N_("Метод {method} здесь не поддержан."),
    "server.too_large": N_("Запрос слишком велик."),
    "log.no_such_span": N_("Срок — больше нуля и не больше {hours} ч.\nНапример, --for 10m."),
    "api.no_such_parameter": N_("Параметра «{name}» здесь нет.\nЕсть: {known}."),
    "api.given_twice": N_("Параметр «{name}» указан дважды.\nОставьте один."),
    "api.whole_number": N_("{name}: нужно целое число.\nОт {least} до {most}."),
    "api.yes_or_no": N_("{name}: нужно true или false."),
    "api.one_of": N_("{name}: такого значения нет.\nЕсть: {words}."),
    "api.text_length": N_("{name}: нужен текст, не пустой и не длиннее {most} знаков."),
    "api.moment": N_("{name}: нужно время в секундах от 1970 года, например 1790000000."),
    "api.bad_cursor": N_(
        "cursor: это не из ответа этого списка.\nВозьмите next прошлой страницы или уберите cursor."
    ),
    "api.no_such_thing": N_("Такого здесь нет, или вам это не видно."),
    "session.expired": N_("Сеанс окончен. Войдите заново."),
    "session.closed": N_(
        "Учётная запись закрыта или срок её истёк: сеанс окончен.\nОбратитесь к администратору."
    ),
    "session.last_call_closed": N_(
        "Учётная запись закрывается. Этот разговор доведите до конца и сохраните карточку: "
        "после неё сеанс закончится, новых вызовов не будет."
    ),
    "session.last_call_ended": N_(
        "Сеанс заканчивается. Этот разговор доведите до конца и сохраните карточку: "
        "после неё нужно будет войти заново, новых вызовов пока не будет."
    ),
    "session.ended_after_call": N_("Разговор закончен, сеанс тоже. Войдите заново."),
    "session.changed": N_("Ваши права изменились: консоль входит с новыми."),
    "session.replaced": N_("Вы вошли с другого рабочего места."),
    "session.other_screen": N_(
        "Ваша роль изменилась: {workplace:workplace} открывает только {who:roles}, "
        "а вы — {role:role}. Ваш экран: ekc {yours}."
    ),
    "session.ended_by_supervisor": N_("Руководитель завершил вашу смену."),
    "login.wrong_password": N_(
        "Неверный логин или пароль.\nПроверьте раскладку клавиатуры и Caps Lock."
    ),
    "login.nothing_given": N_("Не указаны логин и пароль.\nПередайте заголовок Authorization."),
    "login.session_expired": N_("Сеанс окончен.\nВойдите заново."),
    "login.choose_password": N_(
        "Код подходит один раз: задайте себе пароль.\nНаберите новый пароль дважды."
    ),
    "login.code_expired": N_("Срок кода вышел.\nПопросите у администратора новый."),
    "login.bad_password": N_(
        "Такой пароль не годится.\nНужно не меньше {least} знаков и не больше {longest}."
    ),
    "login.throttled": N_("Слишком много неудачных попыток входа.\nПовторите через {seconds} с."),
    "login.not_your_screen": N_(
        "{workplace:workplace} открывает только {who:roles}, а вы — {role:role}.\n"
        "Ваш экран: ekc {yours}. Роль меняет администратор."
    ),
    "login.disabled": N_("Учётная запись отключена.\nОбратитесь к администратору."),
    "login.expired": N_(
        "Срок действия учётной записи истёк.\nПопросите администратора продлить его."
    ),
}
