"""Everything the operator can do with a key: one registry for all who need to know.

Key bindings, the key bar, the help screen and the command list are generated from
:data:`ACTIONS`. Function keys have ``priority``: they work while a field is being typed in and
while a confirmation is open. A letter key gets its twin on the Russian keyboard layout.
"""

from __future__ import annotations

from collections.abc import Mapping

from ekc_console.domain.terms.rights import ROLES, having
from ekc_console.i18n import N_, _
from ekc_console.tui.shared.keys.action import Action as Action
from ekc_console.tui.shared.keys.auditing import AUDITING
from ekc_console.tui.shared.keys.clinic import CLINIC
from ekc_console.tui.shared.keys.configuring import CONFIGURING
from ekc_console.tui.shared.keys.keeping import KEEPING
from ekc_console.tui.shared.keys.supervisor.callbacks import OWED
from ekc_console.tui.shared.keys.supervisor.listening import LISTENING
from ekc_console.tui.shared.keys.supervisor.reporting import REPORTING
from ekc_console.tui.shared.keys.supervisor.watching import WATCHING
from ekc_console.tui.shared.keys.visiting import VISITING

_LATIN = "qwertyuiopasdfghjklzxcvbnm"
_RUSSIAN = "йцукенгшщзфывапролдячсмить"
CYRILLIC_TWINS = dict(zip(_LATIN, _RUSSIAN, strict=True))
"""The letter on the same key of the Russian layout."""

FORBIDDEN_KEYS = frozenset({"ctrl+h", "ctrl+i", "ctrl+m"})
"""Backspace, Tab and Enter on terminals without the kitty keyboard protocol."""

SECTIONS: dict[str, str] = {
    "watch": N_("Смена"),
    "report": N_("Месяц"),
    "admin": N_("Учётные записи"),
    "audit": N_("Журнал доступа"),
    "settings": N_("Настройки центра"),
    "clinic": N_("Вызовы врача и обращения"),
    "call": N_("Вызов"),
    "state": N_("Состояние"),
    "script": N_("Сценарий и карточка"),
    "lists": N_("Списки"),
    "staff": N_("Руководитель и предложения"),
    "view": N_("Экран"),
    "app": N_("Программа"),
}

ACTIONS: tuple[Action, ...] = (
    *WATCHING,
    *REPORTING,
    *OWED,
    *LISTENING,
    *KEEPING,
    *AUDITING,
    *CONFIGURING,
    *CLINIC,
    Action(
        "call.answer", ("f5",), N_("Ответить"),
        N_("Принять предложенный вызов"), "call", "offered", True, 1,
    ),
    Action(
        "call.reject", ("f8",), N_("Отклонить"),
        N_("Отклонить вызов: его получит другой оператор"), "call", "offered", True, 2,
    ),
    Action(
        "call.hang_up", ("f8",), N_("Завершить"),
        N_("Завершить разговор"), "call", "on_line", True, 2, short=N_("Отбой"),
    ),
    Action(
        "call.hold", ("f6",), N_("Удержать"),
        N_("На удержание: звонящий слышит музыку"), "call", "talking", True, 1,
    ),
    Action(
        "call.resume", ("f6",), N_("Продолжить"),
        N_("Снять с удержания"), "call", "held", True, 1, short=N_("Снять"),
    ),
    Action(
        "second.take", ("f5",), N_("Второй вызов"),
        N_("Взять второй вызов или вернуться к нему: звонящий центра ждёт на удержании"),
        "call", "second_waits", True, 1,
    ),
    Action(
        "second.hang_up", ("f8",), N_("Завершить 2-й"),
        N_("Завершить второй вызов и вернуться к звонящему центра"),
        "call", "second_talking", True, 2,
    ),
    Action(
        "second.decline", ("ctrl+x",), N_("Отклонить 2-й"),
        N_("Отклонить второй вызов; разговор идёт дальше"),
        "call", "second_ringing", True, 3,
    ),
    Action(
        "call.mute", ("f7",), N_("Микрофон"),
        N_("Выключить или включить микрофон"),
        "call", "on_voice", True, 5, short=N_("Мик."),
    ),
    Action(
        "call.emergency", ("ctrl+z",), N_("103"),
        N_("Вызвать скорую: вы остаётесь с абонентом, 103 подключится к вам"),
        "call", "can_call_emergency", True, 2,
    ),
    Action(
        "emergency.dial", ("ctrl+z",), N_("Вызов 103"),
        N_("Позвонить в 103 самому: абонент уже положил трубку"),
        "call", "can_dial_emergency", True, 2, short=N_("103"),
    ),
    Action(
        "call.transfer", ("f4",), N_("Перевод"),
        N_("Отдать вызов оператору, в очередь, на номер или в меню"),
        "call", "can_transfer", True, 3,
    ),
    Action(
        "call.consult", ("f11",), N_("Спросить"),
        N_("Консультация: абонент ждёт с музыкой, вы говорите с другим"),
        "call", "can_transfer", True, 4,
    ),
    Action(
        "consult.complete", ("f4",), N_("Соединить"),
        N_("Соединить абонента со вторым участником и освободиться"),
        "call", "consult_open", True, 2, short=N_("Соед."),
    ),
    Action(
        "consult.switch", ("f6",), N_("К другому"),
        N_("Консультация: от второго участника к абоненту и обратно"),
        "call", "can_switch", True, 1, short=N_("Другой"),
    ),
    Action(
        "consult.cancel", ("f8",), N_("К абоненту"),
        N_("Отпустить второго участника и вернуться к абоненту"),
        "call", "can_let_go", True, 3,
    ),
    Action(
        "emergency.cancel", ("f8",), N_("Отбой службе"),
        N_("Отменить вызов 103 или 112 либо отключить её: абонент останется с вами"),
        "call", "service_called", True, 3,
    ),
    Action(
        "consult.conference", ("f11",), N_("Втроём"),
        N_("Конференция: абонент, вы и второй участник слышат друг друга"),
        "call", "no_conference", True, 4,
    ),
    Action(
        "call.keys", ("ctrl+d",), N_("Клавиши"),
        N_("Тональный набор: послать цифры, * и # в разговор"),
        "call", "can_send_keys", True,
    ),
    Action(
        "call.redial", ("ctrl+y",), N_("Повтор"),
        N_("Набрать последний номер ещё раз"), "call", "can_dial", True,
        roles=having("dial"),
    ),
    Action(
        "call.dial", ("f4",), N_("Набрать"),
        N_("Позвонить по номеру"), "call", "can_dial", True, 7,
        roles=having("dial"),
    ),
    Action(
        "state.ready", ("f2",), N_("Готов"),
        N_("Принимать вызовы"), "state", "can_be_ready", True, 2,
    ),
    Action(
        "session.log_in", ("f2",), N_("Экран входа"),
        N_("Экран входа, когда сеанс закончен сервером: войти можно, если запись не закрыта"),
        "state", "session_over", True, 1, roles=ROLES,
    ),
    Action(
        "state.break", ("f12",), N_("Перерыв"),
        N_("Перерыв с причиной; во время вызова — после него"),
        "state", "can_break", True, 9,
    ),
    Action(
        "card.save", ("f9",), N_("Сохранить"),
        N_("Сохранить карточку и закончить постобработку"), "script", "card_open", True, 6,
    ),
    Action(
        "card.person", (), N_("Человек"),
        N_("О ком обращение: выбрать человека или записать нового"),
        "script", "card_on_screen", True,
    ),
    Action(
        "person.open", (), N_("Запись о человеке"),
        N_("Запись о человеке: исправить, объединить, кто что менял"),
        "script", "card_on_screen", roles=ROLES,
    ),
    Action(
        "card.edits", (), N_("Несохранённые правки"),
        N_("Прежние карточки, которые вы правили и не сохранили"), "script", "no_panel",
    ),
    *VISITING,
    Action(
        "script.choose", (), N_("Выбрать"),
        N_("Выбрать ответ звонящего"), "script", "at_work", shown_key="1–9",
    ),
    Action(
        "script.proceed", (), N_("Далее"),
        N_("Дальше по сценарию; в поле — записать ответ"), "script", "at_work", shown_key="Enter",
    ),
    Action(
        "script.back", ("ctrl+b",), N_("Назад"),
        N_("Предыдущий шаг сценария (в ответах и стрелка влево)"),
        "script", "script_open", True,
    ),
    Action(
        "script.jump", ("ctrl+g",), N_("К шагу"),
        N_("Вернуться к любому пройденному шагу"), "script", "script_open", True,
    ),
    Action(
        "script.change", ("ctrl+s",), N_("Сценарий"),
        N_("Взять другой сценарий"), "script", "can_change_script", True,
    ),
    Action(
        "knowledge.open", ("ctrl+f",), N_("Ответы"),
        N_("Найти ответ, поликлинику или шаг сценария по словам"),
        "script", "no_panel", True, 12,
    ),
    Action(
        "find.open", ("f3",), N_("Поиск"),
        N_("Обращения: ваши, незаконченные; поиск по номеру и имени"),
        "lists", "no_panel", True, 10,
    ),
    Action(
        "queue.pick", (), N_("Взять вызов"),
        N_("Взять выбранный вызов из очереди самому"), "lists", "at_work", shown_key="Enter",
        roles=having("pick"),
    ),
    Action(
        "callback.dial", (), N_("Перезвонить"),
        N_("Позвонить выбранному из списка обратных вызовов"), "lists", "at_work",
        shown_key="Enter",
    ),
    Action(
        "callback.close", (), N_("Закрыть"),
        N_("Убрать из списка обратных вызовов"), "lists", "at_work", shown_key="Delete",
    ),
    Action(
        "help.ask", ("ctrl+e",), N_("Помощь"),
        N_("Позвать руководителя; ещё раз — отменить вызов"), "staff", "on_shift", True, 13,
    ),
    Action(
        "help.medic", ("ctrl+w",), N_("Спросить медика"),
        N_("Спросить медика; ответ придёт сообщением"), "staff", "on_shift", True, 15,
        short=N_("Медик"),
    ),
    Action(
        "messages.open", ("ctrl+k",), N_("Сообщения"),
        N_("Сообщения руководителя: прочитать и отметить"), "staff", "no_panel",
    ),
    Action(
        "messages.send", (), N_("Написать всем"),
        N_("Написать команде или всем операторам"), "staff", "no_panel", roles=having("message"),
    ),
    Action(
        "suggestion.add", ("ctrl+r",), N_("Предложение"),
        N_("Записать предложение звонящего или коллеги"), "staff", "no_panel", True,
    ),
    Action(
        "suggestion.list", (), N_("Список предложений"),
        N_("Предложения и что о них решено"), "staff", "no_panel",
    ),
    Action(
        "view.next", ("ctrl+n",), N_("Раздел"),
        N_("Следующий раздел экрана; между полями — Tab"), "view", "on_desk", True, 8, roles=ROLES,
    ),
    Action(
        "view.previous", ("ctrl+p",), N_("Раздел назад"),
        N_("Предыдущий раздел экрана; между полями — Shift+Tab"), "view", "on_desk", True,
        roles=ROLES,
    ),
    Action(
        "view.jump", ("ctrl+t",), N_("К разделу"),
        N_("Буквы на разделах: буква переводит в раздел"), "view", "on_desk", True, roles=ROLES,
    ),
    Action(
        "view.zoom", (), N_("Крупно"),
        N_("Раздел на весь экран и обратно"), "view", "zoomable",
        shown_key="Ctrl+T Z", roles=ROLES,
    ),
    Action(
        "panel.accept", (), N_("Принять"),
        N_("Принять то, что введено или выбрано в открытом окне"), "view", "in_panel",
        roles=ROLES, shown_key="Enter",
    ),
    Action(
        "view.close", ("escape",), N_("Закрыть"),
        N_("Закрыть открытое окно или сообщение"), "view", "closable", rank=1, offered="in_panel",
        roles=ROLES,
    ),
    Action(
        "view.theme", (), N_("Оформление"),
        N_("Оформление: тёмное, светлое, контрастное, 16 цветов"), "view", "logged_in", roles=ROLES,
    ),
    Action(
        "view.settings", (), N_("Настройки"),
        N_("Настройки: вид, плотность, язык, уведомления"), "view", "logged_in", roles=ROLES,
    ),
    Action(
        "view.repaint", (), N_("Перерисовать"),
        N_("Перерисовать экран, если терминал его испортил"), "view", "logged_in", roles=ROLES,
    ),
    Action(
        "app.sound", ("ctrl+a",), N_("Звук"),
        N_("Звук: микрофон, наушники, звонок и их проверка"), "app", "no_panel", True,
    ),
    Action(
        "app.commands", ("ctrl+o",), N_("Команды"),
        N_("Все команды списком, с поиском"), "app", "no_panel", True, 14, roles=ROLES,
    ),
    Action(
        "app.log", ("ctrl+l",), N_("Журнал"),
        N_("Журнал сообщений этой смены"), "app", "logged_in", True, roles=ROLES,
    ),
    Action(
        "app.help", ("f1",), N_("Справка"),
        N_("О разделе, где вы находитесь, и все клавиши"), "app", "no_modal", True, 9, short="?",
        roles=ROLES,
    ),
    Action(
        "app.quit", ("f10", "ctrl+q"), N_("Выход"),
        N_("Выйти; кто на смене, заканчивает её"), "app", "no_modal", True, 11, roles=ROLES,
    ),
)  # fmt: skip

BY_ID = {action.id: action for action in ACTIONS}

_NAMES = {
    "escape": "Esc",
    "delete": "Delete",
    "enter": "Enter",
    "tab": "Tab",
    "space": "Space",
    "slash": "/",
    "full_stop": ".",
}


def key_name(key: str) -> str:
    """A key as it is printed on the keyboard: ``F5``, ``Ctrl+B``."""
    if key in _NAMES:
        return _NAMES[key]
    *modifiers, last = key.split("+")
    return "+".join([*(part.capitalize() for part in modifiers), last.upper()])


_own_keys: dict[str, tuple[str, ...]] = {}


def use_keys(own: Mapping[str, tuple[str, ...]]) -> None:
    """From now on these actions have these keys, checked before by
    :mod:`ekc_console.tui.shared.keys.keymap`; all others their default ones."""
    _own_keys.clear()
    _own_keys.update(own)


def keys_of(action: Action) -> tuple[str, ...]:
    """The keys in force."""
    return _own_keys.get(action.id, action.keys)


def shown_key(action: Action) -> str:
    keys = keys_of(action)
    return action.shown_key or (key_name(keys[0]) if keys else "")


def key(action_id: str) -> str:
    """The shown key in force of an action, for texts: ``key("state.ready")`` is ``F2``."""
    return shown_key(BY_ID[action_id])


def key_line(action_id: str) -> str:
    """As the key bar says it: ``F8 К абоненту``."""
    return f"{key(action_id)} {_(BY_ID[action_id].label)}"


def all_keys(action: Action) -> tuple[str, ...]:
    """The action's keys in force and their twins on the Russian layout; letters also as Caps Lock
    gives them."""
    keys = keys_of(action)
    twins = [twin for key in keys if (twin := _twin(key))]
    letters = [key.upper() for key in (*keys, *twins) if len(key) == 1 and key.isalpha()]
    return (*keys, *twins, *letters)


def keymap() -> dict[str, str]:
    """The keys in force as Textual wants them: by binding id, joined by commas."""
    return {action.id: ",".join(all_keys(action)) for action in ACTIONS if action.id in _own_keys}


def _twin(key: str) -> str:
    *modifiers, last = key.split("+")
    twin = CYRILLIC_TWINS.get(last, "")
    return "+".join([*modifiers, twin]) if twin else ""
