from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta, timezone

import msgspec
import pytest

from ekc_console.domain.scenario import (
    FieldError,
    Scenario,
    Session,
    SessionError,
    SessionState,
    scenario_from_document,
)
from tests.support.zones import MOSCOW
from tests.unit.domain.scenario_data import NOON, line, reception

ADULT, CHILD = "12.03.1985", "12.03.2015"


def started(born: str = "", to: str = "") -> Session:
    """At ``born``, or with that answered at the step after it; on to the step ``to``."""
    session = Session.start(reception(), NOON, zone=MOSCOW)
    session.answer("Иванова Анна", NOON + 1)
    if born:
        session.answer(born, NOON + 2)
    answers = {"parent": "Петров Пётр", "kind": "1", "note": "нет"}
    while to and session.step.id != to:
        if session.step.id == "info":
            session.proceed(NOON + 3)
        else:
            session.answer(answers[session.step.id], NOON + 3)
    return session


def names(session: Session) -> list[str]:
    return [item.step for item in session.state.path]


def test_walks_to_the_end() -> None:
    session = started(ADULT, to="done")
    assert session.finished
    assert names(session) == ["fio", "born", "kind", "info", "note", "done"]
    assert session.fields == {
        "fio": "Иванова Анна", "born": "1985-03-12", "kind": "visit", "note": "нет"
    }  # fmt: skip
    assert session.state.path[1].at == NOON + 1
    assert session.state.path[1].value == "1985-03-12"
    assert session.state.path[2].value == "1"
    assert session.chosen_labels == ("Приём",)
    assert session.text("voice") == "Всего доброго!"


def test_a_check_is_passed_by_itself() -> None:
    assert started(CHILD).step.id == "parent"
    assert started(ADULT).step.id == "kind"


@pytest.mark.parametrize("answer", ["2", "анализ", " АНАЛИЗ "])
def test_chooses_by_key_or_label(answer: str) -> None:
    session = started(ADULT)
    session.answer(answer, NOON)
    assert session.fields["kind"] == "test"


def test_chooses_by_phrase() -> None:
    session = started(ADULT)
    session.answer("К врачу", NOON)
    assert session.fields["kind"] == "visit"


def test_progress_only_shrinks_and_comes_to_the_end() -> None:
    session = Session.start(reception(), NOON, zone=MOSCOW)
    seen = [session.progress]
    for answer in ("Иванова Анна", ADULT, "1", None, "нет"):
        if answer is None:
            session.proceed(NOON)
        else:
            session.answer(answer, NOON)
        seen.append(session.progress)
    assert seen == [(0, 7), (1, 7), (2, 6), (3, 6), (4, 6), (6, 6)]


def test_a_wrong_answer_changes_nothing() -> None:
    session = started()
    before = session.state
    for wrong in ("вчера утром", ""):
        with pytest.raises(FieldError):
            session.answer(wrong, NOON)
    assert session.state == before
    session = started(ADULT)
    with pytest.raises(FieldError, match="1 — Приём, 2 — Анализ"):
        session.answer("7", NOON)
    assert session.step.id == "kind"


def test_what_a_step_does_not_allow() -> None:
    session = started()
    with pytest.raises(SessionError):
        session.proceed(NOON)
    session = started(ADULT, to="info")
    with pytest.raises(SessionError):
        session.answer("1", NOON)
    with pytest.raises(SessionError):
        session.skip(NOON)
    with pytest.raises(SessionError):
        session.leave("done", NOON)
    session = started(ADULT, to="done")
    with pytest.raises(SessionError):
        session.proceed(NOON)
    session = started(ADULT)
    session.answer("3", NOON)
    assert not session.finished
    with pytest.raises(SessionError):
        session.proceed(NOON)


def test_back_and_the_same_answer_is_as_if_nothing_happened() -> None:
    session = started(CHILD, to="note")
    before = session.state
    session.back(NOON + 50)
    assert session.step.id == "info"
    assert session.fields == before.fields
    session.back(NOON + 51)
    session.answer("1", NOON + 52)
    session.proceed(NOON + 53)
    assert session.state == before


def test_back_ends_at_the_first_step() -> None:
    session = started()
    session.back(NOON)
    assert not session.can_go_back
    with pytest.raises(SessionError):
        session.back(NOON)


def test_jump_to_a_step_and_return() -> None:
    session = started(CHILD, to="note")
    before = session.state
    session.jump("fio", NOON)
    assert session.step.id == "fio"
    session.jump("note", NOON)
    assert session.state == before
    with pytest.raises(SessionError):
        session.jump("done", NOON)
    with pytest.raises(SessionError):
        session.jump("nonsense", NOON)


def test_an_answer_that_leads_elsewhere_cuts_the_path_and_keeps_the_fields() -> None:
    session = started(CHILD, to="note")
    session.jump("born", NOON)
    session.answer(ADULT, NOON + 9)
    assert session.step.id == "kind"
    assert names(session) == ["fio", "born", "kind"]
    assert session.fields["parent"] == "Петров Пётр"


def test_an_answer_that_leads_the_same_way_keeps_the_rest_of_the_path() -> None:
    session = started(ADULT, to="note")
    session.jump("fio", NOON)
    session.answer("Сидорова Ольга", NOON)
    assert session.step.id == "born"
    assert names(session) == ["fio", "born", "kind", "info", "note"]
    session.jump("note", NOON)
    assert session.fields["fio"] == "Сидорова Ольга"


def known_or_asked() -> Scenario:
    """Asks for ``fio``, and for ``born`` when it did not come with the contact."""
    document = reception().to_document()
    steps = {
        "fio": {"ask": "fio", "text": "Имя?", "next": "is_known"},
        "is_known": {"check": {"field": "born", "brought": "true"}, "then": "done", "else": "born"},
        "born": {"ask": "born", "text": "Дата рождения?", "next": "done"},
        "done": document["steps"]["done"],
    }
    return scenario_from_document({**document, "start": "fio", "steps": steps})


def test_what_was_brought_along_is_not_asked_again() -> None:
    session = Session.start(known_or_asked(), NOON, {"born": "1985-03-12"}, zone=MOSCOW)
    session.answer("Иванова Анна", NOON)
    assert session.step.id == "done"


def test_what_this_scenario_has_asked_does_not_change_its_way() -> None:
    session = Session.start(known_or_asked(), NOON, zone=MOSCOW)
    session.answer("Иванова Анна", NOON)
    session.answer(ADULT, NOON)
    assert session.diverges_at(NOON) == ""
    session.jump("fio", NOON)
    session.answer("Сидорова Ольга", NOON)
    assert names(session) == ["fio", "born", "done"]


def test_set_field_corrects_without_moving() -> None:
    session = started(CHILD, to="note")
    session.set_field("born", "13.03.2015", NOON)
    assert session.step.id == "note"
    assert session.state.path[1].value == "2015-03-13"
    assert session.diverges_at(NOON) == ""
    session.set_field("born", ADULT, NOON)
    assert session.step.id == "note"
    assert session.diverges_at(NOON) == "born"
    with pytest.raises(FieldError):
        session.set_field("born", "31.02.2020", NOON)
    with pytest.raises(SessionError):
        session.set_field("height", "180", NOON)


def test_set_field_cuts_what_was_seen_after_this_step_and_no_longer_follows() -> None:
    session = started(CHILD, to="note")
    session.jump("fio", NOON)
    session.set_field("born", ADULT, NOON)
    assert names(session) == ["fio", "born"]


def test_fields_learned_elsewhere_are_kept_when_they_fit() -> None:
    learned = {
        "fio": "иванова анна",
        "born": "не дата",
        "kind": "test",
        "strange": "x",
        "number": "+7 912 ***",
    }
    session = Session.start(reception(), NOON, learned, zone=MOSCOW)
    assert session.fields == {"fio": "Иванова Анна", "kind": "test", "number": "+7 912 ***"}
    assert session.step.id == "fio"


def test_what_another_scenario_has_no_place_for_comes_back_with_the_one_that_has() -> None:
    there = Session.start(line(), NOON, {"fio": "Иванова Анна", "born": "1985-03-12"}, zone=MOSCOW)
    home = Session.start(reception(), NOON, there.fields, zone=MOSCOW, after=there.state)
    home.set_field("born", ADULT, NOON)
    lost = sorted(set(reception().fields) - set(line().fields))
    assert lost, "the scenarios differ"
    away = Session.start(line(), NOON, home.fields, zone=MOSCOW, after=home.state)
    assert set(away.state.kept) == set(home.fields) - set(away.fields)
    farther = Session.start(line(), NOON, away.fields, zone=MOSCOW, after=away.state)
    back = Session.start(reception(), NOON, farther.fields, zone=MOSCOW, after=farther.state)
    assert back.fields == home.fields
    assert back.state.kept == {}
    assert set(back.state.brought) == set(away.fields), "the others are asked again"


def test_the_scenario_that_was_left_is_returned_to_where_it_was_left() -> None:
    """With its answers, with what was learned meanwhile; the way through the other one stays."""
    home = started(CHILD, to="kind")
    away = Session.start(line(), NOON + 5, home.fields, zone=MOSCOW, after=home.state)
    away.proceed(NOON + 6)
    away_path = away.state.path
    assert len(away_path) > 1
    back = Session.returned(reception(), away.state, NOON + 7, zone=MOSCOW)
    assert (back.step.id, names(back)) == ("kind", names(home))
    assert back.fields["fio"] == "Иванова Анна"
    assert [walk.path for walk in back.state.earlier] == [away_path]
    back.back(NOON + 8)
    assert back.step.id == "parent"
    back.answer("Петров Пётр", NOON + 9)
    assert back.step.id == "kind"


def test_the_newer_value_goes_before_the_kept_one() -> None:
    kept = {"fio": "Иванова Анна", "born": "1985-03-12"}
    after = replace(started().state, kept=kept)
    session = Session.start(reception(), NOON, {"fio": "Петров Пётр"}, zone=MOSCOW, after=after)
    assert session.fields == {"fio": "Петров Пётр", "born": "1985-03-12"}


def test_the_state_is_plain_data() -> None:
    session = started(CHILD, to="note")
    data = msgspec.json.decode(msgspec.json.encode(session.state))
    state = msgspec.convert(data, SessionState)
    assert state == session.state
    again = Session(reception(), state, MOSCOW)
    again.answer("нет", NOON + 4)
    session.answer("нет", NOON + 4)
    assert again.state == session.state


@pytest.mark.parametrize(
    "change",
    [
        {"version": "000000000000"},
        {"scenario": "other"},
        {"step": "note"},
        {"position": 7},
        {"path": ()},
    ],
)
def test_a_state_that_does_not_fit_is_refused(change: dict[str, object]) -> None:
    state = started(ADULT).state
    with pytest.raises(SessionError):
        Session(reception(), replace(state, **change), MOSCOW)  # type: ignore[arg-type]


def with_facts(**check: object) -> Scenario:
    document = reception().to_document()
    steps = {**document["steps"], "is_child": {**document["steps"]["is_child"], "check": check}}
    return scenario_from_document({**document, "steps": steps})


@pytest.mark.parametrize(
    ("facts", "following"),
    [
        ({}, "kind"),
        ({"state_103": "ringing"}, "parent"),
        ({"state_103": "failed"}, "kind"),
        ({"state_112": "ringing"}, "kind"),
    ],
)
def test_a_check_sees_what_the_journal_knows_at_this_moment(
    facts: dict[str, str], following: str
) -> None:
    script = with_facts(field="state_103", **{"in": ["ringing", "answered"]})
    session = Session.start(script, NOON, zone=MOSCOW)
    session.answer("Иванова Анна", NOON)
    session.learn(facts)
    session.answer(ADULT, NOON)
    assert session.step.id == following
    assert "state_103" not in session.state.fields


def test_what_the_journal_tells_later_moves_no_step() -> None:
    session = Session.start(with_facts(field="state_103", equals="answered"), NOON, zone=MOSCOW)
    session.answer("Иванова Анна", NOON)
    session.answer(ADULT, NOON)
    session.learn({"state_103": "answered"})
    assert (session.step.id, names(session)) == ("kind", ["fio", "born", "kind"])
    session.back(NOON)
    session.answer(ADULT, NOON)
    assert names(session) == ["fio", "born", "parent"]


def test_the_first_step_sees_it_too() -> None:
    script = with_facts(field="state_103", filled="true")
    seen = Session.start(script, NOON, zone=MOSCOW, at="is_child", facts={"state_103": "failed"})
    assert seen.step.id == "parent"
    assert Session.start(script, NOON, zone=MOSCOW, at="is_child").step.id == "kind"


def test_the_zone_decides_what_day_it_is() -> None:
    late = NOON + 11.5 * 3600
    born = "25.11.2008"
    moscow = Session.start(reception(), late, {"fio": "Иванова Анна"}, zone=MOSCOW)
    tyumen = Session.start(reception(), late, {}, zone=timezone(timedelta(hours=5)))
    for session, step in ((moscow, "parent"), (tyumen, "kind")):
        session.answer("Иванова Анна", late)
        session.answer(born, late)
        assert session.step.id == step


def test_a_menu_leaves_by_silence_and_skips_digits() -> None:
    session = Session.start(line(), NOON, zone=MOSCOW)
    session.proceed(NOON)
    session.skip(NOON)
    assert session.step.id == "menu"
    assert "age" not in session.fields
    with pytest.raises(SessionError):
        session.leave("plan", NOON)
    session.leave("to_queue", NOON)
    assert session.step.id == "to_queue"
    assert session.state.path[-2].left_by == "to_queue"
    session.back(NOON)
    session.answer("2", NOON)
    assert session.step.id == "plan"
    session.proceed(NOON)
    assert session.step.id == "hang_up"
    assert session.chosen_labels == ("Перезвонить",)


def test_digits_from_the_keys_fill_a_field() -> None:
    session = Session.start(line(), NOON, zone=UTC)
    session.proceed(NOON)
    session.answer("12", NOON)
    assert session.step.id == "menu_child"


def test_checks_in_a_circle_are_an_error_and_no_hang() -> None:
    document = reception().to_document()
    circle = {"field": "note", "filled": "true"}
    steps = {
        **document["steps"],
        "is_child": {"check": circle, "then": "kind", "else": "more"},
        "more": {"check": circle, "then": "parent", "else": "is_child"},
    }
    from ekc_console.domain.scenario import read_document

    scenario, problems = read_document({**document, "steps": steps})
    assert isinstance(scenario, Scenario)
    assert not problems
    session = Session.start(scenario, NOON, zone=MOSCOW)
    session.answer("Иванова Анна", NOON)
    before = session.state
    with pytest.raises(SessionError, match="по кругу"):
        session.answer(ADULT, NOON)
    assert session.state == before
