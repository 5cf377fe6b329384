"""Tables of the day's report for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.table import Table

from ekc_console.server.store.report import AgentFigures, QueueFigures, Report

NOTE = (
    "SL — доля ответов в пределах порога среди поступивших без коротких потерь; "
    "ASA — среднее ожидание ответа; AHT — разговор, удержание и постобработка на вызов."
)


def tables(report: Report, names: Mapping[str, str]) -> Iterator[Table]:
    """Queues, then operators. ``names``: login to name."""
    yield _queues(report)
    yield _agents(report, names)


def _queues(report: Report) -> Table:
    table = Table(title="Сегодня по очередям", title_justify="left", caption=NOTE,
                  caption_justify="left")  # fmt: skip
    table.add_column("Очередь", no_wrap=True)
    for name in ("Поступило", "Отвечено", "Потеряно", "Коротких", "SL", "ASA", "AHT",
                 "Макс. ожид.", "Перезвонить", "Дозвон"):  # fmt: skip
        table.add_column(name, justify="right")
    for queue in report.queues:
        if queue.counts.offered or queue.callbacks_open:
            table.add_row(queue.title, *_queue_cells(queue))
    if not table.rows:
        table.add_row("Звонков ещё не было", *[""] * 10)
    table.add_section()
    table.add_row("Всего", *_queue_cells(report.total), style="bold")
    table.add_row("Не вышли из меню", str(report.abandoned_menu), *[""] * 9)
    return table


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


def _agents(report: Report, names: Mapping[str, str]) -> Table:
    table = Table(title="Сегодня по операторам", title_justify="left")
    table.add_column("Оператор", no_wrap=True)
    for name in ("Вызовов", "Разговор", "Удержание", "Постобр.", "Готов", "Перерыв", "Занятость"):
        table.add_column(name, justify="right")
    for agent in report.agents:
        table.add_row(names.get(agent.agent, agent.agent), *_agent_cells(agent))
    if not report.agents:
        table.add_row("Никто не работал", *[""] * 7)
    return table


def _agent_cells(agent: AgentFigures) -> list[str]:
    spans = (agent.talk_s, agent.held_s, agent.wrap_up_s, agent.ready_s, agent.break_s)
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
