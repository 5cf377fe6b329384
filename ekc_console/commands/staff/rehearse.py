"""``ekc staff rehearse``: the days to come lived through in the simulator, with people of the
roster, with as many as are needed, and with some more or less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path

import click

from ekc_console.commands.shared.options import chosen_queues, config_option, read_config, say
from ekc_console.commands.staff import asked as asking
from ekc_console.commands.staff.words import rests_on
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.simulation.durations import Endless, Parametric
from ekc_console.simulation.plan import Plan as Simulated
from ekc_console.simulation.plan import Slot, shifts_of
from ekc_console.staffing.need import on_line_of
from ekc_console.staffing.plan import Plan
from ekc_console.staffing.roster import Shift, on_shift

MOST_DAYS = 7
_HALVES = 48


@click.command("rehearse")
@config_option
@asking.day
@asking.aims
@click.option(
    "--people",
    type=click.IntRange(-500, 500),
    default=0,
    metavar="±N",
    help="И с графиком, в котором на смене на столько людей больше или меньше.",
)
@click.option(
    "--seeds", type=click.IntRange(2, 200), default=10, show_default=True,
    help="Сколько раз прожить: чем больше, тем уже интервалы.",
)  # fmt: skip
def command(
    config_file: Path | None,
    period: str,
    queue: tuple[str, ...],
    people: int,
    seeds: int,
    **aims: str | None,
) -> None:
    """Прожить ПЕРИОД заранее: что будет с людьми графика и что — если их больше или меньше.

    Звонят столько, сколько в прогнозе; людей распределяет то же ядро, что на линии. Рядом — тот же
    день, когда людей столько, сколько нужно. Ctrl+C — итог по тому, что уже прожито.

    \b
    ekc staff rehearse завтра --people +2
    ekc staff rehearse 07.12.2026 --queue vaccination --people -1
    """
    from ekc_console.commands.simulate import output

    config = read_config(config_file)
    queues = chosen_queues(config, queue)
    plan = asking.worked_out(config, period, queues, **aims)
    if len(plan.halves) > MOST_DAYS * (_HALVES + 2):
        raise EkcError(
            _("Репетиция — не больше чем на {days} дней.").format(days=MOST_DAYS),
            _("Назовите день: завтра или 07.12.2026."),
        )
    if not plan.target.handling_s:
        raise EkcError(*[text for text in rests_on(plan) if "--handling" in text])
    found = list(variants(plan, asking.planned(config, plan), people, queues[0]))
    if len(found) == 1:
        say(_("На это время никто не стоит: ekc staff roster plan или import."), fg="yellow")
    study = output.lived(found, range(1, seeds + 1), "of_offered")
    output.show(study, found, "of_offered", plot=False)
    for text in rests_on(plan):
        click.echo(text)


def variants(
    plan: Plan, shifts: Sequence[Shift], people: int, queue: QueueSettings
) -> Iterator[tuple[str, Simulated]]:
    """As many people as are needed; those of the roster, where anybody is; and ``people`` more."""
    needed = [half.need.on_shift for half in plan.halves]
    yield _("сколько нужно"), _simulated(plan, needed, queue)
    planned = on_shift([half.span for half in plan.halves], shifts)
    if not any(planned):
        return
    yield _("по графику"), _simulated(plan, planned, queue)
    if people:
        changed = [max(0, there + people) if there else 0 for there in planned]
        yield _("по графику {people:+d}").format(people=people), _simulated(plan, changed, queue)


def _simulated(plan: Plan, on_shift: Sequence[int], queue: QueueSettings) -> Simulated:
    """Handling is one stretch, as the formulas have it; who is not on the line is not there."""
    target = plan.target
    slots = tuple(
        Slot(half.span.since, half.span.until, half.calls, on_line_of(n, target.shrinkage))
        for half, n in zip(plan.halves, on_shift, strict=True)
    )
    settings = QueueSettings(
        queue.id,
        queue.title,
        strategy=queue.strategy,
        service_level_s=target.within_s,
        wrap_up="none",
        callback_on_abandon=False,
    )
    return Simulated(
        queues=(settings,),
        queue=settings.id,
        from_s=slots[0].from_s,
        to_s=slots[-1].to_s,
        talk=Parametric(target.handling_s),
        wrap_up=Parametric(0.0),
        patience=Parametric(target.patience_s) if isfinite(target.patience_s) else Endless(),
        slots=slots,
        shifts=shifts_of(slots, (settings.id,)),
    )
