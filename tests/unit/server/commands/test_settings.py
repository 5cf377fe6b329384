"""Settings that are sent: whatever their text, they are answered, and calls go on meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path
from unittest import mock

from ekc_console.config import Config, parse
from ekc_console.server.commands import settings
from ekc_console.server.core.settings_changes import AT_ONCE
from ekc_console.wire import way_in
from tests.support.simulated_centre import Centre, run

TEXTS = ('a: "\\UFFFFFFFF"\n', "server: {host: !!int ''}\n", "queues: !!seq x\n", "[" * 3000)


def test_settings_are_read_beside_the_calls_and_whatever_stands_in_them_is_told(
    tmp_path: Path,
) -> None:
    beside: list[bool] = []

    def noted(text: str, name: str) -> Config:
        beside.append(threading.current_thread() is not threading.main_thread())
        return parse(text, name)

    async def story(centre: Centre) -> None:
        admin = await (await centre.operator("root", role="admin")).come()
        for text in TEXTS:
            reply = await admin.do(way_in.CompareSettings(name="ekc.yaml", text=text))
            assert reply.words is not None
            assert (reply.code, reply.words.key) == ("bad_value", "settings.faulty")

    with mock.patch.object(settings, "parse", noted):
        run(tmp_path, story)
    assert beside == [True] * len(TEXTS)


def test_what_is_in_force_is_told_in_the_keys_of_the_file(tmp_path: Path) -> None:
    async def story(centre: Centre) -> None:
        admin = await (await centre.operator("root", role="admin")).come()
        told = await admin.done(way_in.GetSettings())
        assert isinstance(told, way_in.SettingsInForce)
        assert "queues.general.wrap_up_s: 60" in told.lines
        assert "callbacks.hours: 08:00-21:00" in told.lines
        sections = {line.partition(".")[0].partition(":")[0] for line in told.lines}
        assert sections >= {*AT_ONCE} - {"schedules", "teams"}  # of these the centre has none

    run(tmp_path, story)
