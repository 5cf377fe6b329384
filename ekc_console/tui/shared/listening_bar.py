"""The bottom bar of who listens: to whom, who hears one, for how long, and the keys."""

from __future__ import annotations

from textual.content import Content

from ekc_console.domain.terms.ids import ListenMode
from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.keys.conditions import Situation, enabled
from ekc_console.tui.shared.keys.registry import BY_ID, shown_key
from ekc_console.wire.listening import OwnListening

_WORDS: dict[ListenMode, tuple[str, str]] = {
    "listen": (N_("Слушаю"), N_("вас не слышат")),
    "whisper": (N_("Подсказываю"), N_("вас слышит только оператор")),
    "barge": (N_("В разговоре"), N_("вас слышат все")),
}
_KEYS: dict[ListenMode, tuple[tuple[str, str], ...]] = {
    "listen": (
        ("listen.whisper", N_("подсказать")),
        ("listen.barge", N_("войти")),
        ("listen.take_over", N_("взять")),
        ("listen.listen", N_("выйти")),
    ),
    "whisper": (
        ("listen.listen", N_("слушать")),
        ("listen.barge", N_("войти")),
        ("listen.take_over", N_("взять")),
    ),
    "barge": (
        ("listen.listen", N_("слушать")),
        ("listen.whisper", N_("подсказать")),
        ("listen.take_over", N_("взять")),
    ),
}


def lines(
    listening: OwnListening, situation: Situation, width: int, now: float
) -> tuple[Content, Content]:
    word, heard = _WORDS[listening.mode]
    who = listening.agent_name or _("оператора сейчас нет, разговор ждёт")
    time = wording.span(now - listening.since)
    first = Content.assemble(
        (f" {_(word).upper()} {time} ", "bold reverse"), "  ", (who, "bold"), " · ", _(heard)
    )
    keys = [
        f"{shown_key(BY_ID[action])} {_(label)}"
        for action, label in _KEYS[listening.mode]
        if enabled(BY_ID[action], situation)
    ]
    second = Content(" " + "  ".join(keys))
    return first.truncate(width, ellipsis=True), second.truncate(width, ellipsis=True)
