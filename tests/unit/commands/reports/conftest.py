"""A store with a few calls of known figures."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from ekc_console.domain.terms.localtime import moment_of, zone_named
from ekc_console.server.store.base.database import Database
from ekc_console.server.store.journal import projection

ZONE = zone_named("Asia/Yekaterinburg")
SETTINGS = """\
server: {{data_dir: {folder}}}
timezone: Asia/Yekaterinburg
queues:
- {{id: doctor, title: Врач, service_level_s: 20}}
- {{id: home, title: На дом, service_level_s: 5}}
topics: [{{code: visit, title: Приём, script: appointment}}]
teams:
- {{id: day, title: Дневная, leads: [olga], members: [anna, boris]}}
- {{id: all, title: Все, leads: [olga], members: [anna]}}
"""


def at(text: str) -> float:
    return moment_of(datetime.fromisoformat(text), ZONE)


def call(name: str, when: str, **more: object) -> projection.Insert:
    """An answered call of the doctor's queue: 10 s of waiting, 100 s of talk, 20 s of wrap-up."""
    begin = at(when)
    row: dict[str, object] = {
        "id": name, "direction": "in", "called": "122", "topic": "visit", "queue": "doctor",
        "skills": "[]", "priority": 0, "state": "ended", "arrived_at": begin, "queued_at": begin,
        "ended_at": begin + 110, "agent": "anna", "wait_s": 10.0, "talk_s": 100.0, "held_s": 0.0,
        "wrap_up_s": 20.0, "outcome": "answered",
        "number": "+79001234567",
    }  # fmt: skip
    return projection.Insert("calls", row | more)  # type: ignore[arg-type]


CALLS = (
    call("c1", "2026-10-31T23:59:59"),
    call("c2", "2026-11-01T00:00:00", wait_s=30.0),
    call("c3", "2026-11-02T10:00:00", agent="boris", queue="home"),
    call("c4", "2026-11-02T10:31:00", outcome="abandoned_queue", agent=None, talk_s=0, wrap_up_s=0),
    call("c5", "2026-11-02T10:40:00", queue="old", agent="zoya"),
    call("c6", "2026-11-02T11:00:00", direction="out", queue=None, queued_at=None, wait_s=None,
         called="+79009876543"),
)  # fmt: skip


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with Database.open(tmp_path / "ekc.db") as database:
        database.write_now(lambda conn: projection.apply(conn, CALLS))
    file = tmp_path / "config.yaml"
    file.write_text(SETTINGS.format(folder=tmp_path), encoding="utf-8")
    monkeypatch.setattr("time.time", lambda: at("2026-11-05T12:00:00"))
    return file
