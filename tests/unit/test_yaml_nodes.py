"""Every file of YAML that people write is read, or told by line and remedy: settings, scenarios and
knowledge, the keymap, the profile of a day. No text of it ends in a traceback, or takes long."""

from __future__ import annotations

import contextlib
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekc_console.commands.simulate.input import profile
from ekc_console.config import ConfigError, parse
from ekc_console.errors import EkcError
from ekc_console.scenario_files import check_folder, check_knowledge
from ekc_console.scenario_files.yaml_tree import read_tree
from ekc_console.tui.shared.keys import keymap
from ekc_console.yaml_nodes import NotReadError, composed

TODAY = date(2026, 11, 1)


def repeated(levels: int, of: str) -> str:
    """Each level says the one before it ten times."""
    lines = ["a0: &a0 {x: 1}"]
    for level in range(1, levels):
        ten = ",".join([f"*a{level - 1}"] * 10)
        lines.append(f"a{level}: &a{level} {of.format(ten)}")
    return "\n".join(lines)


NO_NODES = {
    "a sign that there is not": ('a: "\\U00110000"\n', 1, "знака «\\U00110000» нет"),
    "a number beyond all signs": ('a: 1\nb: "\\UFFFFFFFF"\n', 2, "знака «\\UFFFFFFFF» нет"),
    "brackets in brackets": ("a: 1\nb: " + "[" * 3000, 2, "вложено слишком глубоко"),
    "brackets that are closed": ("[" * 300 + "]" * 300, 1, "вложено слишком глубоко"),
    "indents": ("".join(" " * i + "a:\n" for i in range(400)), 51, "вложено слишком глубоко"),
    "links one in another": (
        "a0: &a0 {x: 1}\n"
        + "".join(f"a{i}: &a{i} {{<<: *a{i - 1}, b: *a{i - 1}}}\n" for i in range(1, 60)),
        12,
        "повторяют слишком много",
    ),
    "a chain of links": (
        "a0: &a0 {x: 1}\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 99)),
        49,
        "вложено слишком глубоко",
    ),
    "merges in merges": (repeated(8, "{{<<: [{}]}}"), 5, "повторяют слишком много"),
    "lists in lists": (repeated(9, "[{}]"), 5, "повторяют слишком много"),
    "a section in itself": ("a: 1\nb: &b {<<: *b}\n", 2, "содержит сам себя"),
    "a version without end": (f"%YAML {'9' * 5000}.1\n---\na: 1\n", 1, "не YAML"),
}


@pytest.mark.parametrize("what", NO_NODES)
def test_what_cannot_be_read_is_told_by_line_wherever_it_stands(what: str, tmp_path: Path) -> None:
    text, line, said = NO_NODES[what]
    with pytest.raises(NotReadError) as caught:
        composed(text)
    assert caught.value.fault.line == line
    assert said in str(caught.value)
    assert caught.value.fault.remedy
    (tmp_path / "knowledge").mkdir()
    for file in ("odd.yaml", "knowledge/odd.yaml"):
        (tmp_path / file).write_text(text, encoding="utf-8")
    began = time.process_time()
    scenario, *_ = check_folder(tmp_path, None, TODAY).errors
    known, *_ = check_knowledge(tmp_path, None, TODAY).errors
    key, *_ = keymap.check(text, "keymap.yaml").faults
    assert {scenario.line, known.line, key.line} == {line}
    with pytest.raises(ConfigError, match=rf"(?m)^ekc\.yaml:{line}: "):
        parse(text, "ekc.yaml")
    with pytest.raises(EkcError, match=rf"odd\.yaml:{line}: "):
        profile(tmp_path / "odd.yaml")
    assert time.process_time() - began < 2.0


NO_VALUES = (
    '!!int ""', '!!float ""', '!!int "+"', '!!float "-"', '!!bool ""', "!!bool x", "!!seq x",
    "!!map x", "!!set x", "!!omap x", "!!pairs x", "!!binary я", "=", "<<", "9" * 5000,
    "2026-01-01 00:00:00 +99:99",
)  # fmt: skip


@pytest.mark.parametrize("value", NO_VALUES)
def test_a_value_that_is_none_is_told_by_its_key(value: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^ekc\.yaml:2: server\.host: .*«.*» .*\. .*ите "):
        parse(f"server:\n  host: {value}\n", "ekc.yaml")
    (tmp_path / "day.yaml").write_text(f"- time: '08:00'\n  calls: {value}\n", encoding="utf-8")
    with pytest.raises(EkcError, match=r"day\.yaml:2: \[0\]\.calls: "):
        profile(tmp_path / "day.yaml")


@pytest.mark.parametrize("row", ["9" * 400 + ":00,1,1", '"' + "1" * 200_000 + '",1,1', "\0,1,1"])
def test_a_profile_of_cells_that_is_none_is_told(row: str, tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text(f"time,calls,agents\n{row}\n", encoding="utf-8")
    with pytest.raises(EkcError, match=r"day\.csv.*\."):
        profile(tmp_path / "day.csv")


def test_links_of_use_are_read() -> None:
    """Many queues with the same rules."""
    queues = "\n".join(f"- {{<<: *usual, id: q{i}, title: Очередь}}" for i in range(200))
    text = f"queues:\n- &usual {{id: q, title: Первая, offer_timeout_s: 20}}\n{queues}\n"
    assert len(parse(text, "ekc.yaml").queues) == 201


PIECES = (
    "server:", "queues:", "host", "id", "title", "steps", "call.answer", "f5", "a", "b", "я", "5",
    "\n", "\n  ", "\n    ", "\t", " ", ": ", ":", "- ", ", ", "[", "]", "{", "}", "[" * 60, '"',
    "'", "&a ", "&b ", "*a", "*b", "<<: ", "<<", "=", "? ", "|\n", ">-\n", "#", " #", "%", "%YAML",
    "1.", "%TAG ! x:\n", "---\n", "...\n", "@", "`", "\\", "\\x", "\\u", "\\U0011", "\\ud800",
    "0000", "!", "!!", "!<", ">", "!!int ", "!!float ", "!!bool ", "!!null ", "!!timestamp ",
    "!!binary ", "!!str ", "!!seq ", "!!map ", "!!set ", "!!omap ", "!!pairs ", "!!merge ",
    "!!value ", "!!python/name:os ", "2026-13-01", "0001-01-01 00:00:00 +10:00", "1e400", "0x",
    "0b", "0o9",
    "1_", "12:99", ".inf", ".nan", "~", "null", "\0", "\x85", "\u2028", "\ufeff", "\x7f", "😀",
)  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.characters(codec="utf-8")), max_size=14)


@pytest.mark.long
@settings(max_examples=4000, deadline=None)
@given(TEXTS.map("".join))
def test_no_text_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    tree = read_tree(text)
    assert all(problem.line and problem.remedy for problem in tree.problems)
    assert all(fault.line for fault in keymap.check(text, "keymap.yaml").faults)
    file = tmp_path_factory.getbasetemp() / "odd.yaml"
    file.write_bytes(text.encode())
    assert check_folder(file.parent, None, TODAY).errors
    with contextlib.suppress(ConfigError):
        parse(text, "ekc.yaml")
    with contextlib.suppress(EkcError):
        profile(file)
