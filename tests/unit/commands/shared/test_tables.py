"""What is copied from a table stands in it whole, however narrow the terminal is."""

from __future__ import annotations

import pytest

from ekc_console.commands.shared.tables import print_table

COLUMNS = ("ОЧЕРЕДЬ", "НАЗВАНИЕ", "СОСТОЯНИЕ", "ЖДУТ", "ДОЛЬШЕ ВСЕХ", "ГОТОВЫ", "СТРАТЕГИЯ", "ДО")
ROWS = (
    ("appointments", "Запись на приём к врачу в поликлинику", "остановлена", 12, "1:02:03", 3,
     "longest-idle", "31.12.2026 18:00"),
    ("home_visit", "Вызов врача на дом", "работает", 0, "", 10, "round-robin", ""),
)  # fmt: skip


@pytest.mark.parametrize("width", [200, 100, 80, 40])
def test_ids_numbers_and_times_are_not_broken(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    print_table(COLUMNS, ROWS, "пусто")
    words = capsys.readouterr().out.split()
    for whole in ("appointments", "longest-idle", "1:02:03", "31.12.2026", "18:00", "home_visit"):
        assert whole in words
    for heading in COLUMNS:
        assert set(heading.split()) <= set(words)


CALL_COLUMNS = ("ВЫЗОВ", "ОЧЕРЕДЬ", "МЕСТО", "ЖДЁТ", "ПРИОРИТЕТ", "НОМЕР", "ТЕМА", "НАВЫКИ", "КОМУ")
CALLS = (
    ("1773300240.1234", "appointments", 12, "1:02:03", 10, "+7 912 345-67-89",
     "Запись на приём к врачу", "children, tatar", "ivanova, petrova"),
    ("1773300240.1235", "appointments", 13, "1:01", 0, "+7 912 345-67-80", "", "", ""),
)  # fmt: skip


@pytest.mark.parametrize("width", [40, 80])
def test_a_row_without_room_at_80_columns_is_written_one_value_a_line(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    print_table(CALL_COLUMNS, CALLS, "Никто не ждёт.")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    assert "ВЫЗОВ      1773300240.1234" in lines
    assert "НОМЕР      +7 912 345-67-89" in lines
    assert lines.count("") == 1
    assert [line for line in lines if line.startswith("ТЕМА")] == [
        "ТЕМА       Запись на приём к врачу"
    ]


def test_in_a_pipe_every_row_stays_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    print_table(CALL_COLUMNS, CALLS, "Никто не ждёт.")
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_the_table_keeps_to_the_terminal_while_text_can_give_way(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    print_table(COLUMNS, ROWS, "пусто")
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_without_rows(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(COLUMNS, (), "Очередей нет.")
    assert capsys.readouterr().out == "Очередей нет.\n"
