"""Whoever is in danger gets from every script to those who help, and is asked nothing twice."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from ekc_console.domain.scenario import (
    CALLS,
    Ask,
    Check,
    Choose,
    Do,
    End,
    GoTo,
    Say,
    Scenario,
    Session,
    Step,
)
from ekc_console.domain.scenario.graph import targets
from tests.support.zones import MOSCOW
from tests.unit.domain.scenario_data import NOON, SHIPPED, scenarios

SCENARIOS = scenarios(SHIPPED)
HELP = ("emergency", "despair")
SCRIPTS = sorted(n for n, s in SCENARIOS.items() if s.kind == "script" and n not in HELP)
WE_CALL = {"callback": ("1",), "outgoing": ("1", "2")}
"""What is answered before: first who has picked up, and what we call for."""
NUMBER = {"number": "+79120000017"}


def start(name: str, fields: Mapping[str, str] | None = None) -> Session:
    return Session.start(SCENARIOS[name], NOON, {**NUMBER, **(fields or {})}, zone=MOSCOW)


def walk(session: Session, *answers: str) -> Session:
    """Answer one step after the other («»: go on, or leave the field empty); at a step that leads
    on to another scenario the walk goes on there."""
    for answer in answers:
        session.learn(happened(session, answer))
        if isinstance(session.step, Ask | Choose):
            session.answer(answer, NOON)
        else:
            assert answer == ""
            session.proceed(NOON)
        session = over(session)
    return session


def happened(session: Session, answer: str) -> dict[str, str]:
    """The operator does what the step says, and the answer that a service has taken the call is
    given when it has."""
    facts, step = dict(session._facts), session.step
    for digit, service in (("1", "103"), ("2", "112")):
        if f"Ctrl+Z, затем {digit}" in task(session):
            facts.setdefault(f"state_{service}", "ringing")
    option = step.option(answer) if isinstance(step, Choose) else None
    if option and option.label.startswith("Да,") and "прин" in option.label:
        service = "112" if "112" in f"{step.title} {option.label}" else "103"
        facts[f"state_{service}"] = "answered"
    return facts


def over(session: Session) -> Session:
    step = session.step
    if isinstance(step, Do) and isinstance(step.action, GoTo):
        target = SCENARIOS[step.action.scenario]
        return Session.start(
            target, NOON, session.fields, zone=MOSCOW, after=session.state, facts=session._facts
        )
    return session


def said(step: Step) -> str:
    return step.voice.source


def task(session: Session) -> str:
    """What the operator reads: nobody is told to call a service that rings or is on the line."""
    keys = {
        name: f"Ctrl+Z, затем {digit}"
        for digit, (name, fact) in enumerate(CALLS.items(), start=1)
        if session._facts.get(fact) not in ("ringing", "answered")
    }
    return session.text("operator", keys)


def first_key(session: Session) -> str:
    """The sentence that the operator is to do first; nothing to say may stand before it."""
    assert said(session.step) == ""
    return task(session).split(".")[0] + "."


def steps_of(*kinds: type[Step]) -> list[tuple[Scenario, Step]]:
    return [
        (scenario, step)
        for scenario in SCENARIOS.values()
        for step in scenario.steps.values()
        if isinstance(step, kinds)
    ]


def leads_to_help(scenario: Scenario, name: str) -> bool:
    step = scenario.steps[name]
    return (
        isinstance(step, Do)
        and isinstance(step.action, GoTo)
        and step.action.scenario in HELP
        and scenario.id not in HELP
    )


CHECKS = [
    (scenario, step)
    for scenario, step in steps_of(Choose)
    if any(leads_to_help(scenario, target) for target in targets(step))
]


# -- the check in every script -----------------------------------------------------------


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_begins_with_what_has_happened_and_the_signs_beside_it(name: str) -> None:
    session = start(name)
    session = walk(session, *WE_CALL.get(name, ()))
    assert "случилось?" in said(session.step)
    assert session.step.signs


@pytest.mark.parametrize("name", SCRIPTS)
def test_from_the_first_question_to_103_is_one_answer(name: str) -> None:
    session = start(name)
    session = walk(session, *WE_CALL.get(name, ()))
    session = walk(session, "хрипит") if name == "home_visit" else session
    session = walk(session, "2")
    assert session.scenario.id == "emergency"
    assert first_key(session) == "Нажмите Ctrl+Z, затем 1."


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_has_a_way_to_112_and_one_for_despair(name: str) -> None:
    session = start(name)
    session = walk(session, *WE_CALL.get(name, ()))
    session = walk(session, "кричат") if name == "home_visit" else session
    to_112 = walk(Session(session.scenario, session.state, MOSCOW), "3")
    assert first_key(to_112) == "Нажмите Ctrl+Z, затем 2."
    assert walk(session, "4").text("voice") == "Я с вами. Вы в безопасности?"


@pytest.mark.parametrize(
    ("scenario", "step"), [pytest.param(s, t, id=f"{s.id}/{t.id}") for s, t in CHECKS]
)
def test_one_question_at_a_time_and_the_dangerous_answer_is_never_the_first(
    scenario: Scenario, step: Choose
) -> None:
    assert said(step).count("?") <= 1
    assert " ли " not in said(step)
    assert step.deliberate
    first = step.options[0]
    assert not leads_to_help(scenario, first.next)
    for option in step.options[1:]:
        if leads_to_help(scenario, option.next):
            assert "103" in option.label or "112" in option.label or "жить" in option.label


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_hint_lets_the_check_be_shortened(name: str) -> None:
    for step in SCENARIOS[name].steps.values():
        assert "не читать" not in step.hint
        assert "читать целиком" not in step.hint


# -- the hand-over -----------------------------------------------------------------------


def test_nobody_is_told_that_an_ambulance_was_sent_before_it_was() -> None:
    for _, step in steps_of(Say, Ask, Choose, Do, End):
        words = f"{step.voice.source} {step.operator.source}"
        assert "вызвана" not in words
        assert "Передаю вызов" not in words
        assert "Соединяю со скорой" not in words
        assert "Соединяю со 112" not in words


def test_the_caller_hears_of_a_call_only_after_the_key_and_of_its_acceptance_at_the_end() -> None:
    script = SCENARIOS["emergency"]
    for step in script.steps.values():
        assert "Вызываю" not in said(step)
        accepted = "приняла вызов" in said(step)
        heard = isinstance(step, End) and step.id.startswith("done_") and "gone" not in step.id
        assert accepted == (heard or step.id == "senior")


def test_nothing_is_said_to_who_has_hung_up() -> None:
    """Down to the end of every way on from there, or to where the caller is back."""
    script = SCENARIOS["emergency"]
    seen, ahead = set(), ["hung_up", "danger_alone"]
    while ahead:
        name = ahead.pop()
        if name not in seen and name != "who_answers":  # the caller is back on the line
            seen.add(name)
            ahead += targets(script.steps[name])
    assert len(seen) > 8
    assert [name for name in sorted(seen) if said(script.steps[name])] == []


@pytest.mark.parametrize(
    "name",
    [
        "answered", "also_112", "next_112", "answered_112", "gone", "gone_on_line", "danger_alone",
        "unanswered", "nobody", "unable_answered",
    ],
)  # fmt: skip
def test_a_call_is_accepted_when_the_dispatcher_has_said_so_himself(name: str) -> None:
    text = SCENARIOS["emergency"].steps[name].operator.source
    assert "сам сказал, что вызов принят?" in text


def told(**fields: str) -> str:
    """What the operator tells the dispatcher of this."""
    state = SCENARIOS["emergency"].steps["answered"]
    return state.text_for("operator", fields)


def test_not_breathing_is_a_sentence_of_its_own_and_the_first() -> None:
    text = told(breathing="no", region="Омская область, Тара", address="Мира 7", complaint="упал")
    assert "НЕ ДЫШИТ. Другой регион: Омская область, Тара. Куда: Мира 7. Кто и что: упал." in text
    assert "егион" not in told(address="Мира 7")


def test_nothing_is_told_as_a_bare_no() -> None:
    for scenario, step in steps_of(Say, Ask, Choose, Do, End):
        for name in (*step.operator.slots, *step.voice.slots):
            if name in scenario.fields:
                assert scenario.fields[name].type != "yes_no", f"{scenario.id}/{step.id}"


@pytest.mark.parametrize("known", [True, False])
def test_for_who_cannot_speak_the_dispatcher_is_told_where_and_that_the_number_is_passed(
    known: bool,
) -> None:
    start_with = {"address": "Тюмень, Мира, 7"} if known else {}
    session = walk(start("home_visit", start_with), "хрипит", "2", "", "4", "")
    assert session.step.id == "unable_answered"
    text = task(session)
    assert "Номер, с которого звонят, передаёт система." in text
    assert ("Куда: Тюмень, Мира, 7." in text) == known


def test_nobody_asks_about_a_patient_at_a_fire() -> None:
    session = walk(start("other"), "3", "горим", "1", "Тюмень, Мира, 7", "", "1", "1")
    seen = " ".join(
        session.scenario.steps[item.step].text_for("operator", {})
        for item in session.state.path
        if item.step != "entrance"  # «Больной один — пусть откроет дверь»
    )
    assert "ольно" not in seen
    assert "скор" not in session.scenario.title


def test_rare_snoring_breaths_are_no_breathing() -> None:
    assert "хрипящие вдохи — это не дыхание" in said(SCENARIOS["emergency"].steps["breathing"])


def test_who_does_not_breathe_is_not_told_to_call_when_it_gets_worse() -> None:
    session = walk(start("general"), "2", "упал", "1", "Тюмень, Мира, 7", "", "2", "", "70")
    text = walk(session, "1", "1", "1").text("voice")
    assert "Станет хуже" not in text
    assert "что говорит диспетчер" in text


def test_an_emergency_disposition_needs_an_answer_that_was_picked() -> None:
    for scenario, step in steps_of(End):
        assert isinstance(step, End)
        if not step.disposition.startswith("emergency_"):
            continue
        for before in asked_before(scenario, step.id):
            picked = isinstance(before, Choose) and before.deliberate
            assert picked or before.id == "senior"


def asked_before(scenario: Scenario, name: str) -> list[Step]:
    """The steps from which one comes to ``name``, the checks between them passed."""
    found: list[Step] = []
    for before in scenario.steps.values():
        if name in targets(before):
            is_check = isinstance(before, Check)
            found += asked_before(scenario, before.id) if is_check else [before]
    return found


def test_everything_an_ambulance_needs_is_asked_for() -> None:
    session = walk(start("appointment"), "2", "хрипит")
    asked = []
    for answer in ("1", "Тюмень, Садовая, 5, кв. 2", "второй подъезд", "1", "70", "1", "1"):
        asked.append(session.step.id)
        session = walk(session, answer)
    assert asked == [
        "where", "address", "entrance", "breathing", "age", "danger", "number_right"
    ]  # fmt: skip
    assert session.step.id == "answered"
    told = (
        "Больной дышит. Куда: Тюмень, Садовая, 5, кв. 2, второй подъезд. Кто и что: хрипит, 70 лет."
    )
    assert told in task(session)
    assert walk(session, "1").step == SCENARIOS["emergency"].steps["done_103"]


BREATH = 110
"""Characters that are said in one breath: some eight seconds."""


@pytest.mark.parametrize("name", HELP)
def test_what_is_said_to_who_is_frightened_is_said_in_one_breath(name: str) -> None:
    said_to = {step.id: len(said(step)) for step in SCENARIOS[name].steps.values()}
    assert {name: length for name, length in said_to.items() if length > BREATH} == {}


def test_the_same_digit_means_the_same_in_every_question_of_a_call_for_help() -> None:
    meaning = {"0": "who_answers", "8": "hung_up", "9": "mistake"}
    for step in SCENARIOS["emergency"].steps.values():
        if isinstance(step, Choose):
            for option in step.options:
                expected = "danger_alone" if (step.id, option.key) == ("also_112", "8") else None
                wanted = expected or meaning.get(option.key, option.next)
                assert option.next == wanted, f"{step.id} {option.key}"


SILENCE = {("outgoing", "who_answers")}
"""Asks who has answered; who says nothing has a digit of his own there."""


def goes_for_help(scenario: Scenario, target: str) -> bool:
    step = scenario.steps[target]
    return isinstance(step, Do) and isinstance(step.action, GoTo) and step.action.scenario in HELP


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_1_is_always_well_and_2_is_always_danger(name: str) -> None:
    """Whoever has learnt the digits in one question answers the next one without reading."""
    scenario = SCENARIOS[name]
    for step in scenario.steps.values():
        if not isinstance(step, Choose):
            continue
        where = f"{name}/{step.id}"
        ways = {option.key: option for option in step.options}
        for_help = {key for key, option in ways.items() if goes_for_help(scenario, option.next)}
        if for_help and (name, step.id) not in SILENCE:
            assert "1" not in for_help, where
            assert "2" in for_help, where
        for key, option in ways.items():
            label = option.label.lower()
            if "прин" in label and "никто" not in label and not label.startswith("нет"):
                assert key in ("1", "3"), f"{where} {key}: somebody has accepted"
            elif "никто" in label or label.startswith("нет, не ответил"):
                assert key == "2", f"{where} {key}: nobody has accepted"


@pytest.mark.parametrize("name", [*SCRIPTS, *HELP])
def test_a_text_names_services_and_no_digit_that_a_key_of_its_step_may_be(name: str) -> None:
    """What opens behind Ctrl+Z has digits of its own."""
    for step in SCENARIOS[name].steps.values():
        texts = (getattr(step, part, "") or "" for part in ("say", "choose", "operator"))
        for text in texts:
            assert not re.search(r"затем \d|— \d[ ).,]", str(text)), f"{name}/{step.id}"


def test_one_key_that_nobody_has_accepted_ends_nothing() -> None:
    """Another try is offered first, whoever is still on the line."""
    steps = SCENARIOS["emergency"].steps
    nobody = [
        option
        for step in steps.values()
        if isinstance(step, Choose)
        for option in step.options
        if option.label == "Никто не принял"
    ]
    assert len(nobody) > 3
    assert not [option for option in nobody if isinstance(steps[option.next], End | Say)]
    assert not [option for option in nobody if option.next == "unhelped"]


def test_what_the_caller_has_said_already_is_not_asked_again() -> None:
    """The home visit knows most of it when the temperature gives it away."""
    session = walk(
        start("home_visit", {"address": "Тюмень, Садовая, 5", "entrance": "код 12"}),
        "горит", "1", "1", "1", "1", "1", "Иванова Анна", "12.03.1985", "39", "2", "2",
    )  # fmt: skip
    assert session.step.id == "connect"
    assert session.fields["complaint"] == "горит"
    session = walk(session, "")
    assert session.text("voice") == "Ехать сюда: Тюмень, Садовая, 5. Верно?"
    session = walk(session, "1")
    assert session.step.id == "danger"
    session = walk(session, "1", "1")
    assert session.step.id == "answered"


def test_a_complaint_that_is_an_emergency_goes_straight_to_the_address() -> None:
    session = walk(start("feedback"), "2", "не дышит", "1")
    assert session.step.id == "address"
    assert session.fields["complaint"] == "не дышит"


def test_the_postal_address_of_a_complaint_is_not_where_the_patient_is() -> None:
    assert "address" not in SCENARIOS["feedback"].fields


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        (("2", "Тара", "павильон «Хлеб», остановка"), "landmark"),
        (("3", "Омская область, Тара", "Ленина, 5"), "region"),
    ],
)
def test_a_place_without_an_address_and_in_another_region(
    answers: tuple[str, ...], asked: str
) -> None:
    session = walk(start("general"), "2", "плохо", *answers)
    assert asked in [item.step for item in session.state.path]
    while session.step.id != "answered":
        session = walk(session, "" if isinstance(session.step, Ask | Say) else "1")
    assert all(answer in task(session) for answer in answers[1:])


@pytest.mark.parametrize("key", ["2", "3", "4", "5"])
def test_danger_on_the_spot_is_for_112_as_well(key: str) -> None:
    session = walk(start("general"), "2", "ударило током", "1", "Тюмень, Мира, 1", "", "1", "", key)
    assert "112" in task(session)
    session = walk(session, "", "1", "1")
    assert session.step.id == "also_112"
    assert "emergency" in session.scenario.id
    session = walk(session, "2")
    assert "старшему смены" in task(session)


def test_every_answer_that_calls_for_help_says_whether_it_is_103_or_112() -> None:
    """What an earlier way in the same call had said of it is over."""
    for scenario, step in CHECKS:
        assert isinstance(step, Choose)
        for option in step.options:
            action = getattr(scenario.steps[option.next], "action", None)
            if isinstance(action, GoTo) and action.scenario == "emergency":
                wanted = "yes" if "112" in option.label else ""
                assert option.sets["rescue"] == wanted, f"{scenario.id}/{step.id}"


def test_who_was_sent_to_112_by_mistake_is_sent_to_103_afterwards() -> None:
    session = walk(start("general"), "3", "", "9", "", "2")
    assert first_key(session) == "Нажмите Ctrl+Z, затем 1."


def test_the_service_that_rings_is_the_one_that_the_script_speaks_of() -> None:
    session = emergency("хрипит", state_112="ringing")
    session.proceed(NOON)
    session.answer("0", NOON)
    assert task(session).startswith("112 звонит")
    session = emergency("хрипит", state_103="ringing")
    session.answer("0", NOON)
    assert task(session).startswith("103 звонит")


def test_103_does_not_answer_and_112_does() -> None:
    session = walk(start("general"), "2", "плохо", "0", "2")
    assert "Ctrl+Z, затем 2" in task(session)
    session = walk(session, "1")
    assert isinstance(session.step, End)
    assert session.step.disposition == "emergency_112"


def test_nobody_answers_and_the_card_says_so() -> None:
    session = walk(start("general"), "2", "плохо", "0", "2", "2", "2", "4")
    assert isinstance(session.step, End)
    assert session.step.disposition == "emergency_unanswered"


HANGS_UP = ("where", "address_right", "breathing", "danger", "number_right", "answered")


@pytest.mark.parametrize("at", HANGS_UP)
def test_the_caller_hangs_up_at_any_question_and_the_call_for_help_goes_on(at: str) -> None:
    known = {"address": "Тюмень, Мира, 1"} if at == "address_right" else {}
    session = walk(start("home_visit", known), "плохо", "2", "")
    while session.step.id != at:
        asked = isinstance(session.step, Ask)
        session = walk(session, "Тюмень, Мира, 1" if session.step.id == "address" else "1")
        assert asked or session.state.path
    session.learn({"state_103": "failed"})  # it ends with the call
    session.answer("8", NOON)
    assert session.step.id == "gone"
    assert session.text("voice") == ""
    assert "Позвоните сами — Ctrl+Z, затем 1" in task(session)
    assert "плохо" in task(session)
    session.learn({"state_103": "ringing"})
    session.answer("1", NOON)
    assert session.step.id == "unseen_gone"
    session.learn({"state_103": "answered"})
    session.answer("2", NOON)
    assert session.step.id == "gone_on_line"
    session.answer("1", NOON)
    assert isinstance(session.step, End)
    assert session.step.disposition == "emergency_103"
    assert "Перезвоните абоненту" in task(session)


@pytest.mark.parametrize("service", ["103", "112"])
def test_who_hangs_up_leaves_the_service_on_the_line_and_it_is_not_called_anew(
    service: str,
) -> None:
    session = emergency("хрипит", **{f"state_{service}": "answered"})
    session = walk(session, "") if session.step.id == "connect" else session
    session.answer("8", NOON)
    assert session.step.id == "gone_on_line"
    assert "не отключайте её" in task(session)


def test_danger_that_is_told_to_112_by_the_operator_alone() -> None:
    session = walk(start("general"), "2", "горит", "1", "Тюмень, Мира, 1", "", "1", "", "2", "")
    session = walk(session, "1", "1", "8")
    assert session.step.id == "danger_alone"
    assert "на месте опасно" in task(session)
    assert "Куда: Тюмень, Мира, 1." in task(session)
    assert "старшему смены" in walk(session, "2").text("operator")


def test_who_answers_before_the_questions_are_over_is_not_kept_waiting() -> None:
    for questions in ((), ("1", "Мира, 1", ""), ("1", "Мира, 1", "", "1", "70")):
        assert walk(start("general"), "2", "плохо", *questions, "0").step.id == "answered"


def test_a_wrong_key_has_a_way_back() -> None:
    """The service that is called for nothing is told, or called off, first."""
    session = walk(start("general"), "2", "", "9")
    assert "F8 отменит вызов" in task(session)
    assert walk(session, "").scenario.id == "general"
    session = emergency("хрипит")
    session.proceed(NOON)
    session.answer("9", NOON)
    assert session.step.id == "to_general"


def test_nobody_reads_out_a_number_that_is_masked() -> None:
    for _, step in steps_of(Say, Ask, Choose, Do, End):
        assert {"phone", "number"}.isdisjoint([*step.operator.slots, *step.voice.slots])


# -- what the journal knows --------------------------------------------------------------


def emergency(complaint: str = "", **facts: str) -> Session:
    known = {"complaint": complaint} if complaint else {}
    return Session.start(SCENARIOS["emergency"], NOON, known, zone=MOSCOW, facts=facts)


@pytest.mark.parametrize("state", ["ringing", "answered"])
def test_who_has_pressed_the_key_already_is_not_told_to_press_it(state: str) -> None:
    assert emergency("хрипит", state_103=state).step.id == "where"
    session = emergency(state_103=state)
    assert "Ctrl+Z" not in task(session)
    session.answer("хрипит", NOON)
    assert session.step.id == "where"


@pytest.mark.parametrize("complaint", ["", "хрипит"])
def test_the_questions_begin_when_the_call_is_under_way(complaint: str) -> None:
    session = emergency(complaint)
    session.answer("хрипит", NOON) if not complaint else session.proceed(NOON)
    assert task(session) == "Вызов пошёл? 103 ещё не вызывается — нажмите Ctrl+Z, затем 1."
    assert session.text("voice") == ""
    session.answer("1", NOON)  # pressed by who had not looked
    assert session.step.id == "not_called"
    session.learn({"state_103": "failed", "state_112": "ringing"})
    session.answer("1", NOON)
    assert session.step.id == "where"


def test_nobody_is_called_stands_in_the_path_once_however_often_it_is_pressed() -> None:
    session = emergency("хрипит")
    session.proceed(NOON)
    for moment in range(3):
        session.answer("1", NOON + moment)
    assert [item.step for item in session.state.path] == ["connect", "not_called"]
    session.learn({"state_103": "ringing"})
    session.answer("1", NOON + 5)
    assert [item.step for item in session.state.path] == ["connect", "not_called", "where"]
    session.back(NOON + 6)
    assert session.step.id == "not_called"


def test_112_in_place_of_103_is_a_call_too() -> None:
    session = emergency("хрипит")
    session.learn({"state_112": "ringing"})
    session.proceed(NOON)
    assert session.step.id == "where"


def test_a_telephone_beside_the_program_is_no_dead_end() -> None:
    session = emergency("хрипит")
    session.proceed(NOON)
    for key in ("2", "0", "1", "3"):
        session.answer(key, NOON)
    assert session.step.id == "done_103"


@pytest.mark.parametrize("state", ["", "ringing", "failed"])
def test_nobody_hears_that_103_has_accepted_before_it_has_answered(state: str) -> None:
    session = walk(emergency("хрипит"), "")
    session = walk(session, "0")
    session.learn({"state_103": state} if state else {})
    session.answer("1", NOON)
    assert task(session) == ("Программа не видит ответа 103. Кто принял вызов?")
    assert session.text("voice") == ""
    session.answer("2", NOON)
    assert session.step.id == "answered"
    session.learn({"state_103": "answered"})
    session.answer("1", NOON)
    assert session.step.id == "done_103"


def test_nobody_hears_that_112_has_accepted_before_it_has_answered() -> None:
    session = emergency("горит", state_103="failed", state_112="ringing")
    session.proceed(NOON)
    session.answer("0", NOON)
    assert session.step.id == "next_112"
    session.answer("1", NOON)
    assert session.step.id == "unseen_112"
    session.learn({"state_112": "answered"})
    session.answer("2", NOON)
    session.answer("1", NOON)
    assert session.step.id == "done_112"


def test_no_answer_begins_with_digits_that_run_into_its_key() -> None:
    for scenario, step in steps_of(Choose):
        assert isinstance(step, Choose)
        if scenario.kind == "script":
            assert not [o.label for o in step.options if o.label[:1].isdigit()], scenario.id


# -- silence, despair --------------------------------------------------------------------


def test_a_silent_caller_may_be_one_who_cannot_speak() -> None:
    session = walk(start("general"), "5")
    assert "нажмите на телефоне любую клавишу" in session.text("voice")
    assert "ерезвоните" not in session.text("voice")
    signal = walk(Session(session.scenario, session.state, MOSCOW), "2")
    assert first_key(signal) == "Нажмите Ctrl+Z, затем 2."
    back = walk(session, "4")
    assert "перезвоните" in back.text("operator")
    assert walk(back, "2").fields["rescue"] == "yes"


@pytest.mark.parametrize(
    ("key", "words"), [("1", "8-800-2000-122, с мобильного 124"), ("2", "8-495-989-50-50")]
)
def test_despair_is_listened_to_and_gets_a_line_of_trust(key: str, words: str) -> None:
    session = walk(start("other"), "4", "1", "никого нет", "3", key)
    assert words in session.text("voice")
    end = walk(session, "", "1").step
    assert isinstance(end, End)
    assert end.disposition == "trust_line_given"


@pytest.mark.parametrize(
    "answers",
    [
        ("2",), ("3",), ("1", "", "2"), ("4", "2"), ("4", "3"), ("8", "2"), ("8", "3"),
        ("1", "", "8", "2"), ("1", "", "3", "1", "", "8", "3"),
    ],
)  # fmt: skip
def test_despair_in_danger_is_for_112(answers: tuple[str, ...]) -> None:
    session = walk(start("other"), "4", *answers)
    assert first_key(session) == "Нажмите Ctrl+Z, затем 2."


def test_who_calls_about_another_one_is_not_asked_how_old_he_is_himself() -> None:
    session = walk(start("other"), "4", "4", "1", "")
    assert session.text("voice") == "Сколько лет этому человеку?"
    assert "8-800-2000-122" in walk(session, "1").text("voice")


def test_who_hangs_up_in_despair_is_called_again_and_the_senior_told() -> None:
    session = walk(start("other"), "4", "8")
    assert "Перезвоните" in task(session)
    assert walk(Session(session.scenario, session.state, MOSCOW), "1").step.id == "safe"
    assert "старшему смены" in walk(session, "4").text("operator")


def test_silence_on_a_call_back_after_an_emergency_is_for_112() -> None:
    session = start("callback", {"urgent": "yes"})
    assert first_key(walk(session, "6")) == "Нажмите Ctrl+Z, затем 2."
    session = start("callback", {"urgent": "yes"})
    assert "старшему смены" in walk(session, "7").text("operator")


# -- the home visit ----------------------------------------------------------------------


def test_the_complaint_is_first_and_the_signs_follow_one_by_one() -> None:
    session = start("home_visit")
    assert session.step.id == "complaint"
    session = walk(session, "кашель")
    assert session.step.signs
    session = walk(session, "1")
    asked = []
    for _ in range(4):
        asked.append(session.text("voice"))
        session = walk(session, "1")
    assert asked == [
        "Больной в сознании?",
        "Дышит свободно?",
        "Болит в груди?",
        "Лицо перекосило, рука слабеет, речь невнятная?",
    ]
    assert session.step.id == "fio"


def fever(born: str, temperature: str) -> Session:
    signs = ("кашель", "1", "1", "1", "1", "1", "Иванова Анна")
    return walk(start("home_visit"), *signs, born, temperature)


@pytest.mark.parametrize("temperature", ["37", "39", "39,5", ""])
def test_with_any_fever_and_an_unmeasured_one_the_rash_is_asked_for(temperature: str) -> None:
    session = fever("12.03.1985", temperature)
    assert session.text("voice") == "Есть сыпь?"
    session = walk(session, "2")
    assert "стакан" in session.text("voice")
    assert walk(session, "2").scenario.id == "emergency"


def test_without_fever_an_adult_is_not_asked_for_its_signs() -> None:
    assert fever("12.03.1985", "36,6").step.id == "ill_since"


def test_an_infant_is_asked_for_the_signs_without_fever_too() -> None:
    assert fever("12.10.2026", "36,6").step.id == "hard_to_wake"


@pytest.mark.parametrize(
    ("temperature", "scenario"), [("37,5", "home_visit"), ("38", "emergency"), ("", "emergency")]
)
def test_an_infant_under_three_months_with_38(temperature: str, scenario: str) -> None:
    session = walk(fever("12.10.2026", temperature), "1", "2")
    assert session.scenario.id == scenario


@pytest.mark.parametrize("keys", [("2",), ("1", "2"), ("1", "1", "2")])
def test_hard_to_wake_drinks_not_breathes_fast(keys: tuple[str, ...]) -> None:
    assert walk(fever("12.03.1985", "39"), "1", *keys).scenario.id == "emergency"
    assert walk(fever("12.03.1985", "39"), "1", "1", "1", "1").step.id == "ill_since"


# -- vaccination -------------------------------------------------------------------------


def reaction() -> Session:
    return walk(start("vaccination"), "1", "5", "корь", "12.03.1985")


def test_a_reaction_is_asked_about_before_anything_soothes() -> None:
    session = reaction()
    asked = []
    for answer in ("вчера", "сыпь", "1", "1", "1", "1", "1", "1", "37,2"):
        asked.append(session.text("voice"))
        session = walk(session, answer)
    assert asked == [
        "Когда сделали прививку?",
        "Что беспокоит?",
        "Дышать трудно?",
        "Лицо, язык или горло распухли?",
        "Голос осип?",
        "Появилась внезапная слабость?",
        "Есть сыпь?",
        "Есть рвота?",
        "Какая температура?",
    ]
    assert session.step.id == "see_doctor"


@pytest.mark.parametrize("good", range(6))
def test_breath_swelling_rash_hoarseness_vomiting_and_sudden_weakness_are_for_103(
    good: int,
) -> None:
    session = walk(reaction(), "вчера", "плохо", *["1"] * good, "2")
    assert session.step.id == "connect"
    assert session.fields["complaint"] == "плохо"


def test_a_contraindication_hears_nothing_about_reactions() -> None:
    session = walk(start("vaccination"), "1", "3", "корь", "12.03.1985")
    assert "реакци" not in session.text("voice")
    assert "осмотр" in session.text("voice")


def test_an_examination_is_asked_for_once_and_is_not_a_vaccination() -> None:
    session = walk(reaction(), "вчера", "плохо", *["1"] * 6, "")
    spoken = [session.text("voice")]
    for answer in ("1", "Первая", "Иванова Анна", "8 912 345-67-89", "завтра в 10"):
        session = walk(session, answer)
        spoken.append(session.text("voice"))
    assert sum("?" in words and "осмотр" in words for words in spoken) == 1
    assert isinstance(session.step, End)
    assert session.step.disposition == "exam_booked"
    assert not any("прививку делают" in words.lower() for words in spoken)


# -- from one script to the next ----------------------------------------------------------

TOPICS = ("appointment", "home_visit", "vaccination", "med_info", "feedback", "other")


def met(session: Session) -> str:
    """All that is said at the present step."""
    return session.text("voice")


@pytest.mark.parametrize("topic", TOPICS)
def test_a_callback_says_first_who_calls_and_leads_on_without_asking_twice(topic: str) -> None:
    session = start("callback", {"topic": topic})
    assert met(session).startswith("Здравствуйте! Это служба 122. Вы звонили нам")
    session = walk(session, "1", "1", "Иванова Анна")
    assert session.scenario.id == topic
    assert "Здравствуйте" not in met(session)
    assert "случилось?" not in met(session)


@pytest.mark.parametrize("topic", ["appointment", "home_visit"])
def test_the_name_of_who_is_called_back_does_not_become_that_of_the_child_who_is_ill(
    topic: str,
) -> None:
    session = walk(start("callback", {"topic": topic}), "1", "1", "Иванова Мария")
    assert session.fields["caller"] == "Иванова Мария"
    assert not session.fields.get("fio")


def test_who_calls_a_doctor_for_a_child_is_asked_for_the_own_name_once() -> None:
    to_child = ("Иванов Петя", "12.03.2020", "36,6", "вчера")
    signs = ("кашель", "1", "1", "1", "1", "1")
    session = walk(start("home_visit"), *signs, *to_child)
    assert session.step.id == "caller"
    assert walk(session, "Иванова Мария").step.id == "address"
    known = walk(start("home_visit", {"caller": "Иванова Мария"}), *signs, *to_child)
    assert known.step.id == "address"


@pytest.mark.parametrize("key", ["1", "2", "3", "4", "5", "6"])
def test_who_is_called_by_us_hears_who_calls_and_is_greeted_once(key: str) -> None:
    session = start("outgoing")
    assert met(session).startswith("Здравствуйте! Звонит служба 122")
    session = walk(session, "1", "2")
    assert session.step.signs
    session = walk(session, "1", "", key)
    assert session.scenario.id in TOPICS
    assert "Здравствуйте" not in met(session)
    assert not (isinstance(session.step, Choose) and session.step.signs)


@pytest.mark.parametrize("key", ["1", "2", "3", "4", "5", "6"])
def test_the_general_line_greets_once(key: str) -> None:
    session = walk(start("general"), "1", "", "", key)
    assert session.scenario.id in TOPICS
    assert "Здравствуйте" not in met(session)
    assert not (isinstance(session.step, Choose) and session.step.signs)


def test_who_is_called_back_after_an_emergency_is_not_asked_whether_it_is_convenient() -> None:
    session = start("callback", {"urgent": "yes", "topic": "appointment"})
    assert met(session) == "Это служба 122. Наш разговор прервался. Что случилось?"
    assert session.step.signs
    assert walk(session, "2").scenario.id == "emergency"


def test_a_callback_of_no_known_topic_asks_for_it() -> None:
    assert walk(start("callback"), "1", "1", "").step.id == "topic"


def test_signs_are_asked_for_again_after_an_emergency_that_was_none() -> None:
    session = walk(start("general"), "1", "", "", "1")
    session = Session.start(SCENARIOS["emergency"], NOON, session.fields, zone=MOSCOW)
    assert walk(session, "", "9", "").step.signs


# -- what is read aloud ------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_what_is_an_order_to_the_operator_is_no_hint(name: str) -> None:
    scenario = SCENARIOS[name]
    hints = [step.hint for step in scenario.steps.values()]
    hints += [field.hint for field in scenario.fields.values()]
    for order in ("Запишите", "Впишите", "Найдите", "Прочитайте", "Назовите", "Нажмите"):
        assert not [hint for hint in hints if order in hint]


def test_nobody_asks_whether_it_is_clear_before_the_answer_was_given() -> None:
    for scenario, step in steps_of(Ask, Choose, Say):
        assert "понятно" not in said(step), f"{scenario.id}/{step.id}"
        if "понятно" in step.operator.source:
            assert step.operator.source.startswith("Ответьте абоненту, потом спросите")


def test_nobody_is_booked_before_a_time_was_named() -> None:
    for scenario, step in steps_of(Ask, Choose):
        assert "аписываю вас" not in said(step), f"{scenario.id}/{step.id}"
    visit = SCENARIOS["appointment"].fields["visit"]
    assert not any(sign.isdigit() for sign in visit.hint)  # no example that could be read out


@pytest.mark.parametrize("name", ["conscious", "breathes", "drinks", "chest_pain"])
def test_every_answer_answers_the_question(name: str) -> None:
    step = SCENARIOS["home_visit"].steps[name]
    assert isinstance(step, Choose)
    assert [option.label[:3] for option in step.options] in (["Да,", "Нет"], ["Нет", "Да,"])
