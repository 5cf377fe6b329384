"""Several of what there is, chosen in a list: queues, teams."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ekc_console.i18n import _
from ekc_console.tui.shared.host import Host
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.panels import Menu

Named = Sequence[tuple[str, str]]
"""Ids and titles."""
DONE = " done"
"""Among the choices: nothing has such an id."""


def choose_some(
    host: Host,
    heading: str,
    known: Named,
    now: tuple[str, ...],
    then: Callable[[tuple[str, ...]], None],
    *,
    tiers: bool = False,
    none: str = "",
    at: str = DONE,
) -> None:
    """Enter on one puts it in or takes it out, on the first line it ends. ``now``: what is chosen
    already; with ``tiers`` one that is in goes on to the second tier (``main=2``) before it is out.
    ``none``: what it means to choose none, said while none is. ``at``: where the cursor begins."""
    done = _("Готово: {n} из {all}").format(
        n=sum(bool(_of(one, now)) for one, _title in known), all=len(known)
    )
    how = _("Enter на строке — взять, убрать")
    note = how if now or not none else none
    choices = [Choice(DONE, done, chosen=at == DONE, note=note)]
    choices += [
        Choice(one, f"{_mark(one, now)} {title}", chosen=one == at, note=_tier(one, now))
        for one, title in known
    ]

    def picked(one: str) -> None:
        if one == DONE:
            then(now)
        else:
            chosen = _next(one, now, tiers)
            choose_some(host, heading, known, chosen, then, tiers=tiers, none=none, at=one)

    host.show_panel(Menu(heading, choices, picked))


def _of(one: str, now: tuple[str, ...]) -> str:
    """How it is chosen, with its tier; "" where it is not."""
    return next((text for text in now if text.partition("=")[0] == one), "")


def _mark(one: str, now: tuple[str, ...]) -> str:
    return "●" if _of(one, now) else "○"


def _tier(one: str, now: tuple[str, ...]) -> str:
    _name, _sign, tier = _of(one, now).partition("=")
    return _("{tier}-я ступень").format(tier=tier) if tier else ""


def _next(one: str, now: tuple[str, ...], tiers: bool) -> tuple[str, ...]:
    if not (chosen := _of(one, now)):
        return (*now, one)
    if tiers and chosen == one:
        return tuple(f"{one}=2" if text == one else text for text in now)
    return tuple(text for text in now if text != chosen)
