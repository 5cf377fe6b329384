from __future__ import annotations

import pytest

from ekc_console.domain.terms.dial_ends import DialEnd
from ekc_console.server.engine.asterisk.calls.outcomes import (
    end_of,
    may_be_the_number,
    timed_out,
    trunk_failed,
)


@pytest.mark.parametrize(
    ("cause", "sip", "failed"),
    [
        (34, 503, True),
        (27, 502, True),
        (38, 500, True),
        (102, 504, True),
        (18, 408, True),
        (21, 401, True),
        (21, 407, True),
        (21, 403, False),
        (1, 404, False),
        (19, 480, False),
        (17, 486, False),
        (21, 603, False),
        (34, 486, False),
        (23, 302, False),
        (34, 0, True),
        (17, 0, False),
        (0, 0, False),
    ],
)
def test_what_is_the_fault_of_a_trunk(cause: int, sip: int, failed: bool) -> None:
    assert trunk_failed(cause, sip) == failed


@pytest.mark.parametrize(
    ("cause", "sip", "end", "detail"),
    [
        (17, 486, "busy", ""),
        (17, 600, "busy", ""),
        (21, 603, "rejected", ""),
        (19, 480, "no_answer", ""),
        (1, 404, "unreachable", "SIP 404"),
        (23, 301, "moved", "SIP 301"),
        (23, 302, "moved", "SIP 302"),
        (21, 401, "no_way", "SIP 401"),
        (21, 403, "no_way", "SIP 403"),
        (21, 407, "no_way", "SIP 407"),
        (18, 408, "no_way", "SIP 408"),
        (58, 488, "no_way", "SIP 488"),
        (38, 500, "no_way", "SIP 500"),
        (34, 503, "no_way", "SIP 503"),
        (17, 0, "busy", ""),
        (21, 0, "no_way", "Q.850 21"),
        (3, 0, "no_way", "Q.850 3"),
        (0, 0, "no_way", "Q.850 0"),
    ],
)
def test_nobody_was_rung(cause: int, sip: int, end: DialEnd, detail: str) -> None:
    assert end_of(cause, sip, rang=False, spoke=False) == (end, detail)


@pytest.mark.parametrize(
    ("cause", "sip", "end", "detail"),
    [
        (18, 408, "no_answer", ""),
        (21, 403, "rejected", ""),
        (21, 0, "rejected", ""),
        (34, 503, "unreachable", "SIP 503"),
        (17, 486, "busy", ""),
        (23, 302, "moved", "SIP 302"),
    ],
)
def test_a_telephone_rang(cause: int, sip: int, end: DialEnd, detail: str) -> None:
    assert end_of(cause, sip, rang=True, spoke=False) == (end, detail)


@pytest.mark.parametrize(
    ("sip", "end"), [(408, "no_answer"), (503, "no_way"), (403, "no_way"), (480, "no_answer")]
)
def test_an_announcement_was_heard(sip: int, end: DialEnd) -> None:
    assert end_of(0, sip, rang=False, spoke=True)[0] == end


def test_the_time_is_over() -> None:
    assert timed_out(rang=True, spoke=False) == ("no_answer", "")
    assert timed_out(rang=False, spoke=True) == ("no_answer", "")
    assert timed_out(rang=False, spoke=False) == ("no_way", "timeout")


def test_a_refusal_that_may_be_for_the_number_alone() -> None:
    assert [sip for sip in (401, 402, 403, 404, 503) if may_be_the_number(sip)] == [402, 403]
