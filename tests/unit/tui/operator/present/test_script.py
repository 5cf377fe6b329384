"""The words of the script at the operator's console."""

from __future__ import annotations

import re

import pytest

from ekc_console.domain.scenario import FieldError, Session
from ekc_console.tui.operator.present import script
from tests.support.zones import MOSCOW
from tests.unit.domain.scenario_data import NOON, SHIPPED, scenarios


def asked_when() -> Session:
    callback = scenarios(SHIPPED)["callback"]
    return Session.start(callback, NOON, zone=MOSCOW, at="when_to_call")


@pytest.mark.parametrize("said", ["завтра в 3:99", "25:70"])
def test_a_time_that_no_clock_shows_is_asked_again(said: str) -> None:
    session = asked_when()
    with pytest.raises(FieldError, match=f"Время «{said}» не понято"):
        session.answer(said, NOON)
    assert session.state.step == "when_to_call"


@pytest.mark.parametrize(("said", "warned"), [("завтра в пять", False), ("как-нибудь потом", True)])
def test_words_that_tell_no_time_are_not_to_be_promised(said: str, warned: bool) -> None:
    session = asked_when()
    session.answer(said, NOON)
    assert session.finished
    shown = script.text(session, saved=True).plain
    assert (f"Время «{said}» не понято: не обещайте его" in shown) is warned


@pytest.mark.parametrize("width", [20, 24])
def test_a_long_title_gives_way_to_the_place_in_the_script(width: int) -> None:
    shown = script.heading(asked_when(), width).plain
    assert len(shown) <= width
    assert "…" in shown
    assert re.search(r"шаг \d+ из \d+$", shown)
