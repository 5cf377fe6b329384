"""YAML that people write, as nodes with their lines.

Every such file is read here, so that no text of it can end in anything but one error with the
place, what is wrong there and the remedy.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from ekc_console.yaml_words import (
    LOOK_AT,
    READING_RAISES,
    UNKNOWN,
    YamlFault,
    node_or_fault,
    too_deep,
)

_QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 50
"""Sections within sections: what looks at them calls itself for each."""
_COPIES = 10_000
"""Values that links may add to those that are written: a few lines of them can say millions."""


class NotReadError(ValueError):
    """``fault``: where, why and what to do."""

    def __init__(self, fault: YamlFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def composed(text: str, *, quick: bool = False) -> yaml.Node | None:
    """The one document of ``text``, None where it is empty; its links lead nowhere back, and say
    no more than can be read. ``quick``: by the reader for many files, which passes over some faults
    that the other tells. Raises NotReadError."""
    if deep := _deep_fault(text):
        raise NotReadError(deep)
    node, fault = _quickly(text) if quick else node_or_fault(text)
    if fault is not None:
        raise NotReadError(fault)
    if node is not None:
        _Measure().of(node, 0)
    return node


def _quickly(text: str) -> tuple[yaml.Node | None, YamlFault | None]:
    """The words are those of the other reader: this one tells less of a fault."""
    try:
        return yaml.compose(text, Loader=_QUICK), None
    except READING_RAISES:
        return None, node_or_fault(text)[1] or YamlFault(1, 1, UNKNOWN, LOOK_AT)


def _deep_fault(text: str) -> YamlFault | None:
    """Where brackets or indents go too deep, as far as the text can be read. Found out beforehand:
    on a line of brackets alone the slow reader takes seconds."""
    depth = 0
    try:
        events: Iterable[Any] = yaml.parse(text, Loader=_QUICK)
        for event in events:
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                return too_deep(event.start_mark)
    except READING_RAISES:
        pass  # told by who composes
    return None


class _Measure:
    """How deep and how large nodes are with everything that their links repeat."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, int]] = {}
        self._open: set[int] = set()
        self._written = 0

    def of(self, node: yaml.Node, depth: int) -> tuple[int, int]:
        """Nodes, and sections within one another. ``depth``: of those around it. Raises
        NotReadError."""
        known = self._known.get(id(node))
        if known is None:
            self._written += 1
            known = self._known[id(node)] = self._new(node, depth)
        if depth + known[1] > _DEEPEST:
            raise NotReadError(too_deep(node.start_mark))
        return known

    def _new(self, node: yaml.Node, depth: int) -> tuple[int, int]:
        if isinstance(node, yaml.ScalarNode):
            return 1, 0
        if id(node) in self._open:
            raise _refused(node, "раздел содержит сам себя.", "Уберите ссылку «*».")
        if depth >= _DEEPEST:
            raise NotReadError(too_deep(node.start_mark))
        self._open.add(id(node))
        within = [self.of(each, depth + 1) for each in _within(node)]
        self._open.discard(id(node))
        size = 1 + sum(each for each, _ in within)
        if size > self._written + _COPIES:
            what = f"ссылки «*» повторяют слишком много: больше {_COPIES} значений."
            raise _refused(node, what, "Уберите ссылки на разделы, в которых тоже стоят ссылки.")
        return size, 1 + max((height for _, height in within), default=0)


def _within(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [each for pair in node.value for each in pair]
    return list(node.value)


def _refused(node: yaml.Node, message: str, remedy: str) -> NotReadError:
    mark = node.start_mark
    return NotReadError(YamlFault(mark.line + 1, mark.column + 1, message, remedy, valid=True))
