from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ekc_console.client.words.moments import duration_s, moment, wanted_moment
from ekc_console.errors import EkcError

MOSCOW = timezone(timedelta(hours=3))
NOW = datetime(2026, 12, 31, 17, 30, tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("18:00", datetime(2026, 12, 31, 15, 0, tzinfo=UTC)),
        ("9:05", datetime(2027, 1, 1, 6, 5, tzinfo=UTC)),
        ("17:30", datetime(2027, 1, 1, 14, 30, tzinfo=UTC)),
        ("2027-01-09", datetime(2027, 1, 8, 21, 0, tzinfo=UTC)),
        ("2027-01-09 08:00", datetime(2027, 1, 9, 5, 0, tzinfo=UTC)),
        ("31.12 18:00", datetime(2026, 12, 31, 15, 0, tzinfo=UTC)),
        ("1.1  9:05", datetime(2027, 1, 1, 6, 5, tzinfo=UTC)),
        ("09.01.2027 08:00", datetime(2027, 1, 9, 5, 0, tzinfo=UTC)),
        ("09.01", datetime(2027, 1, 8, 21, 0, tzinfo=UTC)),
    ],
)
def test_moments(text: str, at: datetime) -> None:
    assert moment(text, NOW) == at


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("25:00", "не время"),
        ("завтра", "не время"),
        ("2026-12-30 08:00", "уже прошло"),
        ("31.02 10:00", "не время"),
        ("31.12 25:00", "не время"),
        ("12:30.01", "не время"),
        ("30.12.2026 08:00", "уже прошло"),
        ("28.12", "уже прошло"),
        ("28.12 18:00", "уже прошло"),
    ],
)
def test_moments_that_are_none(text: str, words: str) -> None:
    with pytest.raises(EkcError, match=words):
        moment(text, NOW)


def test_durations() -> None:
    assert [duration_s(t) for t in ("30m", "2 ч", "7d")] == [1800.0, 7200.0, 604800.0]
    for text in ("", "0h", "2", "-1h", "9999999d"):
        with pytest.raises(EkcError, match="не промежуток"):
            duration_s(text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("18:00", datetime(2026, 12, 31, 18, 0, tzinfo=MOSCOW)),
        ("через два часа", datetime(2026, 12, 31, 19, 30, tzinfo=MOSCOW)),
        ("завтра утром", datetime(2027, 1, 1, 9, 0, tzinfo=MOSCOW)),
    ],
)
def test_a_moment_in_the_words_of_people(text: str, at: datetime) -> None:
    assert wanted_moment(text, NOW) == at


@pytest.mark.parametrize("text", ["как-нибудь", "25:00", "вчера", "30.12.2026 08:00", "28.12", ""])
def test_words_that_are_no_moment_are_refused(text: str) -> None:
    with pytest.raises(EkcError, match=r"не время|уже прошло"):
        wanted_moment(text, NOW)
