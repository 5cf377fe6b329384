"""The voice menu on the simulated engine: every key, early keys, silence, and what breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from ekc_console.domain import scenario as sc
from ekc_console.server.menu import spoken_texts
from ekc_console.server.services.prompts import Prompt
from tests.support.simulated_centre import NUMBER, Centre, run


@pytest.mark.parametrize(
    ("key", "queue", "topic"),
    [
        ("1", "appointments", "appointment"),
        ("2", "home_visit", "home_visit"),
        ("3", "vaccination", "vaccination"),
        ("4", "med_info", "med_info"),
        ("5", "feedback", "feedback"),
        ("6", "other", "other"),
        ("0", "general", "general"),
    ],
)
def test_a_key_leads_to_its_queue(tmp_path: Path, key: str, queue: str, topic: str) -> None:
    async def story(centre: Centre) -> None:
        call = await centre.in_queue(key=key)
        record = centre.record(call)
        assert (record.queue, record.topic, record.number) == (queue, topic, NUMBER)
        assert centre.server.menus.results[call].script == topic

    run(tmp_path, story)
