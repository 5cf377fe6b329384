from __future__ import annotations

import pytest

from ekc_console.config.reports import Figures, ScheduledReport, figure_faults, report_faults

GOOD = {"name": "По очередям", "every": "day", "folder": "/srv/reports"}


def test_a_report_of_the_settings() -> None:
    report = ScheduledReport(**GOOD)  # type: ignore[arg-type]
    assert list(report_faults((report,), ["doctor"])) == []
    assert report.at_s == 6 * 3600


@pytest.mark.parametrize(
    ("changes", "key", "says"),
    [
        ({"name": "a/b"}, "name", "не годится для имени файла"),
        ({"name": ""}, "name", "не годится для имени файла"),
        ({"at": "25:00"}, "at", "не время"),
        ({"at": "6"}, "at", "не время"),
        ({"folder": "reports"}, "folder", "не полный путь"),
        ({"figures": ("weather",)}, "figures", "показателя «weather» нет"),
        ({"queues": ("nowhere",)}, "queues", "нет очереди «nowhere»"),
    ],
)
def test_what_cannot_be_is_named(changes: dict[str, object], key: str, says: str) -> None:
    report = ScheduledReport(**(GOOD | changes))  # type: ignore[arg-type]
    ((where, message, remedy),) = report_faults((report,), ["doctor"])
    assert where == f"reports[0].{key}"
    assert says in message
    assert remedy


def test_hours_around_a_call_are_between_one_and_a_month() -> None:
    assert list(figure_faults(Figures())) == []
    assert Figures(reach_hours=4).windows().reached_s == 4 * 3600
    faults = list(figure_faults(Figures(repeat_hours=0, resolved_hours=1000)))
    assert [where for where, _, _ in faults] == ["figures.repeat_hours", "figures.resolved_hours"]


def test_two_of_one_name_would_write_one_file() -> None:
    report = ScheduledReport(**GOOD)  # type: ignore[arg-type]
    assert len(list(report_faults((report, report), []))) == 2
