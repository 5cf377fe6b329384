"""What the core knows of each emergency service that was called for a caller, as long as it knows
the call: answered, handed over, ended, by whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ekc_console.domain import facts as f
from ekc_console.domain.router import Router
from ekc_console.domain.state.call import Service
from ekc_console.domain.terms.ids import CallId
from tests.unit.domain.desk import Desk
from tests.unit.domain.rules.parties.test_emergency import ANNA, CALL, FIRST, HELP, desk

__all__ = ["desk"]

Story = Callable[[Desk], None]


def answered(desk: Desk) -> None:
    desk.give(HELP)
    desk.wait(5.0)
    desk.give(f.CallAnswered(FIRST))
    desk.wait(5.0)


def handed(desk: Desk) -> None:
    answered(desk)
    desk.give(f.ConsultCompleted(CALL, ANNA))
    desk.wait(5.0)


def transferred(desk: Desk) -> None:
    desk.give(f.TransferredOutside(CALL, ANNA, FIRST, "103"))
    desk.wait(10.0)
    desk.give(f.CallAnswered(FIRST))
    desk.wait(5.0)


def called_off(desk: Desk) -> None:
    desk.give(HELP)
    desk.give(f.ConsultCancelled(CALL, ANNA))
    desk.end("p1", "system")


def told_the_rest(desk: Desk) -> None:
    """The caller hung up among three."""
    answered(desk)
    desk.end("c1")


def service(desk: Desk, line: str = "p1") -> Service:
    return next(one for one in desk.call("c1").services if one.line == line)


@pytest.mark.parametrize(
    ("story", "ends", "by", "is_handed"),
    [
        (answered, lambda d: d.end("p1"), "service", False),
        (answered, lambda d: d.end("p1", "engine", "engine"), "engine", False),
        (
            answered,
            lambda d: (d.give(f.ConsultCancelled(CALL, ANNA)), d.end("p1", "system")),
            "operator",
            False,
        ),
        (handed, lambda d: d.end("p1"), "service", True),
        (handed, lambda d: (d.end("c1"), d.end("p1", "system")), "caller", True),
        (transferred, lambda d: d.end("p1"), "service", True),
        (called_off, lambda d: None, "operator", False),
        (told_the_rest, lambda d: d.end("p1", "agent"), "operator", False),
        (told_the_rest, lambda d: d.end("p1"), "service", False),
        (lambda d: d.give(HELP), lambda d: d.end("p1", "caller", "busy"), "service", False),
    ],
)
def test_who_ended_it_when_and_whether_the_caller_was_handed_over_stays_known(
    desk: Desk, story: Story, ends: Story, by: str, is_handed: bool
) -> None:
    story(desk)
    ends(desk)
    one = service(desk)
    assert (one.ended_at, one.ended_by) == (desk.now, by)
    assert (one.handed_at is not None) is is_handed
    desk.end("c1", "agent") if CALL in desk.router.calls else None
    assert service(desk) == one
    assert Router.load(desk.router.dump()).recently_ended[CALL].services[0] == one


def test_it_rings_or_talks_as_long_as_its_line_has_not_ended(desk: Desk) -> None:
    desk.give(HELP)
    assert service(desk) == Service(FIRST, "103")
    desk.give(f.CallAnswered(FIRST))
    assert service(desk) == Service(FIRST, "103", answered_at=desk.now)


@pytest.mark.parametrize("story", [handed, transferred])
def test_a_caller_who_comes_back_for_a_path_that_failed_was_not_handed_over(
    desk: Desk, story: Story
) -> None:
    story(desk)
    desk.give(f.JoinFailed(CALL, "engine"))
    assert service(desk).handed_at is None


def test_a_service_that_was_called_for_the_caller_in_wrap_up_is_known_too(desk: Desk) -> None:
    desk.end("c1")
    out = CallId("out")
    desk.give(f.CallPlaced(out, ANNA, "103", about=CALL))
    desk.give(f.CallAnswered(out))
    desk.give(f.CallBridged(out))
    desk.wait(9.0)
    desk.end("out", "agent")
    one = service(desk, "out")
    assert (one.ended_at, one.ended_by) == (desk.now, "operator")
