"""The scenarios that come with the program: sound, short enough for the ear, always to an end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekc_console.domain.scenario import (
    Ask,
    Choose,
    Chosen,
    Do,
    End,
    GoTo,
    Leave,
    MenuTurn,
    Option,
    Say,
    Scenario,
    Session,
    ToQueue,
)
from ekc_console.domain.scenario.filled import not_filled
from ekc_console.scenario_files import check_folder
from ekc_console.server.services.speech import Speaker
from ekc_console.server.services.wav import RATE_HZ
from tests.support.sweep import sweep
from tests.support.zones import MOSCOW
from tests.unit.domain.scenario_data import NOON, QUEUES, SHIPPED, TODAY, scenarios

SCENARIOS = scenarios(SHIPPED)
SCRIPTS = sorted(name for name, s in SCENARIOS.items() if s.kind == "script")
MOST_STEPS = 40

ANSWERS = {
    "text": ["болит горло"],
    "person": ["Иванова Анна Петровна"],
    "date": ["12.03.1985", "12.03.2015", "12.10.2026", "вчера"],  # of the past and of birth
    "phone": ["8 912 345-67-89"],
    "address": ["Тюмень, Садовая, 5"],
    "clinic": ["Городская поликлиника № 1", "Медпункт"],
    "specialty": ["терапевт"],
    "snils": ["112-233-445 95"],
    "oms": ["1234567890123452"],
    "number": ["36,6", "39,5"],
    "yes_no": ["да", "нет"],
}


def test_nothing_is_wrong_with_them() -> None:
    assert check_folder(SHIPPED, QUEUES, TODAY).problems == []
    assert SCENARIOS.keys() == {
        "main_menu", "appointment", "home_visit", "vaccination", "med_info", "feedback", "other",
        "general", "callback", "outgoing", "emergency", "despair",
    }  # fmt: skip


# -- the menu ------------------------------------------------------------------------


def seconds(text: str) -> float:
    return len(Speaker().speak_blocking(text)) / RATE_HZ


def test_the_menu_is_short_enough() -> None:
    steps = SCENARIOS["main_menu"].steps
    greeting = seconds(steps["greeting"].text_for("voice", {}))
    menu = seconds(steps["menu"].text_for("voice", {}))
    assert greeting <= 8
    assert greeting + menu <= 25


def test_the_greeting_tells_of_recording_and_of_emergency_numbers() -> None:
    text = SCENARIOS["main_menu"].steps["greeting"].text_for("voice", {})
    assert "записывается" in text
    assert "103" in text
    assert "112" in text


def menu_step() -> Choose:
    step = SCENARIOS["main_menu"].steps["menu"]
    assert isinstance(step, Choose)
    return step


@pytest.mark.parametrize(
    ("key", "queue", "script"),
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
def test_a_key_comes_to_its_queue_with_its_script(key: str, queue: str, script: str) -> None:
    session = Session.start(SCENARIOS["main_menu"], NOON, zone=MOSCOW)
    session.proceed(NOON)
    outcome = MenuTurn(menu_step()).key(key)
    assert isinstance(outcome, Chosen)
    session.answer(outcome.option.key, NOON)
    assert isinstance(session.step, Do)
    action = session.step.action
    assert isinstance(action, ToQueue)
    assert (action.queue, action.topic, action.script) == (queue, script, script)
    assert f"{key}." in menu_step().text_for("voice", {})


@pytest.mark.parametrize("events", ["---", "789", "***", "-8*"])
def test_who_gives_no_usable_key_comes_to_an_operator(events: str) -> None:
    turn = MenuTurn(menu_step())
    outcomes = [turn.silence() if event == "-" else turn.key(event) for event in events]
    assert outcomes[-1] == Leave("to_general")


# -- the operator's scripts ----------------------------------------------------------


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_lost_call_has_a_disposition_everywhere(name: str) -> None:
    assert SCENARIOS[name].dispositions["cut_off"] == "Связь прервалась"
    assert len(SCENARIOS[name].dispositions) >= 4


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_caller_whom_112_took_has_its_outcome_as_one_of_103(name: str) -> None:
    assert SCENARIOS[name].dispositions["emergency_112"] == "Передано в 112"
    assert SCENARIOS[name].dispositions["emergency_103"] == "Передано в 103"


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_caller_given_on_and_a_wrong_number_have_their_outcome_everywhere(name: str) -> None:
    dispositions = SCENARIOS[name].dispositions
    assert dispositions["transferred"] == "Переведён дальше"
    assert {"wrong_number", "not_the_caller"} & dispositions.keys()


def test_a_home_visit_is_ordered_without_the_number_that_nobody_has() -> None:
    script = SCENARIOS["home_visit"]
    known = {"address": "Садовая, 5"}
    session = Session.start(script, NOON, known, zone=MOSCOW, at="order")
    session.answer("", NOON)
    assert session.step.id == "confirm"
    assert session.text("voice").startswith("Вызов принят. Врач придёт по адресу Садовая, 5")
    assert "Enter" in script.steps["order"].operator.source


EVERY_TOPIC = ("transferred", "cut_off", "call_later", "emergency_103", "emergency_112")
"""What any talk may come to, whatever it was about."""
SERVED = {
    "appointment": {"booked", "waiting_list", "moved"},
    "home_visit": {"visit_ordered", "advised_clinic"},
    "vaccination": {"informed", "vaccination_booked", "exam_booked", "advised_doctor"},
    "med_info": {"informed", "passed_to_clinic"},
    "feedback": {"complaint_taken", "thanks_taken", "suggestion_taken", "solved_at_once"},
    "other": {"informed", "passed_on"},
    "general": set(),  # it leads to a topic
    "callback": {"already_solved"},
    "outgoing": {"told"},
}


@pytest.mark.parametrize("name", sorted(SERVED))
def test_served_transferred_wrong_number_broken_off_and_called_later_end_every_topic(
    name: str,
) -> None:
    script = SCENARIOS[name]
    reached = {step.disposition for step in script.steps.values() if isinstance(step, End)}
    wrong = "not_the_caller" if name == "callback" else "wrong_number"
    assert script.dispositions.keys() >= {*EVERY_TOPIC, *SERVED[name], wrong}
    assert reached >= {*SERVED[name], wrong}  # these by the steps, the others from the card
    assert script.unsettled["call_later"] == "later"
    assert script.needs["call_later"] == "when_to_call"


def test_every_script_with_a_topic_is_among_those_whose_ends_are_known() -> None:
    assert SERVED.keys() | {"emergency", "despair"} == set(SCRIPTS)


def answers(scenario: Scenario, step: Ask) -> list[str]:
    field = scenario.fields[step.field]
    known = list(field.choices) if field.type == "choice" else ANSWERS[field.type]
    if field.when == "future":
        known = ["в пятницу"]
    return known if field.required else [*known, ""]


def untried(step: Choose, tried: set[tuple[str, str]]) -> list[Option]:
    """Whoever comes to a question again takes another way: else «исправить» never ends."""
    return [o for o in step.options if (step.id, o.key) not in tried] or list(step.options[:1])


def take_step(session: Session, data: st.DataObject, tried: set[tuple[str, str]]) -> str | None:
    """Answer the current step in one of the possible ways; None for going on."""
    match session.step:
        case Ask() as step:
            answer = data.draw(st.sampled_from(answers(session.scenario, step)))
            session.answer(answer, NOON)
            return answer
        case Choose() as step:
            option = data.draw(st.sampled_from(untried(step, tried)))
            tried.add((step.id, option.key))
            session.answer(option.key, NOON)
            return option.key
    session.proceed(NOON)
    return None


def over(session: Session) -> bool:
    step = session.step
    return isinstance(step, End) or (isinstance(step, Do) and step.leaves)


def repeat(session: Session, answers: list[str | None]) -> None:
    for answer in answers:
        if answer is None:
            session.proceed(NOON)
        else:
            session.answer(answer, NOON)


@pytest.mark.parametrize("name", sweep(sorted(SCENARIOS), every=4))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_way_comes_to_an_end(name: str, data: st.DataObject) -> None:
    session = Session.start(SCENARIOS[name], NOON, {"phone": "+79123456789"}, zone=MOSCOW)
    given_answers: list[str | None] = []
    tried: set[tuple[str, str]] = set()
    for _ in range(MOST_STEPS):
        if over(session):
            break
        (done, _), asked = session.progress, session.step
        answer = take_step(session, data, tried)
        assert session.text("operator") or isinstance(session.step, Do | End)
        if session.step is asked:  # «вызов пошёл», and it has not
            continue
        given_answers.append(answer)
        assert session.progress[0] > done
    assert over(session)
    before = session.state
    assert not not_filled(session.scenario, before, TODAY)  # the server takes what was filled
    steps_back = data.draw(st.integers(0, len(given_answers)))
    for _ in range(steps_back):
        session.back(NOON)
    assert session.fields == before.fields
    repeat(session, given_answers[len(given_answers) - steps_back :])
    assert session.state == before


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_operator_reads_every_text_aloud_or_sees_why_not(name: str) -> None:
    for step in SCENARIOS[name].steps.values():
        if isinstance(step, Say | Ask | Choose):
            assert step.text_for("operator", {}).strip()


def test_the_general_line_leads_to_every_topic() -> None:
    actions = [s.action for s in SCENARIOS["general"].steps.values() if isinstance(s, Do)]
    reached = {action.scenario for action in actions if isinstance(action, GoTo)}
    topics = {"appointment", "home_visit", "vaccination", "med_info", "feedback", "other"}
    assert reached == topics | {"emergency", "despair"}
