"""Where a call can go: queues, operators, numbers, automatic menus; narrowed by typing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Literal

from ekc_console.client.words.kinds import ROLES
from ekc_console.client.words.saying import said
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.keys.registry import key
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import FilterMenu, holds
from ekc_console.wire.messages import AgentTarget, Targets
from ekc_console.wire.words import words

REFRESH_S = 1.0
"""Between two looks at who is free while the list is open."""
Mode = Literal["transfer", "consult"]


class TargetMenu(FilterMenu):
    """``picked`` gets ``<kind>:<target>``, kinds as in ``TransferCall``. Digits that make a
    number are a target of their own."""

    def __init__(
        self,
        mode: Mode,
        targets: Targets,
        numbers: Sequence[str],
        picked: Callable[[str], None],
        ask_again: Callable[[Callable[[Targets], None]], None],
        number_of: Callable[[str], str],
    ) -> None:
        """``numbers``: from one's own history, offered once something is typed. ``ask_again``
        gets the targets as they are then and hands them to its argument. ``number_of``: what to
        dial for a typed text; raises EkcError for what this person cannot have dialled."""
        heading = _("Перевести вызов") if mode == "transfer" else _("Консультация: кого спросить")
        self.placeholder = (
            _("Имя, очередь или номер; Enter — выбрать")
            if mode == "transfer"
            else _("Имя или номер; Enter — выбрать")
        )
        super().__init__(heading, choices(mode, targets), picked)
        self._mode: Mode = mode
        self._targets = targets
        self._numbers = numbers
        self._ask_again = ask_again
        self._number_of = number_of

    def on_mount(self) -> None:
        self.call_after_refresh(self.show_typed)
        self.set_interval(REFRESH_S, lambda: self._ask_again(self.update_targets))

    def update_targets(self, targets: Targets) -> None:
        """Queues and operators as they are now. Nothing moves under the cursor: what was there
        keeps its place, what has come stands at the end."""
        if not self.is_attached:
            return
        self._targets = targets
        fresh = {choice.value: choice for choice in choices(self._mode, targets)}
        kept = [fresh.pop(c.value) for c in self._choices if c.value in fresh]
        self._choices = [*kept, *fresh.values()]
        self.show_typed()

    def matching(self, typed: str) -> list[Choice]:
        found = super().matching(typed)
        if typed and self._mode == "consult":
            found += [c for c in _emergency(self._mode, self._targets) if holds(c, typed)]
        if self._targets.outside and any(c.isdigit() for c in typed):
            known = {choice.value for choice in found}
            numbers = number_choices(typed, self._numbers, self._number_of)
            found += [choice for choice in numbers if choice.value not in known]
        return found

    def why_nothing(self, typed: str) -> str:
        """Of digits, why they make no number, or none of this person's."""
        if not typed:
            return _("Спросить сейчас некого: впишите номер. Скорая — {key}.").format(
                key=key("call.emergency")
            )
        if not any(c.isdigit() for c in typed):
            return super().why_nothing(typed)
        if not self._targets.outside:
            return said(words("right.no_transfer_out"))
        try:
            self._number_of(typed)
        except EkcError as error:
            return error.in_one_line
        return super().why_nothing(typed)


def choices(mode: Mode, targets: Targets) -> list[Choice]:
    """Free operators, queues, menus, operators not free; the emergency service last, so that no
    stray Enter sends a caller there, and to a consultation only when it is typed: it has a key of
    its own."""
    free = [Choice(f"agent:{a.id}", a.name, note=_standing(a)) for a in targets.agents if a.free]
    if mode == "consult":
        return [*free, *_busy(targets)]
    queues = [
        Choice(
            f"queue:{q.id}",
            _("Очередь «{title}»").format(title=q.title),
            note=_("ждут {waiting}, готовы {ready}").format(waiting=q.waiting, ready=q.ready),
        )
        for q in targets.queues
    ]
    menus = [
        Choice(f"menu:{m.id}", _("Меню «{title}»").format(title=m.title), note=_("автоответчик"))
        for m in targets.menus
    ]
    return [*free, *queues, *menus, *_busy(targets), *_emergency(mode, targets)]


def _emergency(mode: Mode, targets: Targets) -> list[Choice]:
    if not targets.emergency:
        return []
    label = _("Экстренная служба {number}").format(number=targets.emergency)
    note = (
        _("вместе с вами, как по {key}")
        if mode == "transfer"
        else _("абонент её не слышит; втроём — {key}")
    )
    value = f"number:{targets.emergency}"
    return [Choice(value, label, note=note.format(key=key("call.emergency")))]


def _busy(targets: Targets) -> list[Choice]:
    """Shown, so that nobody looks for them; picked, the server says why not."""
    return [
        Choice(f"agent:{a.id}", a.name, note="× " + _standing(a))
        for a in targets.agents
        if not a.free
    ]


def _standing(agent: AgentTarget) -> str:
    """The state, after the role of who is no operator: it can be typed to find them."""
    state = wording.agent_state(agent.state).lower()
    return state if agent.role == "operator" else f"{_(ROLES[agent.role])} · {state}"


def number_choices(
    typed: str, numbers: Sequence[str], number_of: Callable[[str], str]
) -> list[Choice]:
    """The typed number if it can be dialled, and those of the history that hold its digits."""
    digits = "".join(c for c in typed if c.isdigit())
    wanted = [typed, *(n for n in numbers if digits in "".join(c for c in n if c.isdigit()))]
    found: list[str] = []
    for text in wanted:
        with contextlib.suppress(EkcError):  # not a whole number yet, or not this person's to dial
            found.append(number_of(text))
    return [
        Choice(f"number:{number}", wording.phone(number), note=_("внешний номер"))
        for number in dict.fromkeys(found)
    ]
