"""Tables of the day's report for the terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich import box
from rich.table import Table

from ekc_console.i18n import N_, _
from ekc_console.reports.values import seconds, share
from ekc_console.server.store.calls.report import AgentFigures, QueueFigures, Reach, Report

Rows = list[tuple[str, list[str]]]
"""Name and figures; no figures in a row that only says something."""
NOTE = N_(
    "SL — доля ответов в пределах порога среди поступивших без коротких потерь; "
    "ASA — среднее ожидание ответа; AHT — (разговор + удержание + постобработка) / законченные "
    "вызовы с разговором, входящие и исходящие."
)


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    short: str
    """Where the terminal is narrow."""
    spare: int = 0
    """Of those that find no room the highest is left out first; 0: never."""


QUEUE_COLUMNS = (
    Column(N_("Поступило"), N_("Пост.")),
    Column(N_("Отвечено"), N_("Отв.")),
    Column(N_("Потеряно"), N_("Пот.")),
    Column(N_("Коротких"), N_("Кор."), 3),
    Column("SL", "SL"),
    Column("ASA", "ASA"),
    Column("AHT", "AHT"),
    Column(N_("Макс. ожид."), N_("Макс."), 1),
    Column(N_("Перезвонить"), N_("Обр.")),
    Column(N_("Дозвон"), N_("Дзв."), 2),
)
AGENT_COLUMNS = (
    Column(N_("Вызовов"), N_("Выз.")),
    Column(N_("Разговор"), N_("Разг.")),
    Column(N_("Удержание"), N_("Удерж."), 3),
    Column(N_("Постобр."), N_("Постоб.")),
    Column(N_("Готов"), N_("Готов")),
    Column(N_("Не готов"), N_("Не гот."), 2),
    Column(N_("Перерыв"), N_("Пер.")),
    Column(N_("В т. ч. неоплач."), N_("Неопл."), 1),
    Column(N_("Занятость"), N_("Зан.")),
)
FRAMED_NAME = 20
"""Columns of a name below which a table has no frame."""
LEAST_NAME = 12
"""Columns of a name before another column is left out."""


def tables(
    report: Report, names: Mapping[str, str], width: int, unpaid: Collection[str]
) -> Iterator[Table]:
    """Queues, then operators. ``names``: login to name; ``width`` of the terminal; ``unpaid``:
    the reasons of breaks that are no working time."""
    yield _queues(report, width)
    yield _agents(report, names, width, unpaid)


def _table(title: str, first: str, columns: Sequence[Column], rows: Rows, width: int) -> Table:
    """Figures are never cut: what is too wide gets short headings and no frame, then loses the
    columns that can be spared; the name takes what is left."""
    figures = [cells for _title, cells in rows]
    widths = _widths([_(column.heading) for column in columns], figures)
    if FRAMED_NAME + 4 + sum(width + 3 for width in widths) <= width:
        table = Table(title=title, title_justify="left")
        kept, headings = list(range(len(columns))), [_(column.heading) for column in columns]
        frame, gap = 4, 3
    else:
        table = Table(
            title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=0, show_edge=False
        )
        headings = [_(column.short) for column in columns]
        kept = _kept(columns, _widths(headings, figures), width)
        frame, gap = 0, 1
    least = _widths(headings, figures)
    room = width - frame - sum(least[index] + gap for index in kept)
    longest = max(map(len, [first, *(name for name, _figures in rows)]))
    table.add_column(
        first, width=max(LEAST_NAME, min(longest, room)), no_wrap=True, overflow="ellipsis"
    )
    for index in kept:
        table.add_column(headings[index], justify="right", no_wrap=True, width=least[index])
    for name, cells in rows:
        table.add_row(name, *(cells[index] for index in kept if cells))
    return table


def _widths(headings: Sequence[str], figures: Sequence[Sequence[str]]) -> list[int]:
    return [
        max([len(heading), *(len(cells[index]) for cells in figures if cells)])
        for index, heading in enumerate(headings)
    ]


def _kept(columns: Sequence[Column], widths: Sequence[int], width: int) -> list[int]:
    kept = list(range(len(columns)))
    while LEAST_NAME + sum(widths[index] + 1 for index in kept) > width:
        spare = max(kept, key=lambda index: columns[index].spare)
        if not columns[spare].spare:
            break
        kept.remove(spare)
    return kept


def _queues(report: Report, width: int) -> Table:
    rows: Rows = [
        (queue.title, _queue_cells(queue))
        for queue in report.queues
        if queue.counts.offered or queue.callbacks_open
    ] or [(_("Вызовов ещё не было"), [])]
    menu = [str(report.abandoned_menu), *[""] * (len(QUEUE_COLUMNS) - 1)]
    rows += [(_("Всего"), _queue_cells(report.total)), (_("Не вышли из меню"), menu)]
    table = _table(_("Сегодня по очередям"), _("Очередь"), QUEUE_COLUMNS, rows, width)
    table.rows[-3].end_section = True
    table.rows[-2].style = "bold"
    table.caption, table.caption_justify = f"{_(NOTE)}\n{reach_text(report)}", "left"
    return table


def reach_text(report: Report) -> str:
    """Guaranteed reach and the error of the predicted wait, in a line each."""
    reach, wait = report.reach, report.wait
    lines = [
        _("Гарантированный дозвон за сутки: {all} (со скрытым номером: {withheld}).").format(
            all=share(reach.share), withheld=share(reach.withheld)
        )
        if reach != Reach(None, None)
        else _("Гарантированный дозвон за сутки: — (сутки ещё ни у кого не прошли).")
    ]
    if wait.calls:
        text = _(
            "Прогноз ожидания: дождались не дольше обещанного {share} (цель 90%), в среднем "
            "ошибка {bias:+.0f} с, вызовов {calls}."
        )
        lines.append(text.format(share=share(wait.coverage), bias=wait.bias_s, calls=wait.calls))
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


def _agents(report: Report, names: Mapping[str, str], width: int, unpaid: Collection[str]) -> Table:
    rows: Rows = [
        (names.get(agent.agent, agent.agent), _agent_cells(agent, unpaid))
        for agent in report.agents
    ] or [(_("Никто не работал"), [])]
    return _table(_("Сегодня по операторам"), _("Оператор"), AGENT_COLUMNS, rows, width)


def _agent_cells(agent: AgentFigures, unpaid: Collection[str]) -> list[str]:
    unpaid_s = sum(spent for reason, spent in agent.breaks if reason in unpaid)
    spans = (
        agent.talk_s, agent.held_s, agent.wrap_up_s, agent.ready_s, agent.not_ready_s,
        agent.break_s, unpaid_s,
    )  # fmt: skip
    return [str(agent.calls), *map(seconds, spans), share(agent.occupancy)]
