"""What becomes of alarms: refusals, what is told where nobody watches, names of the figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ekc_console.i18n import N_, _
from ekc_console.wire.centre.alarms import WatchAlarm

FIGURES: Mapping[str, str] = {
    "waiting": N_("сколько ждут"),
    "wait_s": N_("ждут дольше всех"),
    "level": N_("уровень за полчаса"),
    "ready": N_("готовых людей"),
    "abandoned": N_("потеряно за полчаса"),
    "talk_s": N_("разговор"),
    "wrap_up_s": N_("постобработка"),
    "break_s": N_("перерыв"),
    "not_responding_s": N_("не отвечает"),
    "idle_s": N_("готов без вызовов"),
}
EVENTS: Mapping[str, str] = {
    "raised": N_("за пределом"),
    "risen": N_("за вторым пределом"),
    "fallen": N_("снова за первым пределом"),
    "cleared": N_("кончилось"),
    "acknowledged": N_("принял"),
    "withdrawn": N_("взял назад"),
    "snoozed": N_("отложил"),
    "woken": N_("больше не откладывает"),
    "told": N_("сказано"),
    "called": N_("звонок"),
    "unreached": N_("не ответил на звонок"),
    "limit": N_("предел изменён"),
}
TEXTS: Mapping[str, str] = {
    "alarm.over": N_("Это уже кончилось: принимать нечего."),
    "alarm.seen_already": N_("{name} занимается этим с {at:time}."),
    "alarm.nobody_watches": N_(
        "Контрольное событие, {title}: {figure:alarm_figure} за пределом. Экран смены ни у кого не "
        "открыт: ekc supervisor, или скажите руководителю."
    ),
    "alarm.hook": N_(
        "О контрольных событиях не удаётся сообщить программе центра ({why}): проверьте "
        "alarms.hook."
    ),
    "alarm.snooze_for": N_("Отложить можно не дольше чем на сутки."),
}


def told(alarm: WatchAlarm) -> Iterator[str]:
    """Who was told of it while nobody watched, and who is being rung."""
    if alarm.told:
        yield _("сказано: {names}").format(names=", ".join(alarm.told))
    if alarm.called:
        yield _("не ответили на звонок: {names}").format(names=", ".join(alarm.called))
    if alarm.calling:
        yield _("звоним: {name}").format(name=alarm.calling)
