"""What of the connections' changes is worth a word to the operator. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ekc_console.client.words.saying import said
from ekc_console.domain.terms.rights import may
from ekc_console.i18n import _
from ekc_console.tui.shared.keys.registry import key
from ekc_console.tui.shared.messages import Level

if TYPE_CHECKING:
    from ekc_console.client.desk import Desk


@dataclass(frozen=True, slots=True)
class Health:
    """State of the link, the line and the engine at one moment."""

    link: str
    link_detail: str
    line: str
    line_detail: str
    sound: str
    engine_up: bool
    engine_detail: str
    not_in_order: tuple[str, ...] = ()
    """Told to those who supervise."""
    engine_out_of_sight: bool = False

    @classmethod
    def of(cls, desk: Desk) -> Health:
        line, engine, me = desk.line.state, desk.view.engine, desk.view.me
        supervises = me is not None and may(me.role, "watch")
        return cls(
            desk.link.state,
            desk.link.detail,
            line.state,
            line.detail,
            line.sound,
            engine.up,
            said(engine.detail),
            tuple(map(said, engine.not_in_order)) if supervises else (),
            engine.out_of_sight,
        )


def told(old: Health, new: Health) -> Iterator[tuple[Level, str]]:
    """Messages for what changed between two moments of a session."""
    if old.link != new.link:
        yield from _link(old, new)
    if new.engine_out_of_sight and not old.engine_out_of_sight:
        yield (
            "error",
            _(
                "{why} Разговоры идут, ждущие стоят на своих местах; новые вызовы и ваши команды "
                "ждут связи."
            ).format(why=new.engine_detail),
        )
    elif old.engine_up and not new.engine_up and not new.engine_out_of_sight:
        yield (
            "error",
            _("АТС не работает: {why}").format(why=new.engine_detail or _("причина неизвестна.")),
        )
    if new.engine_up and not old.engine_up:
        seen = old.engine_out_of_sight
        yield "info", _("Связь с АТС восстановлена.") if seen else _("АТС снова работает.")
    for text in new.not_in_order:
        if text not in old.not_in_order:
            yield "warning", text


def told_of_line(old: Health, new: Health) -> Iterator[tuple[Level, str]]:
    """As :func:`told`; what holds while the line is as it is, :func:`while_line_is_so`."""
    if (old.line, old.line_detail) != (new.line, new.line_detail) and new.line == "failed":
        yield (
            "warning",
            _("Голосовая линия не поднята: {why}").format(
                why=new.line_detail or _("причина неизвестна.")
            ),
        )
    if new.line == "up" and new.sound == "null" and (old.line, old.sound) != ("up", "null"):
        yield (
            "warning",
            _(
                "Звукового устройства нет: линия работает без звука. "
                "Подключите гарнитуру: звук появится сам."
            ),
        )


def while_line_is_so(desk: Desk) -> Callable[[], bool]:
    """A line that is not there any more is nothing to warn of."""
    state = desk.line.state.state
    return lambda: desk.line.state.state == state


def _link(old: Health, new: Health) -> Iterator[tuple[Level, str]]:
    if new.link == "online":
        yield "info", _("Связь с сервером восстановлена.")
    elif new.link == "offline":
        yield (
            "error",
            _("{why} Экран входа — {key}.").format(why=new.link_detail, key=key("session.log_in")),
        )
    elif old.link == "online":
        yield (
            "warning",
            _("Связь с сервером потеряна. Введённое сохраняется, связь восстановится сама."),
        )
