"""The YAML of a configuration file as far as it can be read, beside everything that cannot be.

What is broken costs its own section or value alone, so that the mistakes of all others are told
with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from ekc_console.config.faults import SECTION, WHOLE, Fault, duplicate_keys
from ekc_console.yaml_nodes import NotReadError, composed
from ekc_console.yaml_words import READING_RAISES, YamlFault

NOT_YAML = "это не YAML"
_MOST = 20
"""Broken places that are told at once."""
_SECTION_BEGINS = re.compile(r"[^\s#\-\]}]")
_STANDARD = "tag:yaml.org,2002:"
_MERGE = f"{_STANDARD}merge"
_SIGNS = (_MERGE, f"{_STANDARD}value")
"""What «<<» and «=» are taken for, which as values are nothing."""
_KINDS = {yaml.MappingNode: "map", yaml.SequenceNode: "seq", yaml.ScalarNode: "str"}


@dataclass(frozen=True, slots=True)
class Read:
    document: Any
    """None for an empty file, and for one of which nothing can be read."""
    tree: yaml.Node | None
    faults: list[Fault]
    broken: bool
    """Sections are missing from ``document`` for the faults of their YAML."""


def read(text: str) -> Read:
    """Never raises: what cannot be read is a fault."""
    faults: list[Fault] = []
    while True:
        try:
            tree = composed(text)
            break
        except NotReadError as error:
            fault = error.fault
        faults.append(_told(fault))
        shorter = _without_section(text, fault)
        if fault.valid or shorter == text or len(faults) == _MOST:
            return Read(None, None, faults, broken=True)
        text = shorter
    broken = bool(faults)
    if tree is None:
        return Read(None, None, faults, broken)
    faults += _unreadable(tree, "", set())
    faults += duplicate_keys(tree)
    return Read(yaml.constructor.SafeConstructor().construct_document(tree), tree, faults, broken)


def _told(fault: YamlFault) -> Fault:
    if fault.valid:
        return Fault(fault.line, WHOLE, fault.message, fault.remedy)
    return Fault(fault.line, NOT_YAML, f"знак {fault.column}: {fault.message}", fault.remedy)


def _without_section(text: str, fault: YamlFault) -> str:
    """All others at the lines where they were."""
    lines = text.splitlines(keepends=True)
    first, last = fault.line - 1, max(fault.line, fault.last_line) - 1
    while 0 < first < len(lines) and not _SECTION_BEGINS.match(lines[first]):
        first -= 1
    last += 1
    while last < len(lines) and not _SECTION_BEGINS.match(lines[last]):
        last += 1
    return "".join("\n" if first <= n < last else line for n, line in enumerate(lines))


def _unreadable(node: yaml.Node, path: str, seen: set[int]) -> Iterator[Fault]:
    """What YAML allows and its reader does not take. Each is made a text or an empty section, so
    that the rest can be read. ``seen``: what aliases repeat is told once."""
    if id(node) in seen:
        return
    seen.add(id(node))
    line, key = node.start_mark.line + 1, path or WHOLE
    if isinstance(node, yaml.ScalarNode):
        if fault := _bad_value(node):
            node.tag, node.value = f"{_STANDARD}str", ""
            yield Fault(line, key, *fault)
        return
    plain = f"{_STANDARD}{_KINDS[type(node)]}"
    if node.tag != plain:
        yield Fault(line, key, _foreign(node.tag), "Уберите её.")
        node.tag = plain
    if isinstance(node, yaml.MappingNode):
        yield from _bad_keys(node, path)
        kept = []
        for name, value in node.value:
            key = f"{path}.{name.value}".lstrip(".")
            bad = [] if name.tag == _MERGE else list(_unreadable(name, key, seen))
            yield from bad
            if not bad:
                kept.append((name, value))
                yield from _unreadable(value, key, seen)
        node.value = kept
    else:
        for index, item in enumerate(node.value):
            yield from _unreadable(item, f"{path}[{index}]", seen)


def _bad_keys(node: yaml.MappingNode, path: str) -> Iterator[Fault]:
    kept = []
    for name, value in node.value:
        line = name.start_mark.line + 1
        if not isinstance(name, yaml.ScalarNode):
            remedy = "Проверьте скобки и «?»."
            yield Fault(line, path or WHOLE, "ключом может быть только слово.", remedy)
        elif name.tag == _MERGE and not _sections(value):
            key = f"{path}.{name.value}".lstrip(".")
            yield Fault(line, key, f"здесь нужен {SECTION}.", "Уберите «<<».")
        else:
            kept.append((name, value))
    node.value = kept


def _sections(node: yaml.Node) -> bool:
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return all(isinstance(item, yaml.MappingNode) for item in items)


def _bad_value(node: yaml.ScalarNode) -> tuple[str, str] | None:
    """Message and remedy."""
    if not node.tag.startswith(_STANDARD):
        return _foreign(node.tag), "Уберите её."
    if node.tag == f"{_STANDARD}timestamp" and not _is_date(node.value):
        return f"«{node.value}» — такой даты нет.", "Например, 2026-12-31."
    try:
        node.value.encode()
        yaml.constructor.SafeConstructor().construct_object(node, deep=True)
    except READING_RAISES as error:
        if isinstance(error, yaml.YAMLError) and node.tag not in _SIGNS:
            return _foreign(node.tag), "Уберите её."
        shown = node.value[:40].encode(errors="backslashreplace").decode()
        return f"значение «{shown}» не читается.", "Возьмите его в кавычки."
    return None


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        # 2026-1-5 is one too
        numbers = re.match(r"(\d{4})-(\d\d?)-(\d\d?)(?!\d)", text)
        return numbers is not None and _calendar_has(*map(int, numbers.groups()))
    return True


def _calendar_has(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _foreign(tag: str) -> str:
    return f"метка «{tag.replace(_STANDARD, '!!')}» здесь не действует."
