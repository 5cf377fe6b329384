from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from ekc_console.client.card.old_cards import CardEdit
from ekc_console.client.link.connection import Link
from ekc_console.client.voice.line_state import LineState
from ekc_console.client.voice.quality import LineQuality, mos
from ekc_console.client.voice.second_call import SecondCall, SecondCalls
from ekc_console.client.words.saying import said
from ekc_console.domain.scenario import Session, scenario_from_document
from ekc_console.tui.operator.present import caller, cards, queue, script, status
from ekc_console.tui.shared import wording
from ekc_console.tui.shared.changes import Health
from ekc_console.tui.shared.keys.conditions import Situation, enabled
from ekc_console.tui.shared.keys.registry import ACTIONS
from ekc_console.tui.shell import bars
from ekc_console.wire import messages
from ekc_console.wire.entities import LastCall
from ekc_console.wire.words import words
from tests.support.desk import (
    CALL,
    CALLBACKS,
    HISTORY,
    ME,
    NOW,
    QUEUES,
    SCENARIO,
    ScriptedDesk,
    old_card,
    waiting,
)
from tests.support.zones import MOSCOW


@pytest.fixture
def desk(tmp_path: Path) -> ScriptedDesk:
    desk = ScriptedDesk(tmp_path)
    desk.view.apply(messages.Snapshot(seq=1, entities=(ME, CALL, *QUEUES)))
    return desk


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_the_bars_fit_their_width(desk: ScriptedDesk, width: int) -> None:
    situation = Situation(logged_in=True, me="offered", call="offered", on_desk=True)
    first, second = bars.call_bar(desk, situation, width, NOW)
    assert first.cell_length <= width
    assert second.cell_length <= width
    if width >= 80:
        assert bars.title_bar(desk, width, NOW, NOW).cell_length <= width


def test_what_is_wrong_stands_first_in_the_title(desk: ScriptedDesk) -> None:
    desk.line.state = LineState("failed", "нет ответа", "device")
    text = bars.title_bar(desk, 100, NOW, NOW - 5).plain
    assert text.index("нет связи 0:05") < text.index("линии нет")


@pytest.mark.parametrize(("last", "state"), [("", "Готов"), ("closed", "Вызов отдан")])
def test_who_has_given_the_last_call_away_is_not_called_ready(
    desk: ScriptedDesk, last: LastCall, state: str
) -> None:
    me = msgspec.structs.replace(ME, state="ready", last_call=last)
    desk.view.apply(messages.Snapshot(seq=2, entities=(me,)))
    assert status.sentences(desk)["state"].startswith(f"Состояние: {state.lower()}.")
    assert state.upper() in bars.title_bar(desk, 100, NOW, NOW).plain


def test_a_trunk_in_trouble_is_said_in_words(desk: ScriptedDesk) -> None:
    assert "Внешняя" not in status.sentences(desk)["links"]
    engine = messages.EngineState(trunks_in_trouble=("north",))
    desk.view.apply(messages.Snapshot(seq=2, entities=(ME, CALL, *QUEUES, engine)))
    assert status.sentences(desk)["links"].endswith("Внешняя линия «north» не работает.")


def test_what_is_not_in_order_is_said_to_those_who_supervise(desk: ScriptedDesk) -> None:
    engine = messages.EngineState(not_in_order=(words("condition.music"),))
    for role, told in (("operator", False), ("supervisor", True), ("admin", True)):
        me = msgspec.structs.replace(ME, role=role)
        desk.view.apply(messages.Snapshot(seq=2, entities=(me, CALL, *QUEUES, engine)))
        assert (said(words("condition.music")) in status.sentences(desk)["links"]) is told
        assert Health.of(desk).not_in_order == ((said(words("condition.music")),) if told else ())


def test_an_engine_out_of_sight_is_not_said_to_be_dead(desk: ScriptedDesk) -> None:
    desk.link = Link("online", NOW)
    engine = messages.EngineState(up=False, out_of_sight=True, detail=words("engine.node_lost"))
    desk.view.apply(messages.Snapshot(seq=2, entities=(ME, CALL, *QUEUES, engine)))
    assert "АТС не видна" in bars.title_bar(desk, 100, NOW, NOW).plain
    assert "разговоры идут" in status.sentences(desk)["links"]


@pytest.mark.parametrize(
    ("wait", "mark"), [(0, ""), (19.9, ""), (20, "!"), (59, "!"), (60, "▲"), (600, "▲")]
)
def test_waits_are_marked_by_symbol(wait: float, mark: str) -> None:
    assert queue.wait_mark(wait, QUEUES[0])[0] == mark


def test_rows_have_as_many_cells_as_their_columns() -> None:
    for columns, rows in (
        (queue.waiting_columns(), queue.waiting_rows(waiting(3), QUEUES, NOW)),
        (queue.queue_columns(), queue.queue_rows(QUEUES, NOW, 9)),
        (queue.callback_columns(), queue.callback_rows(CALLBACKS, NOW)),
        (caller.history_columns(), caller.history_rows(HISTORY, NOW)),
        (caller.found_columns(), caller.found_rows(HISTORY, NOW)),
    ):
        assert rows
        assert {len(row.cells) for row in rows} == {len(columns)}


def test_a_contact_in_the_search_shows_whom_it_is_about() -> None:
    known = replace(HISTORY[0], person="Иванова Анна")
    [row] = caller.found_rows((known,), NOW)
    assert "Иванова Анна" in row.cells


def test_a_callback_that_waits_for_the_way_out_says_so() -> None:
    waits = messages.CallbackInfo(
        id="cb1", number="+7 1", since=NOW, where="menu", no_way=True, not_before=NOW + 5
    )
    (row,) = queue.callback_rows((waits,), NOW)
    assert row.cells[-1] == "ждёт линию"


def test_the_time_promised_stands_first_in_the_row_and_that_of_a_try_is_another_word() -> None:
    owed = messages.CallbackInfo(
        id="cb1", number="+7 1", since=NOW, where="menu", topic_title="Справки", not_before=NOW + 60
    )
    time = wording.moment(NOW + 60, NOW)
    chosen = replace(owed, postponed=True)
    tomorrow = replace(chosen, not_before=NOW + 86400)
    past = replace(chosen, not_before=NOW)
    rows = queue.callback_rows((owed, chosen, tomorrow, past), NOW)
    assert [row.cells[2] for row in rows] == [
        f"с {time} · Справки",
        f"на {time} · Справки",
        f"на {wording.moment(NOW + 86400, NOW)} · Справки",
        "Справки",
    ]


def test_who_is_ill_does_not_stand_as_who_is_to_be_called() -> None:
    owed = replace(CALLBACKS[0], callers=("Иванова Мария",), people=("Иванов Петя",))
    rows = queue.callback_rows((owed, replace(owed, callers=())), NOW)
    assert [row.cells[2] for row in rows] == [
        "Иванова Мария, о: Иванов Петя · Вызов врача на дом",
        "о: Иванов Петя · Вызов врача на дом",
    ]
    known = replace(CALL.caller, name="Иванов Петя", callers=("Иванова Мария",), persons=())
    lines = caller.caller(replace(CALL, caller=known), NOW, 60).plain.splitlines()
    told = [" ".join(line.split()) for line in lines]
    assert "Звонит Иванова Мария" in told
    assert "О ком Иванов Петя" in told


def test_an_emergency_s_caller_is_marked_in_the_callback_list() -> None:
    urgent = messages.CallbackInfo(
        id="cb1", number="+7 1", since=NOW, where="cut", topic_title="Вызов врача", urgent=True
    )
    (row,) = queue.callback_rows((urgent,), NOW)
    assert "ЭКСТРЕННО · Вызов врача" in row.cells


def test_a_withheld_number_is_said() -> None:
    (row,) = queue.waiting_rows((messages.WaitingCall(
        id="w", queue="med", queue_title="", topic_title="", number="", queued_at=NOW, position=1,
    ),), (), NOW)  # fmt: skip
    assert "номер скрыт" in row.cells


def test_what_to_say_and_what_to_do_are_both_there_and_the_words_to_say_are_bold() -> None:
    scenario = scenario_from_document({
        **SCENARIO,
        "start": "call",
        "steps": {
            "call": {"say": "Не кладите трубку.", "operator": "Нажмите клавишу.", "next": "done"},
            "done": {"end": next(iter(SCENARIO["dispositions"])), "card": "other"},
        },
    })  # fmt: skip
    shown = script.text(Session.start(scenario, NOW, zone=MOSCOW))
    assert shown.plain.startswith("Не кладите трубку.\n\nСделайте: Нажмите клавишу.")
    bold = [shown.plain[span.start : span.end] for span in shown.spans if span.style == "bold"]
    assert bold == ["Не кладите трубку."]


def test_values_stand_in_one_column_also_where_they_wrap() -> None:
    text = caller.facts([("Номер", "1"), ("В меню", "раз два три четыре"), ("Регион", "")], 20)
    assert text.plain.splitlines() == ["Номер   1", "В меню  раз два три", "        четыре"]


def test_the_waiting_time_stops_with_the_answer() -> None:
    talking = messages.MyCall(
        id="c", state="talking", direction="in", number="", arrived_at=NOW - 60,
        queued_at=NOW - 50, answered_at=NOW - 20,
    )  # fmt: skip
    assert "ждал 0:30" in caller.caller(talking, NOW, 60).plain


def test_a_card_is_readable_without_its_scenario() -> None:
    scenario = scenario_from_document(SCENARIO)
    with_labels = cards.text(CardEdit(old_card(), scenario), NOW, 80).plain
    assert "ФИО пациента" in with_labels
    assert "12.03.1985" in with_labels
    assert "1985-03-12" in cards.text(CardEdit(old_card(), None), NOW, 80).plain


def test_the_path_is_cut_to_its_last_steps_and_marks_the_present_one() -> None:
    session = Session.start(scenario_from_document(SCENARIO), NOW, zone=MOSCOW)
    session.answer("1", NOW)
    session.answer("Иванова Анна", NOW)
    session.answer("12.03.1985", NOW)
    lines = script.path_lines(session, 3, 60).plain.splitlines()
    assert len(lines) == 3
    assert lines[-1].startswith("▸")
    assert lines[-2].startswith("✓")
    assert "12.03.1985" in lines[-2]


@pytest.mark.parametrize("count", [0, 3, 12])
def test_choices_beyond_ten_have_no_digit(count: int) -> None:
    made = script.numbered({f"c{i}": f"Ответ {i}" for i in range(count)}, "c1")
    digits = [choice.hot_key for choice in made if choice.hot_key]
    assert len(digits) == len(set(digits)) == min(count, 10)
    assert [choice.value for choice in made if choice.chosen] == (["c1"] if count > 1 else [])


@pytest.mark.parametrize(
    ("loss", "words"), [(0.0, "связь хорошая"), (8.0, "связь плохая: теряется 8 % звука")]
)
def test_a_talk_has_its_timer_and_the_line_its_word(
    desk: ScriptedDesk, loss: float, words: str
) -> None:
    talking = msgspec.structs.replace(CALL, state="talking", answered_at=NOW - 75)
    desk.view.apply(messages.Snapshot(seq=2, entities=(ME, talking, *QUEUES)))
    quality = LineQuality(loss, 3.0, 60.0, mos(loss, 60.0))
    desk.line.state = LineState("up", sound="device", quality=quality)
    situation = Situation(logged_in=True, me="talking", call="talking", on_desk=True)
    for width in (40, 60, 80, 120):
        first, second = bars.call_bar(desk, situation, width, NOW)
        assert max(first.cell_length, second.cell_length) <= width
        assert "РАЗГОВОР 1:15" in first.plain
    assert words in second.plain


@pytest.mark.parametrize(
    ("state", "call", "words"),
    [
        ("ringing", "talking", ("звонит 0:05", "F5 — взять", "Ctrl+X — отклонить")),
        ("talking", "held", ("говорите 0:05", "F6 — к звонящему", "F8 — завершить")),
        ("held", "talking", ("ждёт 0:05", "F5 — вернуться")),
    ],
)
def test_a_second_call_is_shown_with_its_keys(
    desk: ScriptedDesk, state: Any, call: Any, words: tuple[str, ...]
) -> None:
    assert not bars.second_line(desk, 80, NOW)
    desk.line.second = SecondCalls(lambda: NOW, lambda: None)
    desk.line.second.current = SecondCall("in2", "+79000000012", state, NOW - 5)
    held = msgspec.structs.replace(CALL, state=call)
    desk.view.apply(messages.Snapshot(seq=2, entities=(ME, held, *QUEUES)))
    text = bars.second_line(desk, 120, NOW).plain
    assert "+7 900 000-00-12" in text
    for word in words:
        assert word in text
    assert bars.second_line(desk, 80, NOW).cell_length <= 80


@pytest.mark.parametrize(
    ("second", "call", "can"),
    [
        ("ringing", "talking", {"second.take", "second.decline", "call.hang_up", "call.hold"}),
        ("ringing", None, {"second.take", "second.decline"}),
        ("ringing", "offered", {"second.decline", "call.answer", "call.reject"}),
        ("talking", "held", {"second.hang_up", "call.resume"}),
        ("talking", "offered", {"call.answer", "call.reject"}),
        ("held", "talking", {"second.take", "call.hang_up", "call.hold"}),
        ("held", "consult", set()),
    ],
)
def test_which_keys_a_second_call_has(second: Any, call: Any, can: set[str]) -> None:
    situation = Situation(logged_in=True, me="talking", call=call, second=second, on_desk=True)
    asked = {"second.take", "second.hang_up", "second.decline", "call.hang_up", "call.answer"}
    asked |= {"call.reject", "call.hold", "call.resume"}
    assert {a.id for a in ACTIONS if a.id in asked and enabled(a, situation)} == can


def test_the_title_does_not_praise_the_telephony_while_a_trunk_is_down(desk: ScriptedDesk) -> None:
    desk.link = Link("online", NOW)
    engine = messages.EngineState(trunks_in_trouble=("first",))
    desk.view.apply(messages.Delta(seq=2, put=(engine,)))
    text = bars.title_bar(desk, 80, NOW, NOW).plain
    assert "сбой внешней линии" in text
    assert "АТС есть" not in text


def test_the_title_counts_a_break_from_its_beginning_also_after_an_own_call(
    desk: ScriptedDesk,
) -> None:
    me = msgspec.structs.replace(ME, reason="login", since=NOW - 5, began_at=NOW - 300)
    desk.view.apply(messages.Delta(seq=2, put=(me,)))
    assert "НЕ ГОТОВ 5 мин" in bars.title_bar(desk, 100, NOW, NOW).plain


def test_the_title_says_nothing_of_the_telephony_without_the_server(desk: ScriptedDesk) -> None:
    text = bars.title_bar(desk, 100, NOW, NOW - 5).plain
    assert "нет связи 0:05" in text
    assert "АТС" not in text


def test_the_title_keeps_a_break_that_comes_after_the_call(desk: ScriptedDesk) -> None:
    me = msgspec.structs.replace(ME, state="talking", reason="", pending_break="lunch")
    desk.view.apply(messages.Delta(seq=2, put=(me,)))
    assert "РАЗГОВОР · потом перерыв" in bars.title_bar(desk, 80, NOW, NOW).plain


def test_nothing_is_promised_of_another_trunk_where_there_is_one() -> None:
    text = said(words("trunk.no_calls", trunk="first", detail="no_answer"))
    assert text == "Исходящие вызовы по линии «first» не проходят (нет ответа на OPTIONS)."


def test_who_begins_no_shift_is_off_it_without_a_time(desk: ScriptedDesk) -> None:
    """As the desk of a clinic, an author or an analyst: since 1970 says nothing."""
    me = msgspec.structs.replace(ME, state="offline", since=0.0)
    desk.view.apply(messages.Delta(seq=2, put=(me,)))
    assert "НЕ В СМЕНЕ  " in bars.title_bar(desk, 80, NOW, NOW).plain
