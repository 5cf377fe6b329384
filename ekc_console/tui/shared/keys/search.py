"""Actions found by words: those on the keys, those of the help, and what people call them."""

from __future__ import annotations

from ekc_console.i18n import N_, _
from ekc_console.tui.shared.keys.registry import Action, shown_key

OTHER_NAMES = {
    "call.answer": N_("взять трубку, принять, снять трубку"),
    "call.reject": N_("не брать, сбросить"),
    "call.hang_up": N_("положить трубку, повесить, отбой, сбросить"),
    "call.hold": N_("пауза, музыка, холд"),
    "call.resume": N_("снять с паузы, вернуться"),
    "call.mute": N_("без звука, тишина, заглушить"),
    "call.transfer": N_("перевести, передать, переадресовать, соединить"),
    "call.consult": N_("посоветоваться, позвонить коллеге"),
    "call.keys": N_("донабор, цифры, тоны"),
    "call.redial": N_("перезвонить, повторить"),
    "call.dial": N_("набор, номер, исходящий"),
    "state.ready": N_("на линию, работать, начать"),
    "state.break": N_("пауза, обед, отдых, не готов, отойти"),
    "card.save": N_("записать, готово"),
    "card.person": N_("пациент, абонент"),
    "person.open": N_("дубль, пациент, ошибка в имени"),
    "visit.list": N_("врач на дом"),
    "visit.give": N_("ничей, передать, врач на дом"),
    "card.edits": N_("черновики, незаконченные"),
    "script.back": N_("шаг назад, вернуться"),
    "script.change": N_("тема вызова, другой сценарий"),
    "knowledge.open": N_("справочник, база знаний, поликлиники"),
    "find.open": N_("история, карточки, найти"),
    "help.ask": N_("позвать старшего, руководитель"),
    "help.medic": N_("врач, консультация, вопрос медику"),
    "view.theme": N_("тема, цвета, светлая, тёмная"),
    "view.settings": N_("язык, русский, english, тема"),
    "app.sound": N_("гарнитура, наушники, громкость"),
    "app.help": N_("помощь, подсказка, клавиши"),
    "app.log": N_("история, что было"),
    "app.quit": N_("выйти, закрыть, конец смены, завершить"),
}
"""What people call them, by action."""


def found(action: Action, typed: str) -> bool:
    """It holds all the words."""
    return holds(words(action), typed)


def holds(text: str, typed: str) -> bool:
    """Whether the text has all words of what was typed."""
    compared = folded(text)
    return all(word in compared for word in folded(typed).split())


def folded(text: str) -> str:
    """As it is compared: whatever the case, ё as е."""
    return text.casefold().replace("ё", "е")


def words(action: Action) -> str:
    """All that an action is found by."""
    other = OTHER_NAMES.get(action.id, "")
    parts = (_(action.label), _(action.help), _(other) if other else "", shown_key(action))
    return " ".join(parts)
