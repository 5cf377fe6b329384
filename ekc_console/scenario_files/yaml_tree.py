"""YAML as plain data with the line of every key; scalars stay texts.

Nothing is guessed from a scalar's look (no dates, no ``no`` that means false): the reader of a
document knows what each key should hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from ekc_console.domain.scenario import Problem
from ekc_console.yaml_nodes import NotReadError, composed

Path = tuple[str | int, ...]

_EMPTY = frozenset({"", "~", "null"})


@dataclass(frozen=True, slots=True)
class Tree:
    data: Any
    lines: dict[Path, int]
    """1-based."""
    problems: list[Problem]

    def line_of(self, path: Path) -> int:
        """The line of ``path`` or of the nearest thing above it."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_tree(text: str) -> Tree:
    """Problems: broken YAML, too deep, keys given twice, keys that are not plain."""
    tree = Tree(None, {}, [])
    try:
        node = composed(text, quick=True)
    except NotReadError as error:
        fault = error.fault
        return Tree(None, {}, [Problem((), str(fault), fault.remedy, line=fault.line)])
    if node is None:
        return tree
    return Tree(_Builder(tree).data(node, ()), tree.lines, tree.problems)


class _Builder:
    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def data(self, node: yaml.Node, path: Path) -> Any:
        self._tree.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            plain = not node.style
            return None if plain and node.value in _EMPTY else node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.data(item, (*path, index)) for index, item in enumerate(node.value)]
        return dict(self._pairs(node, path))

    def _pairs(self, node: yaml.Node, path: Path) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._bad(key, path, "ключом может быть только слово.", "Проверьте скобки.")
                continue
            here = (*path, key.value)
            if key.value in seen:
                self._bad(key, here, f"ключ {key.value} здесь уже был.", "Оставьте один.")
                continue
            seen.add(key.value)
            self._tree.lines[here] = key.start_mark.line + 1
            yield key.value, self.data(value, here)

    def _bad(self, node: yaml.Node, path: Path, message: str, remedy: str) -> None:
        line = node.start_mark.line + 1
        self._tree.problems.append(Problem(path, message, remedy, line=line))
