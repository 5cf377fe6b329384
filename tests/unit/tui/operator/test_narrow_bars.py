"""What the bars keep where there is no room for all, and what they say of a dialled call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.app import App

from ekc_console.client.link.connection import Link
from ekc_console.client.voice.line_state import LineState
from ekc_console.tui.shared import themes, wording
from ekc_console.tui.shared.keys.conditions import Situation
from ekc_console.tui.shell import bars
from ekc_console.wire import messages
from tests.support.desk import CALL, ME, NOW, QUEUES, ScriptedDesk
from tests.tui.steps import replace

TALK = Situation(logged_in=True, me="talking", call="talking", on_desk=True)
OFFER = Situation(logged_in=True, me="offered", call="offered", on_desk=True)


@pytest.fixture
def desk(tmp_path: Path) -> ScriptedDesk:
    desk = ScriptedDesk(tmp_path)
    desk.link = Link("online", NOW)
    desk.view.apply(messages.Snapshot(seq=1, entities=(ME, CALL, *QUEUES)))
    return desk


def called(desk: ScriptedDesk, **changes: Any) -> str:
    desk.view.apply(messages.Delta(seq=2, put=(replace(CALL, **changes),)))
    offered = changes.get("state", CALL.state) == "offered"
    lines = bars.call_bar(desk, OFFER if offered else TALK, 80, NOW)
    return "\n".join(line.plain for line in lines)


@pytest.mark.parametrize("queue", ["", "Вакцинация"])
def test_how_long_the_caller_waited_outlives_a_long_topic(desk: ScriptedDesk, queue: str) -> None:
    text = called(
        desk, state="talking", topic_title="Справочная медицинская информация", queue_title=queue,
        queued_at=NOW - 200, answered_at=NOW - 46, offer_expires_at=None, recording=True,
    )  # fmt: skip
    assert "· ждал 2:34" in text
    assert "Справочная мед" in text


def test_the_title_lets_what_is_in_order_go_before_the_time_of_day(desk: ScriptedDesk) -> None:
    desk.line.state = LineState("up", sound="null")
    me = replace(ME, state="wrap_up", reason="", until=NOW + 59, pending_break="lunch")
    desk.view.apply(messages.Delta(seq=2, put=(me,)))
    title = bars.title_bar(desk, 80, NOW, NOW)
    assert title.cell_length <= 80
    assert "ещё 0:59 · потом перерыв" in title.plain
    assert "линия без звука" in title.plain
    assert title.plain.rstrip().endswith(wording.time_of_day(NOW))


def test_who_is_dialled_is_no_caller_yet(desk: ScriptedDesk) -> None:
    text = called(desk, direction="out", callback="cb1", answered_at=None)
    assert "ОБРАТНЫЙ ВЫЗОВ" in text
    assert "позвоните за" in text


def test_who_was_called_and_waits_in_a_queue_is_to_be_answered(desk: ScriptedDesk) -> None:
    """Handed on to a queue: the person is on the line, nobody is to be dialled."""
    text = called(desk, direction="out", answered_at=NOW - 70)
    assert "ВХОДЯЩИЙ ВЫЗОВ" in text
    assert "ответьте за" in text


def test_an_own_call_has_no_topic_and_no_queue(desk: ScriptedDesk) -> None:
    text = called(
        desk, state="dialing", direction="out", topic="", topic_title="", callback="",
        queued_at=None, offer_expires_at=None,
    )  # fmt: skip
    assert text.splitlines()[1].strip() == "исходящий"


@pytest.mark.parametrize("name", themes.THEMES)
async def test_what_is_wrong_is_legible_in_every_look(name: str) -> None:
    """Not yellow on yellow, where the terminal's own colours have no paler ones."""
    app: App[None] = App()
    async with app.run_test():
        themes.register(app)
        app.theme = name
        colours = app.get_css_variables()
        for kind in ("error", "warning"):
            text, under = colours[f"text-{kind}"], colours[f"{kind}-muted"]
            assert text.split()[0] != under.split()[0]
