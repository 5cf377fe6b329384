from __future__ import annotations

from ekc_console.server.engine.asterisk.calls.silence import Silence
from ekc_console.server.engine.protocol import LegSilent


class Reports:
    def __init__(self) -> None:
        self.now = 100.0
        self.told: list[LegSilent] = []
        self.silence = Silence(self.told.append, lambda: self.now)

    def come(self, leg: str, packet: int | None, after_s: float = 5.0) -> None:
        self.now += after_s
        report = {} if packet is None else {"Report0HighestSequence": str(packet)}
        self.silence.take({"Event": "RTCPSent", "Uniqueid": leg, **report})


def test_packets_that_go_on_are_no_silence() -> None:
    reports = Reports()
    for packet in (1, 250, 500):
        reports.come("a", packet)
    assert reports.told == []


def test_silence_is_counted_from_the_first_report_of_the_last_packet() -> None:
    reports = Reports()
    for packet in (250, 250, 250, 251, 251):
        reports.come("a", packet)
    assert reports.told == [LegSilent("a", 5.0), LegSilent("a", 10.0), LegSilent("a", 5.0)]


def test_who_has_never_sent_anything_is_silent() -> None:
    reports = Reports()
    reports.come("a", None)
    reports.come("a", None)
    assert reports.told == [LegSilent("a", 5.0)]


def test_legs_are_kept_apart_and_forgotten() -> None:
    reports = Reports()
    reports.come("a", 1)
    reports.come("b", 1)
    reports.come("c", 1, after_s=61)
    assert reports.told == []
    assert list(reports.silence._last) == ["c"]


def test_other_events_say_nothing() -> None:
    reports = Reports()
    for _ in range(2):
        reports.silence.take({"Event": "RTCPReceived", "Uniqueid": "a"})
    assert reports.told == []
