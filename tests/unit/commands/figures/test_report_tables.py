"""What ``ekc report`` says of reach and of the promised wait."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from ekc_console.commands.figures.report_tables import reach_text
from ekc_console.domain.insight.metrics import wait_error
from ekc_console.server.store.calls.report import Reach


@pytest.mark.parametrize(
    ("reach", "waits", "said"),
    [
        (Reach(None, None), [], ["за сутки: — (со скрытым номером: —)."]),
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
