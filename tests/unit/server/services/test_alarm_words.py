"""What a telephone is told of alarms."""

from __future__ import annotations

from ekc_console.server.services.alarm_words import ASK, BEGIN, MORE, announcement


def test_a_queue_is_named_and_a_person_is_not() -> None:
    said = announcement([("wait_s", "Запись к врачу"), ("talk_s", "")])
    assert [each.text for each in said] == [
        BEGIN.text,
        "Очередь «Запись к врачу». Ждут слишком долго.",
        "У сотрудника слишком долгий разговор.",
        ASK.text,
    ]


def test_at_most_three_things_are_named_and_each_once() -> None:
    things = [("wait_s", title) for title in ("Раз", "Раз", "Два", "Три", "Четыре")]
    said = announcement(things)  # type: ignore[arg-type]
    assert said[-2:] == [MORE, ASK]
    assert len(said) == 6
    assert MORE not in announcement(things[:3])  # type: ignore[arg-type]
