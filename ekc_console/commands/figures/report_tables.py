"""Tables of the day's report for the terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from rich import box
from rich.table import Table

from ekc_console.server.store.calls.report import AgentFigures, QueueFigures, Report

NOTE = (
    "SL — доля ответов в пределах порога среди поступивших без коротких потерь; "
    "ASA — среднее ожидание ответа; AHT — разговор, удержание и постобработка на вызов."
)


QUEUE_COLUMNS = (
    ("Поступило", "Пост."),
    ("Отвечено", "Отв."),
    ("Потеряно", "Пот."),
    ("Коротких", "Кор."),
    ("SL", "SL"),
    ("ASA", "ASA"),
    ("AHT", "AHT"),
    ("Макс. ожид.", "Макс."),
    ("Перезвонить", "Обр."),
    ("Дозвон", "Дзв."),
)
AGENT_COLUMNS = (
    ("Вызовов", "Выз."),
    ("Разговор", "Разг."),
    ("Удержание", "Удерж."),
    ("Постобр.", "Постобр."),
    ("Готов", "Готов"),
    ("Перерыв", "Пер."),
    ("В т. ч. неоплач.", "Неопл."),
    ("Занятость", "Занят."),
)
NARROW = 120
"""Below this many columns of the terminal the headings are short and the lines left out."""


def tables(
    report: Report, names: Mapping[str, str], width: int, unpaid: Collection[str]
) -> Iterator[Table]:
    """Queues, then operators. ``names``: login to name; ``width`` of the terminal; ``unpaid``:
    the reasons of breaks that are no working time."""
    narrow = width < NARROW
    yield _queues(report, narrow)
    yield _agents(report, names, narrow, unpaid)


def _table(title: str, narrow: bool) -> Table:
    if narrow:
        return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    return Table(title=title, title_justify="left")


def _queues(report: Report, narrow: bool) -> Table:
    table = _table("Сегодня по очередям", narrow)
    table.caption, table.caption_justify = f"{NOTE}\n{reach_text(report)}", "left"
    table.add_column("Очередь", no_wrap=True, overflow="ellipsis", min_width=16)
    for name, short in QUEUE_COLUMNS:
        table.add_column(short if narrow else name, justify="right", no_wrap=True)
    for queue in report.queues:
        if queue.counts.offered or queue.callbacks_open:
            table.add_row(queue.title, *_queue_cells(queue))
    if not table.rows:
        table.add_row("Вызовов ещё не было", *[""] * 10)
    table.add_section()
    table.add_row("Всего", *_queue_cells(report.total), style="bold")
    table.add_row("Не вышли из меню", str(report.abandoned_menu), *[""] * 9)
    return table


def reach_text(report: Report) -> str:
    """Guaranteed reach and the error of the predicted wait, in a line each."""
    lines = [
        f"Гарантированный дозвон за сутки: {share(report.reach.share)} "
        f"(со скрытым номером: {share(report.reach.withheld)})."
    ]
    wait = report.wait
    if wait.calls:
        lines.append(
            f"Прогноз ожидания: дождались не дольше обещанного {share(wait.coverage)} "
            f"(цель 90%), в среднем ошибка {wait.bias_s:+.0f} с, вызовов {wait.calls}."
        )
    return "\n".join(lines)


def _queue_cells(queue: QueueFigures) -> list[str]:
    counts = queue.counts
    return [
        str(counts.offered),
        str(counts.answered),
        str(counts.abandoned),
        str(counts.short_abandoned),
        share(queue.service_level.without_short),
        seconds(queue.asa_s),
        seconds(queue.aht_s),
        seconds(queue.longest_wait_s),
        str(queue.callbacks_open),
        str(queue.callbacks_reached),
    ]


def _agents(
    report: Report, names: Mapping[str, str], narrow: bool, unpaid: Collection[str]
) -> Table:
    table = _table("Сегодня по операторам", narrow)
    table.add_column("Оператор", no_wrap=True, overflow="ellipsis", min_width=16)
    for name, short in AGENT_COLUMNS:
        table.add_column(short if narrow else name, justify="right", no_wrap=True)
    for agent in report.agents:
        table.add_row(names.get(agent.agent, agent.agent), *_agent_cells(agent, unpaid))
    if not report.agents:
        table.add_row("Никто не работал", *[""] * len(AGENT_COLUMNS))
    return table


def _agent_cells(agent: AgentFigures, unpaid: Collection[str]) -> list[str]:
    unpaid_s = sum(spent for reason, spent in agent.breaks if reason in unpaid)
    spans = (agent.talk_s, agent.held_s, agent.wrap_up_s, agent.ready_s, agent.break_s, unpaid_s)
    return [str(agent.calls), *map(seconds, spans), share(agent.occupancy)]


def seconds(value: float | None) -> str:
    """``1:02:03``, ``2:03`` or ``—``."""
    if value is None:
        return "—"
    minutes, rest = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def share(value: float | None) -> str:
    return "—" if value is None else f"{value:.0%}"
