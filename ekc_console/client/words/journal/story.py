"""A call's lines of the journal in words, for the command line and the screen alike."""

from __future__ import annotations

from collections.abc import Iterator

from ekc_console.client.words.journal.facts import FACTS
from ekc_console.client.words.settings.values import strategy_in_words
from ekc_console.i18n import N_, _
from ekc_console.reports.kinds import OUTCOMES
from ekc_console.wire.day.story import StoryCandidate, StoryDecision, StoryLine, StoryRival

OBSTACLES = {
    "on_break": N_("перерыв"),
    "offered": N_("ему уже звонит вызов"),
    "busy": N_("разговаривает"),
    "wrap_up": N_("обработка после вызова"),
    "not_responding": N_("не отвечает"),
    "no_leg": N_("телефон не на линии"),
    "console_gone": N_("консоль не на связи"),
    "queue_paused": N_("очередь приостановлена"),
    "kept_for_other": N_("вызов ждёт другого оператора"),
    "tier_closed": N_("его ярус ещё не подключён"),
    "skill_missing": N_("нет навыка"),
    "rests": N_("недавно отказался от этого вызова"),
}
_DECIDED = {
    "key": N_("решение ({strategy})"),
    "lot": N_("решение ({strategy}, жребием)"),
    "name": N_("решение (назван переводом, а не «{strategy}»)"),
}
RESULTS = {
    "timeout": N_("не ответил вовремя"),
    "rejected": N_("отказался"),
    "accepted": N_("ответил другой"),
    "taken": N_("ответил другой"),
    "caller_gone": N_("звонящий положил трубку"),
    "unreachable": N_("недоступен"),
    "paused": N_("ушёл на перерыв"),
    "withdrawn": N_("предложение снято"),
}
ENDED_BY = {
    "caller": N_("трубку положил абонент"),
    "agent": N_("трубку положил оператор"),
    "system": N_("завершила система"),
    "engine": N_("прервалась связь"),
}
OFFERED = N_("предложен")
Indented = tuple[int, str]
"""How deep a line stands, and the line."""


def text(line: StoryLine) -> str:
    """What happened, in one line."""
    about = _about(line)
    what = _(OFFERED) if line.fact == "OfferCall" else _(FACTS.get(line.fact, line.fact))
    return f"{what}: {about}" if about else what


def below(line: StoryLine, *, ranks: bool = True) -> Iterator[Indented]:
    """What else is known of it: whose offers ended, and how it was decided whom to ask; ``ranks``:
    with the figures by which the strategy puts people in order."""
    for person, reason in line.withdrawn:
        yield 0, f"{person}: {_(RESULTS.get(reason, reason))}"
    for decision in line.decisions:
        yield from _decision(decision, ranks)


def _about(line: StoryLine) -> str:
    if line.virtual:
        placed = _("обратный вызов {id} встал в очередь {queue}")
        return placed.format(id=line.callback, queue=line.queue)
    if line.ended_by:
        return ", ".join(_ended(line))
    said = [*_where(line), *_who(line)]
    if line.number is not None:
        said.append(line.number or _("номер скрыт"))
    if line.why:
        said.append(f"«{line.why}»")
    return ", ".join(said)


def _ended(line: StoryLine) -> Iterator[str]:
    yield _(ENDED_BY.get(line.ended_by, line.ended_by))
    if line.outcome:
        yield _(OUTCOMES.get(line.outcome, line.outcome))
    if line.callback:
        yield _("обратный вызов {id}").format(id=line.callback)


def _where(line: StoryLine) -> Iterator[str]:
    if line.step:
        yield line.step
    if line.queue:
        yield line.queue
    if line.queued:
        yield _("приоритет {n}").format(n=line.priority)
    if line.skills:
        yield _("навыки: {skills}").format(skills=", ".join(line.skills))
    if line.score_s is not None:
        yield _("счёт: {s} с").format(s=_signed(line.score_s))
    if line.position:
        yield _("место {n}").format(n=line.position)


def _who(line: StoryLine) -> Iterator[str]:
    if line.person:
        yield f"{line.person} → {line.other}" if line.other else line.person
    elif line.other:
        yield line.other
    if line.by:
        yield _("распорядился {name}").format(name=line.by)


def _decision(decision: StoryDecision, ranks: bool) -> Iterator[Indented]:
    said = _(_DECIDED[decision.by]).format(strategy=strategy_in_words(decision.strategy))
    yield 0, f"{said}: {', '.join(decision.chosen)}"
    for candidate in decision.candidates:
        yield 1, _candidate(candidate, ranks)
    if decision.place is not None and decision.waiting > 1:
        title = _("ждали его вызовы, из {count} этот — {place}-й:")
        yield 1, title.format(count=decision.waiting, place=decision.place)
        if decision.by_turn:
            yield 1, _("впереди обратные вызовы из списка, но была очередь звонящего")
        for rival in decision.rivals:
            yield 1, _rival(rival)


def _candidate(one: StoryCandidate, ranks: bool) -> str:
    why = _("мог взять")
    if one.obstacle:
        why = _(OBSTACLES.get(one.obstacle, one.obstacle))
        if one.detail:
            why = f"{why}: {_detail(one)}"
    rank = _("ярус {tier}  ключ {key:.3f}").format(tier=one.tier, key=one.key) if ranks else ""
    return f"{'→' if one.chosen else ' '} {one.person:<16} {rank}{'  ' if rank else ''}{why}"


def _detail(one: StoryCandidate) -> str:
    """Of who does not respond, how the last offer ended."""
    if one.obstacle == "not_responding":
        return _(_SILENT.get(one.detail, one.detail))
    return one.detail


_SILENT = {
    "no_answer": N_("не ответил вовремя"),
    "rejected": N_("отказался"),
    "unreachable": N_("недоступен"),
}


def _rival(one: StoryRival) -> str:
    said = _("счёт {s} с").format(s=_signed(one.score_s))
    if one.assigned:
        said += "  " + _("назначен ему руководителем")
    elif one.interrupted:
        said += "  " + _("оборван у нас: раньше остальных")
    return f"{'→' if one.mine else ' '} {one.call:<24} {said}"


def _signed(seconds: float) -> str:
    """With the comma or the point of the language."""
    return f"{seconds:+.1f}".replace(".", _(","))
