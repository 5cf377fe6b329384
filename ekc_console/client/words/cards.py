"""About cards, the people they are about, doctor's visits, and the search in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ekc_console.i18n import N_, _

TEXTS: Mapping[str, str] = {
    "card.none": N_("Такой карточки нет.\nОбновите список и откройте карточку заново."),
    "card.open_here": N_("Карточка открыта у вас: исправьте её в разделе «Карточка»."),
    "card.held": N_("Карточку сейчас заполняет оператор: у него этот вызов."),
    "card.read_only": N_("Карточки заполняет и правит центр."),
    "card.of_another": N_("Карточку другого оператора может исправить только руководитель."),
    "card.old": N_("Карточку прошлых дней может исправить только руководитель."),
    "card.unseen": N_("Эта карточка — не ваша и не из ваших очередей."),
    "card.another_has_it": N_("Эту карточку ведёт другой оператор.\nИзменить её может только он."),
    "card.changed": N_("Карточку тем временем изменили.\nОткройте её заново и повторите."),
    "card.changed_by": N_("Карточку тем временем изменили: {name}, {at:time}."),
    "card.changed_elsewhere": N_(
        "Карточка уже изменена на другом рабочем месте.\nОткройте её заново и повторите."
    ),
    "card.edited_elsewhere": N_("Эту карточку вы правили позже на другом рабочем месте."),
    "card.no_disposition": N_("Не выбран итог обращения.\nВыберите один из: {known}."),
    "card.no_such_scenario": N_("Сценария «{scenario}» больше нет.\nВыберите другой сценарий."),
    "card.no_such_version": N_(
        "Версии {version} сценария «{scenario}» нет.\nНачните сценарий заново."
    ),
    "card.scenario_unreadable": N_(
        "Сценарий этой карточки больше не читается: изменить её нельзя."
    ),
    "card.not_saved": N_("Карточка не сохранена.\nВыберите итог и сохраните карточку."),
    "card.impossible_revision": N_(
        "Номер правки {revision} невозможен.\nОткройте карточку заново."
    ),
    "card.damaged": N_("Карточка повреждена при передаче: {why}."),
    "card.unsound": N_("Сохранённый ход сценария повреждён.\nНачните сценарий заново."),
    "card.medics": N_(
        "Так отвечает только медик: в карточку это не записано.\n"
        "Спросите медика и выберите другой ответ."
    ),
    "card.faulty": N_("Карточку сохранить нельзя.\nИсправьте: {fields}."),
    "card.visit_needs_address": N_("«{label}»: без него врач не приедет.\nВпишите адрес."),
    "search.too_short": N_("Для поиска нужно не меньше трёх букв или цифр."),
    "person.choose": N_("Найдите этого человека и выберите его из списка."),
    "person.none": N_("Такого человека в картотеке нет.\nНайдите его заново."),
    "person.another": N_("Карточка теперь о другом человеке: откройте её заново."),
    "person.not_linked": N_("Карточка ни с кем не связана: выберите человека."),
    "person.same": N_("Это одна и та же запись.\nВыберите другого человека."),
    "person.changed": N_(
        "Запись человека тем временем изменили.\nОткройте запись человека заново и повторите."
    ),
    "person.changed_by": N_("Запись человека тем временем изменили. Изменил: {name}, {at:moment}."),
    "person.changed_since_merge": N_("Запись меняли после объединения: отменить его нельзя."),
    "person.changed_since_merge_by": N_(
        "Запись меняли после объединения: отменить его нельзя. Изменил: {name}, {at:moment}."
    ),
    "person.merge_over": N_("Запись меняли после этого объединения, или его уже отменили."),
    "person.merge_undone": N_("Это объединение уже отменено.\nОткройте запись человека заново."),
    "person.merge_not_yours": N_("Записи о людях объединяет руководитель или администратор."),
    "person.taken": N_("{document:document}: такой номер уже записан у другого человека."),
    "person.taken_by": N_(
        "{document:document} {value} уже записан: {owner}.\n"
        "Выберите этого человека из списка или проверьте номер."
    ),
    "visit.note_too_long": N_("Сократите примечание до {most} знаков."),
    "visit.not_open": N_("Открытого вызова врача у этой карточки нет: его уже закрыли."),
    "visit.not_yours": N_(
        "Вызов врача закрывает, кто его оформил, кто говорит с этим абонентом, или руководитель."
    ),
}


def whom(callers: Iterable[str], about: Iterable[str]) -> str:
    """Whom to ask for, then whom it is about: «Иванова Мария, о: Иванов Петя». Empty when neither
    is known."""
    asked = ", ".join(callers)
    names = ", ".join(about)
    said = _("о: {names}").format(names=names) if names else ""
    return ", ".join(filter(None, (asked, said)))
