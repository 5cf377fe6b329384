from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ekc_console.tui.shared.keys import registry
from ekc_console.tui.shared.keys.keymap import check, load, table
from ekc_console.tui.shared.keys.registry import ACTIONS, BY_ID, shown_key


@pytest.fixture(autouse=True)
def _default_keys() -> Iterator[None]:
    yield
    registry.use_keys({})


def test_own_keys_replace_the_default_ones_everywhere() -> None:
    own = check("call.answer: Alt-X\nview.theme: [Ctrl-U, alt+y]\n", "k.yaml")
    assert own.faults == ()
    assert own.keys == {"call.answer": ("alt+x",), "view.theme": ("ctrl+u", "alt+y")}
    registry.use_keys(own.keys)
    assert shown_key(BY_ID["call.answer"]) == "Alt+X"
    assert registry.key("view.theme") == "Ctrl+U"
    assert registry.keymap()["view.theme"] == "ctrl+u,alt+y,ctrl+г,alt+н"


@pytest.mark.parametrize(
    ("text", "line", "message", "remedy"),
    [
        ("\ncall.anser: f5", 2, "действия «call.anser» нет", "call.answer"),
        ("call.answer: f3", 1, "F3 уже занята: «Поиск» (find.open)", "другую"),
        ("call.answer: alt+x\nview.jump: alt+x", 2, "Alt+X уже занята: «Ответить»", "другую"),
        ("call.answer: ctrl+m", 1, "занята терминалом", "другую"),
        ("call.answer: y", 1, "печатают в полях", "F-клавишу"),
        ("call.answer: f99", 1, "клавиши «f99» нет", "латиницей"),
        ("call.answer: ctrl+н", 1, "клавиши «ctrl+н» нет", "латиницей"),
        ("view.close: alt+x", 1, "не меняется", "Уберите"),
        ("script.choose: alt+x", 1, "не меняется", "Уберите"),
        ("call.answer: alt+x\ncall.answer: f5", 2, "второй раз", "списком"),
        ("- call.answer", 1, "пары", "call.answer: f5"),
        ("\n? [call.answer]\n: f5", 2, "пары", "call.answer: f5"),
        ("call.answer: [[f5]]", 1, "пары", "call.answer: f5"),
        ("call.answer: {f5: 1}", 1, "пары", "call.answer: f5"),
        ("call.answer: [f5", 1, "не YAML", "call.answer: f5"),
        ("call.answer: f5\n\x01", 2, "не YAML", "call.answer: f5"),
    ],
)
def test_a_fault_names_file_line_and_remedy(
    text: str, line: int, message: str, remedy: str
) -> None:
    (fault,) = check(text, "k.yaml").faults
    assert fault.line == line
    assert message in fault.message
    assert remedy in fault.remedy
    assert str(fault).startswith(f"k.yaml, строка {line}: ")


def test_a_faulty_entry_is_left_out_and_the_others_are_in_force() -> None:
    own = check("call.answer: f3\nview.jump: alt+x\n", "k.yaml")
    assert own.keys == {"view.jump": ("alt+x",)}
    assert len(own.faults) == 1


def test_two_actions_may_change_their_keys() -> None:
    own = check("find.open: f12\nstate.break: f3\n", "k.yaml")
    assert own.faults == ()


def test_actions_that_exclude_each_other_keep_sharing_a_key() -> None:
    own = check("call.reject: alt+x\ncall.hang_up: alt+x\n", "k.yaml")
    assert own.faults == ()


def test_no_file_and_an_unreadable_one_give_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "none.yaml").faults == ()
    assert len(load(tmp_path).faults) == 1


def test_the_table_has_every_action() -> None:
    rows = {row[0]: row for row in table({"call.answer": ("alt+x",)})}
    assert set(rows) == {action.id for action in ACTIONS}
    assert rows["call.answer"][1] == "Alt+X"
    assert rows["callback.close"][1] == "Delete"
