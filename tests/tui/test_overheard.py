"""The operator is told who listens, as far as the centre tells."""

from __future__ import annotations

from typing import Any

import pytest

from ekc_console.tui.shell.app import EkcApp
from ekc_console.wire.listening import Overheard
from tests.support.desk import NOW
from tests.tui.steps import log_in, shown, talk


@pytest.mark.long
@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("listen", "слушает смена"),
        ("whisper", "подсказывает Соня Н."),
        ("barge", "в разговоре Соня Н."),
    ],
)
async def test_the_bottom_bar_says_who_is_there(app: EkcApp, mode: Any, words: str) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await log_in(pilot)
        await talk(pilot, region={}, overheard=Overheard(name="Соня Н.", mode=mode, since=NOW))
        assert words in shown(pilot, "#call-who")
