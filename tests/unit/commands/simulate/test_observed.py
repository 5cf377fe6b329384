"""What a simulation takes from a journal: exact on a small day, and true to the day it was."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import pytest
from click.testing import CliRunner

from ekc_console.cli import main
from ekc_console.commands.simulate.command import command
from ekc_console.commands.simulate.observed import observed
from ekc_console.commands.simulate.plan import Options, base_plan
from ekc_console.domain import facts as f
from ekc_console.domain.router import Router
from ekc_console.domain.terms.ids import AgentId, QueueId
from ekc_console.domain.terms.settings import QueueSettings
from ekc_console.server.store.journal import journal
from ekc_console.simulation.durations import Empirical, Parametric
from ekc_console.simulation.engine import Day, simulate
from ekc_console.simulation.figures import figures
from ekc_console.simulation.plan import Behaviour, Plan, even, fixed, shifts_of
from tests.unit.domain.desk import T0, Desk, queue

ANNA, BORIS = "+79000000101", "+79000000102"


def written(path: Path, entries: list[tuple[f.Fact, float]]) -> Path:
    lines = []
    for seq, (fact, at) in enumerate(entries, start=1):
        name, body = journal.encode_fact(fact)
        line = {"seq": seq, "at": at, "fact": name, "body": msgspec.Raw(body.encode())}
        lines.append(msgspec.json.encode(line).decode())
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class Recorded(Desk):
    """A desk whose facts go into a journal."""

    def __init__(self, *queues: Any) -> None:
        self.entries: list[tuple[f.Fact, float]] = []
        super().__init__(*queues)

    def give(self, fact: f.Fact) -> list[Any]:
        self.entries.append((fact, self.now))
        return super().give(fact)


def small_day() -> Recorded:
    """Anna gives up after 10 s, calls again 60 s later and is answered after 4 s of ringing, when
    one offer has run out; Boris gives up and calls again after more than half an hour. The agent
    has lunch for 20 minutes, and is away for 30 s after the offer that was missed."""
    desk = Recorded(queue(wrap_up="none", offer_timeout_s=15.0, max_unanswered=1))
    desk.arrive("c1", ANNA)
    desk.wait(10)
    desk.end("c1")
    desk.wait(10)
    desk.arrive("c2", BORIS)
    desk.wait(20)
    desk.end("c2")
    desk.wait(20)
    desk.log_in("a")
    desk.wait(10)
    desk.ready("a")
    desk.arrive("c3", ANNA)
    desk.wait(15 + 30)  # missed, and not responding
    desk.ready("a")
    desk.wait(4)
    desk.talk("a")
    desk.wait(100)
    desk.end("c3")
    desk.give(f.AgentPaused(AgentId("a"), "lunch"))
    desk.wait(1200)
    desk.ready("a")
    desk.wait(3600)
    desk.arrive("c4", BORIS)
    desk.talk("a")
    desk.wait(50)
    desk.end("c4")
    desk.give(f.AgentLoggedOut(AgentId("a")))
    return desk


def test_a_small_day_to_the_second(tmp_path: Path) -> None:
    day = observed(written(tmp_path / "day.jsonl", small_day().entries), None, None)
    assert [a.at - T0 for a in day.arrivals] == [0, 20, 70, 5019]
    assert [a.number for a in day.arrivals] == [
        "+70000000000", "+70000000001", "+70000000000", "+70000000001",
    ]  # fmt: skip
    assert day.redials == {2: 60.0}
    assert [a.at - T0 for a in day.first_attempts()] == [0, 20, 5019]
    assert (day.abandoned, day.redial_share) == (2, 0.5)
    assert (day.missed, day.answers, day.missed_share) == (1, [4.0, 0.0], pytest.approx(1 / 3))
    assert (day.breaks, day.backs) == ([1200.0], [30.0])
    (shift,) = day.shifts
    assert (shift.from_s - T0, shift.to_s - T0) == (60, 5069)
    assert day.breaks_per_hour == pytest.approx(3600 / (5009 - 1230))
    assert (day.talks, day.waits) == ([100.0, 50.0], [10.0, 20.0, 49.0, 0.0])


def test_a_stretch_of_the_day_counts_what_lies_within(tmp_path: Path) -> None:
    file = written(tmp_path / "day.jsonl", small_day().entries)
    day = observed(file, T0 + 1000, T0 + 6000)
    assert [a.at - T0 for a in day.arrivals] == [5019]
    assert (day.missed, day.redials, day.backs) == (0, {}, [])
    assert day.breaks == [219 + 1200 - 1000]
    assert [(s.from_s - T0, s.to_s - T0) for s in day.shifts] == [(1000, 5069)]


def test_rejected_offers_are_counted_apart_from_missed_ones(tmp_path: Path) -> None:
    desk = Recorded(queue(wrap_up="none", offer_timeout_s=15.0, max_rejected=3))
    desk.log_in("a")
    desk.ready("a")
    desk.arrive("c1", ANNA)
    desk.wait(2)
    desk.refuse("a")
    desk.wait(10)
    desk.talk("a")
    desk.wait(30)
    desk.end("c1")
    day = observed(written(tmp_path / "day.jsonl", desk.entries), None, None)
    assert (day.rejected, day.missed, len(day.answers)) == (1, 0, 1)
    assert (day.rejected_share, day.missed_share) == (0.5, 0.0)


TRUTH = Behaviour(
    answer_delay_s=3.0,
    missed=0.1,
    rejected=0.08,
    back_after=fixed(45.0),
    breaks_per_hour=0.5,
    break_length=fixed(700.0),
    redial=0.4,
    redial_after=Parametric(200.0),
)


def lived(behaviour: Behaviour) -> tuple[Day, list[tuple[f.Fact, float]]]:
    """A simulated day with its facts, as a journal would have them."""
    name, end = QueueId("main"), 6 * 3600.0
    slots = even(0.0, end, 240.0, 11)
    plan = Plan(
        queues=(QueueSettings(name, "Линия", wrap_up="none"),),
        queue=name,
        from_s=0.0,
        to_s=end,
        talk=Parametric(150.0),
        wrap_up=fixed(0.0),
        patience=Parametric(90.0),
        slots=slots,
        shifts=tuple(replace(s, to_s=inf) for s in shifts_of(slots, (name,))),
        behaviour=behaviour,
    )
    entries: list[tuple[f.Fact, float]] = []
    handle = Router.handle

    def record(router: Router, fact: f.Fact, now: float) -> Any:
        entries.append((fact, now))
        return handle(router, fact, now)

    with mock.patch.object(Router, "handle", record):
        day = simulate(plan, 1)
    return day, entries


def options(**given: str) -> Options:
    words = [word for name, value in given.items() for word in (f"--{name}", value)]
    return Options.read(command.make_context("simulate", words).params)


@pytest.mark.long
def test_what_is_estimated_is_what_the_day_was_made_of(tmp_path: Path) -> None:
    """And the day that is simulated of it has the figures of the day."""
    lived_day, entries = lived(TRUTH)
    file = written(tmp_path / "day.jsonl", entries)
    plan = base_plan(options(), None, None, None, file, None)
    found = plan.behaviour
    assert len(plan.recorded) == pytest.approx(240 * 6, rel=0.06)
    assert found.answer_delay_s == pytest.approx(3.0)
    assert found.missed == pytest.approx(0.1, abs=0.02)
    assert found.rejected == pytest.approx(0.08, abs=0.02)
    assert found.breaks_per_hour == pytest.approx(0.5, rel=0.35)  # some thirty breaks
    assert found.redial == pytest.approx(0.4, abs=0.06)
    assert found.break_length.mean_s == pytest.approx(700.0, rel=0.05)
    assert found.back_after.mean_s == pytest.approx(45.0, rel=0.05)
    assert found.redial_after.mean_s == pytest.approx(200.0, rel=0.2)
    assert isinstance(plan.talk, Empirical)
    assert plan.talk.mean_s == pytest.approx(150.0, rel=0.1)
    assert plan.patience.mean_s == pytest.approx(90.0, rel=0.15)
    again, was = (figures(day, 20.0, "of_offered") for day in (simulate(plan, 1), lived_day))
    assert again.offered == pytest.approx(was.offered, rel=0.06)
    assert again.abandoned == pytest.approx(was.abandoned, abs=0.06)


def test_what_is_given_goes_before_what_was_seen(tmp_path: Path) -> None:
    file = written(tmp_path / "day.jsonl", small_day().entries)
    plan = base_plan(options(missed="0", redial="0", breaks="0"), None, None, None, file, None)
    assert (plan.behaviour.missed, plan.behaviour.redial, plan.behaviour.breaks_per_hour) == (
        0,
    ) * 3
    assert len(plan.recorded) == 4  # those who called again come as they came
    told = CliRunner().invoke(main, ["simulate", "--journal", str(file), "--seeds", "1"])
    assert told.exit_code == 0, told.output
    assert "по журналу" in told.output
    assert "Erlang C" in told.output
    assert "частями около получаса" in told.output
