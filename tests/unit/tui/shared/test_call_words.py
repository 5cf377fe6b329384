"""What the console says about a call that is one for somebody who has hung up."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from ekc_console.tui.shared import call_words
from ekc_console.tui.shared.keys.conditions import Situation
from ekc_console.tui.shell import bars
from ekc_console.wire import messages
from ekc_console.wire.call_control import ConsultInfo, NotTaken
from tests.support.desk import CALL, ME, NOW, ScriptedDesk

ALONE = replace(
    CALL, number="103", direction="out", state="talking", answered_at=NOW - 7, topic_title="",
    about="+79000000012", caller_gone=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("about", "whom"),
    [
        ("+79000000012", "Потом перезвоните +7 900 000-00-12."),
        ("", "Перезвонить некуда: номер скрыт."),
    ],
)
def test_103_alone_on_the_line_and_whom_to_call_back(about: str, whom: str) -> None:
    """By who has withheld the number too."""
    said = call_words.line(replace(ALONE, about=about), (), 140, NOW).plain
    assert said.startswith("Абонент положил трубку, 103 на линии: назовите адрес и номер.")
    assert whom in said


def test_103_that_is_still_called_for_who_has_hung_up() -> None:
    said = call_words.line(replace(ALONE, state="dialing", answered_at=None), (), 80, NOW).plain
    assert said.startswith("Абонент положил трубку, 103 вызывается: назовите")


RINGING = ConsultInfo(
    role="asking", who="103", open=False, heard="caller", since=NOW, emergency=True
)


@pytest.mark.parametrize("failed", [(), (NotTaken(who="112", why="no_answer"),)])
@pytest.mark.parametrize("width", range(38, 121))
def test_what_to_say_while_103_rings_is_never_cut(width: int, failed: tuple[NotTaken, ...]) -> None:
    call = replace(CALL, state="consult", consult=RINGING)
    said = call_words.line(call, failed, width, NOW).plain
    assert "«Вызываю скорую, не кладите трубку»" in said
    assert len(said) <= width


@pytest.mark.parametrize("width", [40, 60, 80])
def test_that_103_is_on_the_line_is_never_cut(width: int) -> None:
    call = replace(CALL, state="consult", consult=replace(RINGING, open=True, heard="all"))
    said = call_words.line(call, (), width, NOW).plain
    assert said.startswith("103 на линии, вы втроём")
    assert "F4 Соединить" in said
    assert len(said) <= width


@pytest.mark.parametrize("about", ["+79000000012", ""])
def test_the_bar_of_the_call_says_that_the_caller_is_gone(tmp_path: Path, about: str) -> None:
    desk = ScriptedDesk(tmp_path)
    call = replace(ALONE, about=about)
    desk.view.apply(messages.Snapshot(seq=1, entities=(ME, call)))
    situation = Situation(logged_in=True, me="talking", call="talking", on_desk=True)
    first, second = bars.call_bar(desk, situation, 80, NOW)
    assert "103" in first.plain
    assert ("об абоненте номер скрыт" if not about else "об абоненте +7 900") in first.plain
    assert "абонент положил трубку" in second.plain
    assert "исходящий" not in second.plain
