from __future__ import annotations

from dataclasses import replace

import pytest

from ekc_console.tui.shared.alarm import BELL_EVERY_S, Alarm
from ekc_console.tui.shared.changes import Health, told, told_of_line
from ekc_console.tui.shared.messages import INFO_S, Level, MessageLog

FINE = Health("online", "", "up", "", "device", True, "")


def test_who_may_not_come_back_is_not_told_to_log_in_again() -> None:
    closed = replace(FINE, link="offline", link_detail="Учётная запись закрыта.")
    ((level, text),) = told(FINE, closed)
    assert (level, text) == ("error", "Учётная запись закрыта. Экран входа — F2.")


def test_the_bell_rings_at_once_and_then_sparingly() -> None:
    rung: list[float] = []
    now = 50.0
    alarm = Alarm(lambda: rung.append(now), lambda title: None)
    for second in range(13):
        now = 50.0 + second
        alarm.watch("o-1", now)
        alarm.watch("o-1", now)
    assert rung == [50.0, 50.0 + BELL_EVERY_S, 50.0 + 2 * BELL_EVERY_S, 50.0 + 3 * BELL_EVERY_S]
    alarm.watch("o-2", now)
    assert len(rung) == 5


def test_bar_and_title_flash_while_the_offer_stands_and_name_no_number() -> None:
    titles: list[str] = []
    alarm = Alarm(lambda: None, titles.append)
    flashes = []
    for second in range(4):
        alarm.watch("o-1", 10.0 + second)
        flashes.append(alarm.flash)
    alarm.watch("", 15.0)
    assert flashes == [True, False, True, False]
    assert not alarm.flash
    assert titles == ["● ВЫЗОВ", "ЕКЦ", "● ВЫЗОВ", "ЕКЦ"]


def test_an_information_goes_by_itself_and_an_error_stays_until_dismissed() -> None:
    log = MessageLog()
    assert log.current(0.0) is None
    log.add(10.0, "info", "Карточка сохранена.")
    assert log.current(10.0 + INFO_S) is not None
    assert log.current(10.1 + INFO_S) is None
    log.add(30.0, "error", "Не вышло.\nПовторите.")
    entry = log.current(1000.0)
    assert entry is not None
    assert entry.line == "Ошибка: Не вышло. Повторите."
    log.dismiss()
    assert log.current(31.0) is None
    assert [row.cells[1] for row in log.rows()] == [
        "Ошибка: Не вышло. Повторите.",
        "Карточка сохранена.",
    ]


def test_what_is_saved_does_not_cover_what_the_server_warns_of() -> None:
    log = MessageLog()
    log.add(10.0, "warning", "Время не понято.", of_server=True)
    log.add(10.3, "info", "Карточка сохранена.")
    entry = log.current(60.0)
    assert entry is not None
    assert entry.text == "Время не понято."
    log.add(61.0, "info", "Связь восстановлена.")
    entry = log.current(61.0)
    assert entry is not None
    assert entry.text == "Связь восстановлена."
    assert len(log.rows()) == 3


@pytest.mark.parametrize("level", ["info", "warning"])
def test_a_talk_that_broke_off_stays_on_the_bar_beside_the_line_that_comes_back(
    level: Level,
) -> None:
    log = MessageLog()
    log.add(10.0, "error", "Разговор оборвался. Перезвоните.", of_server=True)
    log.add(18.0, level, "Звукового устройства нет.")
    entry = log.current(60.0)
    assert entry is not None
    assert entry.text == "Разговор оборвался. Перезвоните."
    log.add(61.0, "error", "Не вышло.")
    entry = log.current(61.0)
    assert entry is not None
    assert entry.text == "Не вышло."


def test_what_the_console_has_warned_of_is_covered_by_what_has_come_right() -> None:
    log = MessageLog()
    log.add(10.0, "warning", "Связь потеряна.")
    log.add(10.3, "info", "Связь восстановлена.")
    entry = log.current(11.0)
    assert entry is not None
    assert entry.text == "Связь восстановлена."


@pytest.mark.parametrize(
    ("new", "level", "part"),
    [
        (replace(FINE, link="connecting"), "warning", "Связь с сервером потеряна"),
        (replace(FINE, link="offline", link_detail="срок истёк."), "error", "срок истёк. Экран"),
        (replace(FINE, line="failed", line_detail="нет ответа."), "warning", "нет ответа"),
        (replace(FINE, sound="null"), "warning", "без звука"),
        (replace(FINE, engine_up=False, engine_detail="упала."), "error", "упала"),
        (
            replace(FINE, engine_up=False, engine_out_of_sight=True, engine_detail="Связи нет."),
            "error",
            "Связи нет. Разговоры идут",
        ),
    ],
)
def test_what_breaks_is_told_once(new: Health, level: str, part: str) -> None:
    messages = [*told(FINE, new), *told_of_line(FINE, new)]
    assert [said for said, _text in messages] == [level]
    assert part in messages[0][1]
    assert [*told(new, new), *told_of_line(new, new)] == []


def test_what_comes_back_is_told() -> None:
    broken = replace(FINE, link="connecting", engine_up=False)
    assert [level for level, _text in told(broken, FINE)] == ["info", "info"]


def test_what_comes_to_be_out_of_order_is_told_once() -> None:
    one = replace(FINE, not_in_order=("Сертификат кончается.",))
    two = replace(FINE, not_in_order=("Сертификат кончается.", "Сценарии старые."))
    assert list(told(FINE, one)) == [("warning", "Сертификат кончается.")]
    assert list(told(one, two)) == [("warning", "Сценарии старые.")]
    assert list(told(two, one)) == []
