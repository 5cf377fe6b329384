"""What a supervisor does with a key in another one's talk."""

from __future__ import annotations

from ekc_console.domain.terms.rights import having
from ekc_console.i18n import N_
from ekc_console.tui.shared.keys.action import Action

LISTENING: tuple[Action, ...] = (
    Action(
        "listen.listen", ("l",), N_("Слушать"),
        N_("Слушать разговор под курсором: вас не слышат; ещё раз — выйти"),
        "watch", "can_listen", offered="at_talk", rank=1, roles=having("listen"),
    ),
    Action(
        "listen.whisper", ("w",), N_("Подсказать"),
        N_("Говорить оператору: абонент вас не слышит"),
        "watch", "can_listen", offered="at_talk", rank=4, roles=having("whisper"),
    ),
    Action(
        "listen.barge", ("b",), N_("Войти"),
        N_("Войти в разговор: вас слышат оператор и абонент"),
        "watch", "can_listen", offered="at_talk", rank=5, roles=having("barge"),
    ),
    Action(
        "listen.take_over", ("t",), N_("Взять"),
        N_("Взять вызов, который слушаете: оператор освободится; или ждущий под курсором"),
        "watch", "can_take", offered="at_taking", rank=3, roles=having("take_over"),
    ),
    Action(
        "call.own", ("f9",), N_("К вызову"),
        N_("Свой вызов: сценарий, кто звонит, карточка; Esc — назад к смене"),
        "watch", "own_call", True, 1,
    ),
)  # fmt: skip
