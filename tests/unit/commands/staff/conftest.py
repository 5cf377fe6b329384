"""A store with weeks of calls of two queues; today is a Monday."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekc_console.cli import main
from ekc_console.domain.terms.localtime import moment_of, start_of, zone_named
from ekc_console.server.store.base.database import Database

ZONE = zone_named("Asia/Yekaterinburg")
TODAY = date(2026, 8, 10)
WEEKS = 5
SETTINGS = """\
server: {{data_dir: {folder}}}
timezone: Asia/Yekaterinburg
schedules: {{daytime: {{mon-fri: "08:00-20:00"}}}}
queues:
- id: doctor
  title: Врач
  schedule: daytime
  overflow: [{{when: closed, to: [{{close: true}}]}}]
- {{id: home, title: На дом, level_target: 0.9, service_level_s: 30}}
- {{id: new, title: Новая}}
staffing: {{shrinkage: 0.2, max_occupancy: 0.9}}
"""
ROW = (
    "INSERT INTO calls (id, direction, called, topic, queue, skills, priority, state, arrived_at,"
    " queued_at, ended_at, wait_s, talk_s, held_s, wrap_up_s, outcome)"
    " VALUES (?, 'in', '122', '', ?, '[]', 0, 'ended', ?, ?, ?, ?, ?, 0, ?, ?)"
)


def calls() -> list[tuple[object, ...]]:
    """Each day from the seventh of July on: at the doctor's six calls an hour from eight to eight
    on working days, every sixth is given up after a minute, the rest take 200 s; two a day at
    home."""
    rows: list[tuple[object, ...]] = []
    for n in range(WEEKS * 7):
        day = TODAY - timedelta(days=n + 1)
        midnight = start_of(day, ZONE)
        at = [midnight + 8 * 3600 + 600 * i for i in range(72)] if day.weekday() < 5 else []
        for i, moment in enumerate(at):
            lost = i % 6 == 0
            ended = (60.0, 0.0, 0.0, "abandoned_queue") if lost else (12.0, 170.0, 30.0, "answered")
            rows.append((f"d{n}.{i}", "doctor", moment, moment, moment + 300, *ended))
        for hour in (10, 15):
            moment = midnight + hour * 3600
            rows.append(
                (f"h{n}.{hour}", "home", moment, moment, moment + 90, 6.0, 80.0, 10.0, "answered")
            )
    return rows


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with Database.open(tmp_path / "ekc.db") as database:
        database.write_now(lambda conn: conn.executemany(ROW, calls()).rowcount)
    file = tmp_path / "config.yaml"
    file.write_text(SETTINGS.format(folder=tmp_path), encoding="utf-8")
    now = moment_of(datetime(TODAY.year, TODAY.month, TODAY.day, 9), ZONE)
    monkeypatch.setattr("time.time", lambda: now)
    return file


def ekc(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["staff", *arguments], env={"COLUMNS": "200"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result
