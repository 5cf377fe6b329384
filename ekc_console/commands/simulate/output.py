"""What ``ekc simulate`` lives through and shows."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from ekc_console.commands.shared.options import say
from ekc_console.domain.insight.metrics import ServiceLevel
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.simulation.durations import Endless, Parametric
from ekc_console.simulation.engine import simulate
from ekc_console.simulation.erlang import Line
from ekc_console.simulation.figures import Estimate, Figures, Reading, figures, summary, theory
from ekc_console.simulation.plan import Plan, half_hours

Variants = Sequence[tuple[str, Plan]]
Study = dict[str, list[Figures]]
"""Days that were lived, by variant."""

_ROWS = (
    ("offered", N_("Вызовов в очереди"), ".0f", 1.0),
    ("service_level", N_("Уровень обслуживания, %"), ".1f", 100.0),
    ("asa_s", N_("Среднее время ответа (ASA), с"), ".1f", 1.0),
    ("wait_s", N_("Ожидание всех, с"), ".1f", 1.0),
    ("wait_share", N_("Ждали, %"), ".1f", 100.0),
    ("abandoned", N_("Потери, %"), ".1f", 100.0),
    ("occupancy", N_("Занятость, %"), ".1f", 100.0),
    ("reach", N_("Дозвон, %"), ".1f", 100.0),
    ("queue_max", N_("Наибольшая очередь"), ".1f", 1.0),
)
_SHORT = {
    "service_level": N_("SL, %"),
    "asa_s": N_("ASA, с"),
    "abandoned": N_("Потери, %"),
    "occupancy": N_("Занятость, %"),
    "reach": N_("Дозвон, %"),
    "queue_max": N_("Очередь"),
}
"""Columns of a comparison; the export has all figures."""
_READINGS = {
    "of_offered": N_("принято за T / поступило"),
    "of_answered": N_("принято за T / принято"),
    "with_early_abandons": N_("(принято за T + потеряно за T) / (принято + потеряно)"),
    "without_short": N_("принято за T / (поступило − короткие потери)"),
}
assert set(_READINGS) == set(ServiceLevel.__dataclass_fields__)


def lived(variants: Variants, seeds: Sequence[int], reading: Reading) -> Study:
    """Live through all variants, seed by seed, so that an interruption leaves all of them with
    about as many days."""
    study: Study = {label: [] for label, _plan in variants}
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task(_("Моделирование"), total=len(seeds) * len(variants))
        done = 0.0

        def on_progress(share: float) -> None:
            progress.update(task, completed=done + share)

        try:
            for seed in seeds:
                for label, plan in variants:
                    day = simulate(plan, seed, on_progress)
                    found = figures(day, plan.settings.service_level_s, reading)
                    study[label].append(found)
                    done += 1
                    progress.update(task, completed=done)
        except KeyboardInterrupt:
            progress.stop()
            say(_("Прервано: показано то, что уже прожито."), fg="yellow")
    return {label: days for label, days in study.items() if days}


def show(study: Study, variants: Variants, reading: Reading, plot: bool) -> None:
    console = Console()
    if not study:
        console.print(_("Ни один день не прожит."))
        return
    plans = dict(variants)
    if len(plans) == 1:
        ((label, days),) = study.items()
        console.print(_alone(plans[label], days))
    else:
        console.print(_compared(study))
    first = next(iter(plans.values()))
    threshold = f"{first.settings.service_level_s:g}"
    console.print(
        _("Уровень обслуживания: {reading}, T = {seconds} с.").format(
            reading=_(_READINGS[reading]), seconds=threshold
        )
    )
    for line in _remarks(first, len(plans) == 1):
        console.print(line)
    if plot and len(study) > 1:
        _plot(study)


def _remarks(plan: Plan, formulas: bool) -> Iterator[str]:
    """How people behave in the first variant, and what of it the formulas do not know."""
    said = _behaviour(plan)
    if plan.recorded:
        took = _("Люди (по журналу, где не задано иное): {behaviour}.")
        yield took.format(behaviour=", ".join(said) or _("без отклонений"))
    unknown = list(said)
    if not all(
        isinstance(d, Parametric) and (d.kind == "exponential" or d.mean_s == 0)
        for d in (plan.talk, plan.wrap_up, plan.patience)
        if not isinstance(d, Endless)
    ):
        unknown.insert(0, _("распределения не экспоненциальные"))
    elif plan.wrap_up.mean_s:
        unknown.insert(0, _("разговор с обработкой вместе не экспоненциальны"))
    if formulas and not plan.slots:
        yield _(
            "Формулы для дня из журнала: частями около получаса, по среднему потоку вызовов всех "
            "очередей и среднему числу операторов без перерывов в каждой."
        )
    if formulas and unknown:
        known = _("Формулы Эрланга считают по средним, а здесь иначе: {what}.")
        yield known.format(what=", ".join(unknown))


def _behaviour(plan: Plan) -> list[str]:
    people, said = plan.behaviour, []
    if people.answer_delay_s:
        said.append(_("ответ через {s:.1f} с").format(s=people.answer_delay_s))
    if people.missed:
        said.append(_("без ответа {n:.1f} % предложений").format(n=people.missed * 100))
    if people.rejected:
        said.append(_("отклонено {n:.1f} % предложений").format(n=people.rejected * 100))
    if people.breaks_per_hour:
        said.append(
            _("перерывов {n:.2f} в час по {s:.0f} с").format(
                n=people.breaks_per_hour, s=people.break_length.mean_s
            )
        )
    if people.redial:
        said.append(
            _("снова звонят {n:.1f} % потерянных через {s:.0f} с").format(
                n=people.redial * 100, s=people.redial_after.mean_s
            )
        )
    return said


def _alone(plan: Plan, days: list[Figures]) -> Table:
    table = Table(title=_("{queue}: дней {n}").format(queue=plan.settings.title, n=len(days)))
    table.add_column("")
    table.add_column(_("Среднее"), justify="right")
    table.add_column(_("± 95 %"), justify="right")
    lines = _theories(plan)
    for name, _line in lines:
        table.add_column(name, justify="right")
    estimates = summary(days)
    for name, title, form, scale in _ROWS:
        found = estimates[name]
        cells = [_mean(found, form, scale), _half(found, form, scale)]
        cells += [_of_line(line, name, form, scale) for _name, line in lines]
        table.add_row(_(title), *cells)
    return table


def _theories(plan: Plan) -> list[tuple[str, Line | None]]:
    """Erlang C of the library, and Erlang A where callers give up."""
    lines: list[tuple[str, Line | None]] = []
    patience = plan.patience
    if isinstance(patience, Parametric):
        lines.append(("Erlang A", theory(plan, patience.mean_s)))
    lines.insert(0, ("Erlang C", _erlang_c(plan)))
    return lines


def _erlang_c(plan: Plan) -> Line | None:
    """Wait probability and service level by pyworkforce, slot by slot; the mean wait from them.
    None when the library is not installed or a slot is overloaded."""
    try:
        from pyworkforce.queuing import ErlangC
    except ImportError:
        say(_("Erlang C не посчитан: pip install ekc-console[staffing]"), fg="yellow")
        return None
    handling = plan.talk.mean_s + plan.wrap_up.mean_s + plan.behaviour.answer_delay_s
    own = theory(plan, math.inf)
    slots = half_hours(plan)
    calls = sum(slot.calls for slot in slots)
    if own is None or not calls:
        return None
    level = share = 0.0
    for slot in slots:
        if slot.calls:
            library = ErlangC(
                transactions=slot.calls,
                aht=handling / 60,
                asa=max(plan.settings.service_level_s, 1e-6) / 60,
                interval=(slot.to_s - slot.from_s) / 60,
            )
            level += slot.calls / calls * float(library.service_level(slot.agents))
            share += slot.calls / calls * float(library.waiting_probability(slot.agents))
    return Line(share, 0.0, own.wait_s, own.asa_s, own.occupancy, level)


def _mean(found: Estimate | None, form: str, scale: float) -> str:
    return "—" if found is None else format(found.mean * scale, form)


def _half(found: Estimate | None, form: str, scale: float) -> str:
    return "" if found is None or found.half is None else format(found.half * scale, form)


def _of_line(line: Line | None, name: str, form: str, scale: float) -> str:
    value = getattr(line, name, None)
    return "" if value is None else format(value * scale, form)


def _compared(study: Study) -> Table:
    table = Table(title=_("Сравнение"))
    table.add_column(_("Вариант"), no_wrap=True)
    for title in _SHORT.values():
        table.add_column(_(title), justify="right")
    for label, days in study.items():
        estimates = summary(days)
        cells = []
        for name, _title, form, scale in (row for row in _ROWS if row[0] in _SHORT):
            half = _half(estimates[name], form, scale)
            cells.append(_mean(estimates[name], form, scale) + (f" ±{half}" if half else ""))
        table.add_row(label, *cells)
    return table


def _plot(study: Study) -> None:
    import plotext

    labels = list(study)
    figure = plotext.figure
    figure.clear()
    figure.theme("simple")
    figure.plot_size(min(100, Console().width), 18)
    marks = list(range(len(labels)))
    for name in ("service_level", "occupancy", "abandoned"):
        estimates = [summary(study[label])[name] for label in labels]
        signal = figure.signal(marks, [e.mean * 100 if e else 0.0 for e in estimates])
        signal.label(_(_SHORT[name]))
        signal.lines()
        figure.draw(signal)
    step = max(1, len(labels) // 8)
    figure.ruler("x").ticks(marks[::step], labels[::step])
    click.echo(figure.build())


def export(study: Study, csv_file: Path | None, json_file: Path | None) -> None:
    """Raises EkcError naming the option."""
    try:
        if csv_file is not None:
            with csv_file.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(["variant", "figure", "mean", "half_95", "days"])
                for label, days in study.items():
                    for name, found in summary(days).items():
                        if found is not None:
                            writer.writerow([label, name, found.mean, found.half, len(days)])
        if json_file is not None:
            plain = {
                label: {
                    "days": [asdict(day) for day in days],
                    "summary": {n: asdict(e) if e else None for n, e in summary(days).items()},
                }
                for label, days in study.items()
            }
            json_file.write_text(json.dumps(plain, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        raise EkcError(
            f"--csv/--json: файл {error.filename} не пишется: {error.strerror}.",
            "Укажите другой файл.",
        ) from error
