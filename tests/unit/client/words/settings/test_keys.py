"""Every key that a change of settings can name has words."""

from __future__ import annotations

from dataclasses import fields, replace

import msgspec
import pytest

from ekc_console.client.words.settings.keys import KEYS, in_words
from ekc_console.config import WEEKDAYS, Config
from ekc_console.domain.terms.alarm_limits import USUAL_ALARMS, Limit
from ekc_console.domain.terms.dialling import DialRules
from ekc_console.domain.terms.ids import AgentId
from ekc_console.domain.terms.settings import (
    BreakReason,
    CallHandling,
    CentreSettings,
    DayTargets,
    OpeningHours,
    QueueSettings,
    Team,
    Topic,
)
from ekc_console.server.core.settings_changes import AT_ONCE, centre_changes


def _at_restart() -> list[str]:
    """As ``settings_changes.differing`` names them."""
    found = []
    for name in Config.__struct_fields__:
        section = getattr(Config(), name)
        if name in AT_ONCE:
            continue
        inner = section.__struct_fields__ if isinstance(section, msgspec.Struct) else ()
        found += [f"{name}.{key}" for key in inner] or [name]
    return found


KEYS_OF_ALL = [
    *(f"queues.general.{field.name}" for field in fields(QueueSettings) if field.name != "id"),
    *(f"calls.{field.name}" for field in fields(CallHandling)),
    *(f"schedules.day.{day}" for day in (*WEEKDAYS, "holidays", "pre_holiday")),
    *(f"alarms.every_queue.waiting.{field.name}" for field in fields(Limit)),
    *_at_restart(),
]


def _centre(n: int) -> CentreSettings:
    """Another one in every key for each ``n``."""
    hours = ((0.0, 3600.0 * (n + 1)),)
    return CentreSettings(
        timezone=("Europe/Moscow", "Asia/Yekaterinburg")[n],
        calls_per_number=n,
        callback_from_s=3600.0 * n,
        callback_retries_s=(60.0 * n,),
        schedules=(
            OpeningHours("day", (hours,) * 7, hours, hours, (("2026-12-31", hours),)),
            OpeningHours(f"night{n}", (hours,) * 7),
        ),
        topics=(Topic("t", f"{n}", f"{n}"),),
        breaks=(BreakReason("b", f"{n}", n, bool(n)),),
        calls=CallHandling(
            bool(n), n, f"{n}", f"{n}", (f"{n}",), f"{n}", ("barge",) if n else ()
        ),
        targets=DayTargets(n, n, n),
        away_limit_s=n,
        dialling=DialRules(own=(f"{n}",)),
        visit_overdue_s=n,
        teams=(Team("a", f"{n}", (AgentId(f"{n}"),), (AgentId(f"{n}"),), (f"{n}",)),),  # type: ignore[arg-type]
        alarms=replace(
            USUAL_ALARMS, hook_url=f"{n}", hook_timeout_s=n, deputies=(AgentId(f"{n}"),),
            deputies_after_s=n, telephones=((AgentId("a"), f"{n}"),),
        ),
    )  # fmt: skip


CHANGES = [change.partition(":")[0] for change in centre_changes(_centre(0), _centre(1))]


def test_the_changes_are_of_all_sections() -> None:
    assert {key.partition(".")[0] for key in CHANGES} >= {*AT_ONCE} - {"queues"}


@pytest.mark.parametrize("key", [*KEYS_OF_ALL, *dict.fromkeys(CHANGES)])
def test_every_key_has_words_of_its_own(key: str) -> None:
    said = in_words(key)
    assert said
    section, *inner = key.split(".")
    named = key.startswith("schedules.night")  # a schedule that came or went
    assert not inner or named or said != KEYS.get(section), key


def test_a_key_that_nobody_knows_has_none() -> None:
    assert in_words("nonsense.key") == ""
