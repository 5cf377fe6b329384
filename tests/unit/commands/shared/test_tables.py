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


def test_the_table_keeps_to_the_terminal_while_text_can_give_way(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    print_table(COLUMNS, ROWS, "пусто")
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_without_rows(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(COLUMNS, (), "Очередей нет.")
    assert capsys.readouterr().out == "Очередей нет.\n"
