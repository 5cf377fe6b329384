"""What a board says: six figures with their targets and marks, and how old they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ekc_console.client.link.board_link import BoardLink
from ekc_console.i18n import _
from ekc_console.tui.shared import wording
from ekc_console.wire.outside.board import OLD_S, BoardQueue, Mark

SIGNS: dict[Mark, str] = {"": "", "warn": "! ", "alarm": "▲ "}


@dataclass(frozen=True, slots=True)
class Figure:
    title: str
    value: str
    target: str = ""
    mark: Mark = ""


def figures(queue: BoardQueue) -> tuple[Figure, ...]:
    wait = wording.span(queue.wait_target_s) if queue.wait_target_s else ""
    level = _percent(queue.level_target) if queue.level_target else ""
    return (
        Figure(_("Ждут"), str(queue.waiting)),
        Figure(_("Дольше всех"), wording.span(queue.wait_s), wait, queue.wait_mark),
        Figure(_("Уровень за полчаса"), _percent(queue.level), level, queue.level_mark),
        Figure(_("Готовы"), str(queue.ready), "", queue.ready_mark),
        Figure(_("Потеряно сегодня"), str(queue.abandoned)),
        Figure(_("Перезвонить"), str(queue.callbacks)),
    )


def title(queue: BoardQueue) -> str:
    shut = {"": "", "paused": _("приостановлена"), "closed": _("закрыта")}[queue.shut]
    return f"{queue.title} · {shut}" if shut else queue.title


def others(queues: tuple[BoardQueue, ...], shown: BoardQueue) -> str:
    """Those not shown where something is wrong."""
    marked = ((_worst(queue), queue) for queue in queues if queue is not shown)
    return "   ".join(f"{SIGNS[mark]}{queue.title}" for mark, queue in marked if mark)


def is_old(link: BoardLink) -> bool:
    age = link.age_s()
    return age is not None and age > OLD_S


def age(link: BoardLink) -> str:
    seconds = link.age_s()
    return "" if seconds is None else _("Данные: {time} назад").format(time=_ago(seconds))


def trouble(link: BoardLink) -> str:
    """What is said in place of, or above, the figures; empty: they are as they should be."""
    seconds = link.age_s()
    if link.refused:
        return _("Это табло отозвано или ключ неверен")
    if seconds is None:
        return _("Данных ещё не было")
    if is_old(link):
        return _("ДАННЫЕ УСТАРЕЛИ: {time}").format(time=_ago(seconds))
    return "" if link.queues else _("Очередей этого табло нет")


def _worst(queue: BoardQueue) -> Mark:
    marks = set(_marks(queue))
    return "alarm" if "alarm" in marks else "warn" if "warn" in marks else ""


def _marks(queue: BoardQueue) -> Iterator[Mark]:
    yield queue.wait_mark
    yield queue.level_mark
    yield queue.ready_mark


def _ago(seconds: float) -> str:
    return wording.span(seconds) if seconds >= 60 else _("{n} с").format(n=int(seconds))


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{round(share * 100)}%"
