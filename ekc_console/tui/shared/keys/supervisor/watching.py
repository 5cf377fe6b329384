"""What a supervisor does with a key on the screen of the centre. Letters: no field is there that
would take them."""

from __future__ import annotations

from ekc_console.domain.terms.rights import having
from ekc_console.i18n import N_
from ekc_console.tui.shared.keys.action import Action

_WATCHERS = having("watch")
_ORDERING = having("order")
_ACKNOWLEDGING = having("acknowledge")

WATCHING: tuple[Action, ...] = (
    Action(
        "watch.open", (), N_("Открыть"),
        N_("Открыть то, что под курсором: очередь, человека, вызов"), "watch", "watching",
        rank=3, offered="at_opening", roles=_WATCHERS, shown_key="Enter",
    ),
    Action(
        "watch.find", ("slash", "full_stop"), N_("Найти"),
        N_("Оставить в таблице строки с этими словами; пусто — все"), "watch", "watching",
        rank=3, roles=_WATCHERS,
    ),
    Action(
        "watch.sort", ("y",), N_("Порядок"),
        N_("Порядок строк таблицы: следующий столбец"), "watch", "watching",
        rank=7, roles=_WATCHERS,
    ),
    Action(
        "alarm.acknowledge", ("a",), N_("Принял"),
        N_("Сказать всем, что вы занимаетесь тем, что под курсором"), "watch", "alarm_unseen",
        rank=1, roles=_ACKNOWLEDGING,
    ),
    Action(
        "alarm.withdraw", ("a",), N_("Не принял"),
        N_("Взять «принял» назад"), "watch", "alarm_seen", rank=6, roles=_ACKNOWLEDGING,
    ),
    Action(
        "alarm.snooze", ("s",), N_("Отложить"),
        N_("Не напоминать о том, что под курсором, 5, 15 или 30 минут"), "watch", "alarm_awake",
        rank=2, roles=_ACKNOWLEDGING,
    ),
    Action(
        "alarm.wake", ("s",), N_("Не ждать"),
        N_("Напоминать снова о том, что было отложено"), "watch", "alarm_snoozed",
        rank=6, roles=_ACKNOWLEDGING,
    ),
    Action(
        "watch.move", ("m",), N_("Передвинуть"),
        N_("Передвинуть ждущий вызов в другую очередь: его время остаётся"), "watch", "chosen",
        rank=1, roles=_ORDERING,
    ),
    Action(
        "watch.assign", ("g",), N_("Назначить"),
        N_("Отдать ждущий вызов одному человеку: больше никому его не предложат"),
        "watch", "at_waiting", rank=2, roles=_ORDERING,
    ),
    Action(
        "watch.reorder", ("u",), N_("Поднять"),
        N_("Поднять ждущий вызов выше других или вернуть на место"), "watch", "at_waiting",
        rank=4, roles=_ORDERING,
    ),
    Action(
        "watch.mark", ("space",), N_("Отметить"),
        N_("Отметить ждущий вызов: передвинуть и завершить можно все отмеченные сразу"),
        "watch", "at_waiting", rank=5, roles=_ORDERING,
    ),
    Action(
        "watch.end_calls", ("h",), N_("Завершить"),
        N_("Завершить ждущий вызов или все отмеченные, с причиной"), "watch", "chosen",
        rank=6, roles=_ORDERING,
    ),
    Action(
        "watch.block", ("k",), N_("Блокировать"),
        N_("Заблокировать номер вызова или обратного вызова под курсором"), "watch", "at_number",
        rank=8, roles=having("way_in"),
    ),
    Action(
        "watch.pause", ("p",), N_("Пауза"),
        N_("Приостановить очередь: вызовы ждут, никому не предлагаются"), "watch", "at_running",
        rank=1, roles=_ORDERING,
    ),
    Action(
        "watch.resume", ("p",), N_("Снять паузу"),
        N_("Снять паузу: вызовы очереди снова предлагаются"), "watch", "at_paused",
        rank=1, roles=_ORDERING,
    ),
    Action(
        "watch.close_queue", ("c",), N_("Закрыть вход"),
        N_("Закрыть очередь для новых вызовов; кто ждёт, того примут"), "watch", "at_open",
        rank=2, roles=having("way_in"),
    ),
    Action(
        "watch.open_queue", ("c",), N_("Открыть вход"),
        N_("Открыть очередь для новых вызовов"), "watch", "at_closed",
        rank=2, roles=having("way_in"),
    ),
    Action(
        "watch.force", ("d",), N_("Состояние"),
        N_("Сменить человеку состояние: готов, перерыв, конец смены; разговор не прервётся"),
        "watch", "at_person", rank=1, roles=_ORDERING,
    ),
    Action(
        "watch.queues", ("i",), N_("Очереди"),
        N_("Поставить человека в очередь или убрать до конца смены; рядом нагрузка каждой"),
        "watch", "at_person", rank=3, roles=_ORDERING,
    ),
    Action(
        "watch.skills", ("v",), N_("Навыки"),
        N_("Дать человеку навыки или снять до конца смены"), "watch", "at_person",
        rank=4, roles=_ORDERING,
    ),
    Action(
        "watch.write", ("n",), N_("Написать"),
        N_("Написать человеку, тому, у кого вызов, или всем, кто в очереди; команде или всем"),
        "watch", "at_addressee", offered="at_somebody", rank=2, roles=having("message"),
    ),
    Action(
        "watch.announce", ("o",), N_("Объявление"),
        N_("Объявление, которое слышит каждый новый звонящий; пусто — убрать"),
        "watch", "watching", rank=5, roles=having("way_in"),
    ),
    Action(
        "watch.day", ("e",), N_("День"),
        N_("День очереди по получасам: против вчера и недели назад; оттуда к вызовам любой цифры"),
        "watch", "at_queue", rank=6, roles=_WATCHERS,
    ),
    Action(
        "watch.month", ("f",), N_("Месяц"),
        N_("Отчёты за любое время: по очередям, людям, темам, дням; сравнить, выгрузить"),
        "watch", "watching", rank=6, roles=_WATCHERS,
    ),
    Action(
        "watch.undo", ("ctrl+z",), N_("Отменить"),
        N_("Отменить свой последний приказ, пока не поздно"), "watch", "can_undo", True,
        rank=2, roles=_ORDERING,
    ),
    Action(
        "watch.alarms", ("j",), N_("События"),
        N_("Журнал событий: что было за пределом, кто принял, кому сказано"),
        "watch", "watching", rank=8, roles=_WATCHERS,
    ),
    Action(
        "demo.fault", ("x",), N_("Сбой АТС"),
        N_("Учебный сбой телефонии: только в ekc demo"), "watch", "in_demo",
        roles=_WATCHERS,
    ),
)  # fmt: skip
