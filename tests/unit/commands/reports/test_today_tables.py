"""What ``ekc report`` says of reach and of the promised wait."""

from __future__ import annotations

import dataclasses
import io
import re
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rich.console import Console

from ekc_console import i18n
from ekc_console.commands.reports.today_tables import (
    AGENT_COLUMNS,
    QUEUE_COLUMNS,
    reach_text,
    tables,
)
from ekc_console.domain.insight.metrics import Counts, ServiceLevel, wait_error
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.server.store.calls.report import AgentFigures, QueueFigures, Reach, Report


@pytest.mark.parametrize(
    ("reach", "waits", "said"),
    [
        (Reach(None, None), [], ["за сутки: — (сутки ещё ни у кого не прошли)."]),
        (
            Reach(0.917, 0.5),
            [(30.0, 20.0), (30.0, 60.0)],
            [
                "Гарантированный дозвон за сутки: 92% (со скрытым номером: 50%).",
                "не дольше обещанного 50% (цель 90%), в среднем ошибка +10 с, вызовов 2.",
            ],
        ),
    ],
)
def test_reach_and_the_promised_wait(
    reach: Reach, waits: list[tuple[float, float]], said: list[str]
) -> None:
    text = reach_text(cast(Any, SimpleNamespace(reach=reach, wait=wait_error(waits))))
    assert len(text.splitlines()) == len(said)
    for line in said:
        assert line in text


@pytest.mark.parametrize("width", [200, 120, 100, 80])
def test_the_report_fits_the_terminal_and_cuts_no_figure(width: int) -> None:
    figures = report()
    printed = io.StringIO()
    console = Console(file=printed, width=width)
    for table in tables(figures, {"anna": "Иванова Анна Петровна-Сидорова"}, width, {"lunch"}):
        console.print(table)
    text = printed.getvalue()
    assert max(map(len, text.splitlines())) <= width
    for whole in ("12345", "1:02:03", "10:00:01", "0:59", "87%", "Иванова"):
        assert whole in text
    headings = {column.heading for column in AGENT_COLUMNS + QUEUE_COLUMNS}
    short = {column.short for column in AGENT_COLUMNS + QUEUE_COLUMNS if not column.spare}
    assert all(word in text for word in (headings if width == 200 else short))


def report() -> Report:
    queue = QueueFigures(
        queue=QueueId("appointments"),
        title="Запись на приём к врачу в поликлинику",
        counts=Counts(answered=12345, abandoned=123, short_abandoned=12, flowed_out=0),
        service_level=ServiceLevel(0.87, 0.87, 0.87, 0.87),
        asa_s=59.0,
        aht_s=345.0,
        longest_wait_s=3723.0,
        callbacks_open=12,
        callbacks_reached=120,
    )
    agent = AgentFigures(
        agent=AgentId("anna"), calls=123, talk_s=36001.0, held_s=3723.0, wrap_up_s=3723.0,
        ready_s=36001.0, dial_s=0.0, break_s=3723.0, breaks=(("lunch", 3723.0),),
        not_ready_s=3723.0, occupancy=0.87,
    )  # fmt: skip
    return Report(
        since=0.0, until=1.0, total=queue, queues=(queue,), agents=(agent,), abandoned_menu=7,
        served_by_menu=0, reach=Reach(None, None), wait=wait_error([]),
    )  # fmt: skip


def test_the_report_of_an_empty_day_says_so() -> None:
    nothing = dataclasses.replace(report(), queues=(), agents=())
    printed = io.StringIO()
    for table in tables(nothing, {}, 80, ()):
        Console(file=printed, width=80).print(table)
    assert "Вызовов ещё не было" in printed.getvalue()
    assert "Никто не работал" in printed.getvalue()


@pytest.mark.parametrize("width", [200, 80])
def test_the_report_is_english_but_for_the_names(width: int) -> None:
    printed = io.StringIO()
    i18n.use("en")
    try:
        for table in tables(report(), {"anna": "Anna"}, width, {"lunch"}):
            Console(file=printed, width=width).print(table)
    finally:
        i18n.use("ru")
    text = re.sub("Запись на [а-яё ]+", "", printed.getvalue())
    assert re.findall("[А-Яа-яЁё]+", text) == []
