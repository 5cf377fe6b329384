"""``ekc simulate``: a day in virtual time, with other people and settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from ekc_console.commands.shared.options import config_option, read_config
from ekc_console.commands.simulate import input as given
from ekc_console.domain.state.queue import check_settings
from ekc_console.domain.state.strategy import strategy_named
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.errors import EkcError
from ekc_console.simulation.plan import Plan

VARIED = ("agents", "calls-per-hour", "talk", "wrap-up", "patience")
READINGS = ("of_offered", "of_answered", "with_early_abandons", "without_short")


@click.command("simulate")
@config_option
@click.option("--queue", help="Очередь; без неё — первая из настроек.")
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Вызовы, разговоры и смены из журнала (ekc.db или JSONL).",
)
@click.option("--day", help="День журнала: 2026-11-23; без него — вчера, для JSONL — весь файл.")
@click.option(
    "--profile",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Получасовой профиль, CSV или YAML: time, calls, agents.",
)
@click.option("--calls-per-hour", default="200", show_default=True, help="Ровный поток вызовов.")
@click.option("--hours", default="8", show_default=True, help="Длина дня при ровном потоке, часы.")
@click.option("--agents", help="Операторов весь день; без него — 12, из профиля или журнала.")
@click.option("--talk", help="Средний разговор, с; без него — 180 или как в журнале.")
@click.option("--talk-cv", default="1", show_default=True, help="Разброс разговора: σ/среднее.")
@click.option("--wrap-up", help="Средняя обработка, с; без неё — 30 или как в журнале.")
@click.option("--wrap-up-cv", default="1", show_default=True, help="Разброс обработки.")
@click.option("--patience", help="Среднее терпение, с, или none; без него — 120 или по журналу.")
@click.option(
    "--patience-kind",
    type=click.Choice(("exponential", "lognormal", "weibull", "constant")),
    default="exponential",
    show_default=True,
    help="Распределение терпения.",
)
@click.option("--patience-cv", default="1", show_default=True, help="Разброс терпения.")
@click.option("--answer-delay", help="От предложения до ответа, с; без него — 0 или по журналу.")
@click.option("--missed", help="Доля предложений без ответа, 0…1; без неё — 0 или по журналу.")
@click.option("--rejected", help="Доля отклонённых предложений, 0…1; без неё — 0 или по журналу.")
@click.option("--breaks", help="Перерывов на час работы оператора; без них — 0 или по журналу.")
@click.option("--break-length", default="600", show_default=True, help="Средний перерыв, с.")
@click.option(
    "--redial", help="Доля потерянных, кто звонит снова, 0…1; без неё — 0 или по журналу."
)
@click.option("--redial-after", default="300", show_default=True, help="Через сколько, с.")
@click.option(
    "--callbacks", is_flag=True, help="Потерянным перезванивают: распределением, как на линии."
)
@click.option("--service-level", help="Порог уровня обслуживания, с; без него — из очереди.")
@click.option(
    "--reading",
    type=click.Choice(READINGS),
    default="of_offered",
    show_default=True,
    help="Прочтение уровня обслуживания, см. docs/simulation.md.",
)
@click.option("--warm-up", default="0", show_default=True, help="Не считать первые минуты.")
@click.option("--seeds", default="10", show_default=True, help="Сколько дней прожить.")
@click.option("--seed", default="1", show_default=True, help="Первое зерно.")
@click.option("--strategy", help="Сравнить стратегии: longest-idle,fewest-calls.")
@click.option("--vary", help="Сравнить значения: agents=20..40, talk=120..240:30.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="Записать таблицу CSV.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Записать JSON.")
@click.option("--plot/--no-plot", default=True, help="График при --vary и --strategy.")
def command(
    config_file: Path | None,
    queue: str | None,
    journal: Path | None,
    day: str | None,
    profile: Path | None,
    csv_file: Path | None,
    json_file: Path | None,
    plot: bool,
    strategy: str | None,
    vary: str | None,
    **texts: str | None,
) -> None:
    """Прожить день заново в виртуальном времени, тем же ядром, что распределяет вызовы.

    Печатает уровень обслуживания, ASA, потери, занятость, дозвон и наибольшую очередь: среднее и
    95-процентный доверительный интервал, рядом — формулы Эрланга. Ctrl+C — итог по тому, что уже
    прожито.

    \b
    ekc simulate --calls-per-hour 400 --agents 25 --talk 180 --patience 120
    ekc simulate --vary agents=20..40
    ekc simulate --journal ekc.db --day 2026-11-23 --strategy longest-idle,fewest-calls
    """
    from ekc_console.commands.simulate import output
    from ekc_console.commands.simulate.plan import Options, base_plan, varied_plan

    if profile and journal:
        raise EkcError("--profile и --journal вместе не бывают.", "Оставьте одно из них.")
    options = Options.read(texts)
    queues = _queues(config_file)
    plan = base_plan(options, queues, queue, profile, journal, day, read_config(config_file).zone)
    if options.service_level is not None:
        plan = _with_settings(plan, service_level_s=options.service_level)
    variants = [("", plan)]
    if strategy:
        names = [strategy_named(name.strip()).name for name in strategy.split(",")]
        variants = [(name, _with_settings(plan, strategy=name)) for name in names]
    if vary:
        name, values = given.varied(vary, VARIED)
        variants = [
            (f"{label} {name}={value:g}".strip(), varied_plan(p, name, value))
            for label, p in variants
            for value in values
        ]
    seeds = range(options.seed, options.seed + options.seeds)
    study = output.lived(variants, seeds, options.reading)
    output.show(study, variants, options.reading, plot and len(variants) > 1)
    output.export(study, csv_file, json_file)


def _queues(config_file: Path | None) -> tuple[QueueSettings, ...] | None:
    if config_file is None:
        return None
    queues = tuple(queue.settings() for queue in read_config(config_file).queues)
    check_settings(queues)
    return queues


def _with_settings(plan: Plan, **changes: object) -> Plan:
    """The plan with other settings of the queue that is shown."""
    queues = tuple(
        replace(q, **changes) if q.id == plan.queue else q  # type: ignore[arg-type]
        for q in plan.queues
    )
    check_settings(queues)
    return replace(plan, queues=queues)
