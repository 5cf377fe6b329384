"""Of every alert rule: a course of its measurements, minute by minute in promtool's notation, and
when it is to fire by them. In the first minutes nothing is wrong."""

from __future__ import annotations

from typing import Any

QUIET_AT = "1m"
_USUAL = "25m"

Course = tuple[str, dict[str, str]]
"""When it fires; the series and their values."""

COURSES: dict[str, Course] = {
    "EkcDown": (
        _USUAL,
        {
            'up{job="ekc",instance="i"}': "1x2 0x30",
        },
    ),
    "EkcEngineDown": (
        _USUAL,
        {
            'ekc_engine_up{instance="i"}': "1x2 0x30",
        },
    ),
    "EkcTrunkDown": (
        _USUAL,
        {
            'ekc_trunk_up{instance="i",trunk="t"}': "1x2 0x30",
        },
    ),
    "EkcCallsOutBlocked": (
        _USUAL,
        {
            'ekc_calls_out_blocked{instance="i"}': "0x2 1x30",
        },
    ),
    "EkcJournalInTrouble": (
        _USUAL,
        {
            'ekc_journal_in_trouble{instance="i"}': "0x2 1x30",
        },
    ),
    "EkcJournalSlow": (
        _USUAL,
        {
            'ekc_journal_commit_seconds_bucket{instance="i",le="0.5"}': "0x40",
            'ekc_journal_commit_seconds_bucket{instance="i",le="1.0"}': "0x3 0+10x40",
            'ekc_journal_commit_seconds_bucket{instance="i",le="+Inf"}': "0x3 0+10x40",
        },
    ),
    "EkcEventLoopSlow": (
        _USUAL,
        {
            'ekc_event_loop_lag_seconds_bucket{instance="i",le="0.25"}': "0x40",
            'ekc_event_loop_lag_seconds_bucket{instance="i",le="0.5"}': "0x3 0+10x40",
            'ekc_event_loop_lag_seconds_bucket{instance="i",le="+Inf"}': "0x3 0+10x40",
        },
    ),
    "EkcDiskFull": (
        _USUAL,
        {
            'ekc_disk_free_bytes{instance="i",folder="data"}': "50x2 5x30",
            'ekc_disk_size_bytes{instance="i",folder="data"}': "100x40",
        },
    ),
    "EkcDiskFillsUp": (
        "80m",
        {
            'ekc_disk_free_bytes{instance="i",folder="data"}': "1000x2 1000-1x100",
        },
    ),
    "EkcRecordingOff": (
        _USUAL,
        {
            'ekc_recording_state{instance="i",state="in_trouble"}': "0x2 1x30",
        },
    ),
    "EkcCertificateEnds": (
        "90m",
        {
            'ekc_certificate_expires_timestamp_seconds{instance="i"}': "9000000x2 86400x120",
        },
    ),
    "EkcRestarts": (
        "8m",
        {
            'process_start_time_seconds{job="ekc",instance="i"}': "1 1 2 3 4 4x30",
        },
    ),
    "EkcFaults": (
        "8m",
        {
            'ekc_faults_total{instance="i"}': "0x2 1x30",
        },
    ),
    "EkcReadModelsIncomplete": (
        _USUAL,
        {
            'ekc_read_models_complete{instance="i"}': "1x2 0x30",
        },
    ),
    "EkcLogLost": (
        "8m",
        {
            'ekc_log_lines_lost_total{instance="i"}': "0x2 7x30",
        },
    ),
    "EkcNotInOrder": (
        _USUAL,
        {
            'ekc_not_in_order{instance="i"}': "0x2 1x30",
        },
    ),
    "EkcNobodyServes": (
        _USUAL,
        {
            'ekc_queue_waiting{instance="i",queue="q"}': "0x2 2x30",
            'ekc_queue_people{instance="i",queue="q",kind="ready"}': "0x40",
            'ekc_queue_people{instance="i",queue="q",kind="away"}': "3x40",
        },
    ),
    "EkcLongWait": (
        _USUAL,
        {
            'ekc_queue_longest_wait_seconds{instance="i",queue="q"}': "0x2 400x30",
        },
    ),
    "EkcServiceLevelLow": (
        _USUAL,
        {
            'ekc_queue_service_level{instance="i",queue="q",window="half_hour"}': "0.9x2 0.5x40",
            'ekc_queue_service_level_target{instance="i",queue="q"}': "0.8x50",
        },
    ),
    "EkcUrgentCallback": (
        _USUAL,
        {
            'ekc_callbacks_owed{instance="i",kind="urgent"}': "0x2 1x30",
        },
    ),
    "EkcCallbacksOld": (
        _USUAL,
        {
            'ekc_callbacks_oldest_seconds{instance="i"}': "0x2 20000x30",
        },
    ),
}


def document(rules: str) -> dict[str, Any]:
    """For ``promtool test rules``."""
    tests = [_test(alert, *course) for alert, course in COURSES.items()]
    return {"rule_files": [rules], "evaluation_interval": "15s", "tests": tests}


def _test(alert: str, fires_at: str, series: dict[str, str]) -> dict[str, Any]:
    fires = f'count(ALERTS{{alertname="{alert}",alertstate="firing"}})'
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": told} for name, told in series.items()],
        "promql_expr_test": [
            {"expr": fires, "eval_time": QUIET_AT, "exp_samples": []},
            {"expr": fires, "eval_time": fires_at, "exp_samples": [{"labels": "{}", "value": 1}]},
        ],
    }
