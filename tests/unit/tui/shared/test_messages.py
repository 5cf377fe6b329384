from __future__ import annotations

from ekc_console.tui.shared.messages import MessageLog


def shown(log: MessageLog, now: float) -> str:
    entry = log.current(now)
    return entry.text if entry else ""


def test_what_was_said_in_an_earlier_state_leaves_the_bar() -> None:
    log = MessageLog()
    log.follow("", "not_responding", 0.0)
    log.add(0.0, "warning", "не отвечает")
    log.follow("", "not_responding", 60.0)
    assert shown(log, 60.0) == "не отвечает"
    log.follow("", "ready", 60.0)
    assert shown(log, 60.0) == ""
    assert [entry.text for entry in log.entries] == ["не отвечает"]


def test_a_word_about_the_change_itself_stays() -> None:
    log = MessageLog()
    log.follow("c1", "dialing", 0.0)
    log.add(10.0, "warning", "не дозвонились")
    log.follow("", "wrap_up", 10.5)
    assert shown(log, 10.5) == "не дозвонились"


def test_a_new_call_takes_the_words_of_the_one_before() -> None:
    log = MessageLog()
    log.follow("c1", "talking", 0.0)
    log.add(1.0, "error", "о первом")
    log.follow("c2", "talking", 1.0)
    assert shown(log, 1.0) == ""
