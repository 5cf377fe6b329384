"""A person's day as a line of states, with a legend in words and marks at what stands out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from textual.content import Content

from ekc_console.client.words.zone import zone
from ekc_console.domain.terms.localtime import local, moment_of
from ekc_console.i18n import N_, _
from ekc_console.tui.shared import wording
from ekc_console.tui.supervisor.present import words
from ekc_console.wire.day.person_day import DaySpell, PersonDay, SpellState

LEAST_CELL_S = 30.0
"""A cell tells of no less: a shift that has just begun is a short line."""
GAP = " "
_KINDS: tuple[tuple[str, str, str, tuple[SpellState, ...]], ...] = (
    (
        "▇", "$text-success", N_("разговор"),
        ("talking", "held", "consulting", "advising", "connecting", "dialing"),
    ),
    ("▒", "$text-accent", N_("постобработка"), ("wrap_up",)),
    ("░", "", N_("готов"), ("ready", "offered")),
    ("─", "$text-warning", N_("перерыв"), ("break",)),
    ("·", "$muted", N_("не готов"), ("not_ready",)),
    ("×", "bold $text-error", N_("не отвечает"), ("not_responding",)),
)  # fmt: skip
_SIGNS: dict[str, tuple[str, str]] = {
    state: (sign, style) for sign, style, _word, states in _KINDS for state in states
}
_STATE_WORDS: dict[str, str] = {
    state: word for _sign, _style, word, states in _KINDS for state in states
}
ODD = {"long": ("▴", N_("долго")), "short": ("▾", N_("коротко"))}


def lines(day: PersonDay, width: int, now: float) -> Content:
    """Hours, states, marks, legend, and in words what stands out."""
    if not day.spells:
        return Content.styled(_("Сегодня на смене ещё не был."), "$muted")
    since, step_s, cells = _scale(day, width, now)
    rows = [
        Content.styled(_hours(since, step_s, cells), "$muted"),
        _states(day, since, step_s, cells, now),
        Content.styled(_marks(day, since, step_s, cells, now), "bold $text-warning"),
        Content.styled(_legend(day), "$muted"),
    ]
    if told := " · ".join(_outstanding(day, now)):
        rows.append(Content(_("Выделяется: {what}").format(what=told)))
    return Content("\n").join(row for row in rows if row.plain.strip())


def _scale(day: PersonDay, width: int, now: float) -> tuple[float, float, int]:
    """Where the line begins, seconds of a cell, cells."""
    since = max(day.since, day.spells[0].since)
    last = day.spells[-1].until
    until = now if last is None else last
    step_s = max(LEAST_CELL_S, (until - since) / max(1, width))
    return since, step_s, max(1, min(width, round((until - since) / step_s)))


def _cell(at: float, since: float, step_s: float, cells: int) -> int:
    return max(0, min(cells - 1, int((at - since) / step_s)))


def _hours(since: float, step_s: float, cells: int) -> str:
    """The hours of the centre's clock, as many as there is room for."""
    here = local(since, zone()).replace(minute=0, second=0, microsecond=0)
    line = ""
    for _hour in range(48):
        here += timedelta(hours=1)
        place = int((moment_of(here, zone()) - since) / step_s)
        if place + 5 > cells:
            break
        if place >= len(line) + 2 or not line:
            line = line.ljust(place) + here.strftime("%H:%M")
    return line


def _states(day: PersonDay, since: float, step_s: float, cells: int, now: float) -> Content:
    """In each cell the state that took most of it."""
    spent: list[dict[str, float]] = [defaultdict(float) for _ in range(cells)]
    for spell in day.spells:
        until = now if spell.until is None else spell.until
        for place in range(
            _cell(spell.since, since, step_s, cells), _cell(until, since, step_s, cells) + 1
        ):
            begin = since + place * step_s
            both = min(until, begin + step_s) - max(spell.since, begin)
            spent[place][spell.state] += max(0.0, both)
    return Content.assemble(*(_painted(cell) for cell in spent))


def _painted(cell: dict[str, float]) -> tuple[str, str]:
    state = max(cell, key=lambda each: cell[each], default="")
    return _SIGNS.get(state, (GAP, "")) if state and cell[state] > 0 else (GAP, "")


def _marks(day: PersonDay, since: float, step_s: float, cells: int, now: float) -> str:
    line = [" "] * cells
    for spell in day.spells:
        if spell.odd:
            middle = (spell.since + (now if spell.until is None else spell.until)) / 2
            line[_cell(middle, since, step_s, cells)] = ODD[spell.odd][0]
    return "".join(line).rstrip()


def _legend(day: PersonDay) -> str:
    """Of the signs that are there."""
    states = {spell.state for spell in day.spells}
    odd = {spell.odd for spell in day.spells}
    parts = [f"{sign} {_(word)}" for sign, _s, word, mine in _KINDS if states & set(mine)]
    parts += [f"{sign} {_(word)}" for kind, (sign, word) in ODD.items() if kind in odd]
    return "  ".join(parts)


def _outstanding(day: PersonDay, now: float) -> Iterator[str]:
    """The latest first: ``12:40 перерыв: Обед 42:10 (обычно до 30:00)``."""
    for spell in reversed(day.spells):
        if spell.odd:
            yield f"{wording.clock(spell.since)[:5]} {_said(spell)} {_lasted(day, spell, now)}"


def _said(spell: DaySpell) -> str:
    word = _(_STATE_WORDS.get(spell.state, spell.state))
    reason = _(words.NOT_RESPONDING.get(spell.reason, spell.reason)) if spell.reason else ""
    return f"{word}: {reason}" if reason else word


def _lasted(day: PersonDay, spell: DaySpell, now: float) -> str:
    if spell.odd == "short":
        return _("короче {time}").format(time=wording.span(spell.usual_s))
    spent = (now if spell.until is None else spell.until) - spell.since
    if spell.state not in ("break", "wrap_up"):
        return _("втрое дольше обычных {time}").format(time=wording.span(spell.usual_s))
    text = _("{time} при {limit}")
    return text.format(time=wording.span(spent), limit=wording.span(spell.usual_s))
