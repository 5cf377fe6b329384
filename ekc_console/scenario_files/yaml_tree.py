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
from ekc_console.yaml_words import LOOK_AT, yaml_fault

Path = tuple[str | int, ...]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
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
    """Problems: broken YAML, too deep, keys given twice, keys that are not plain, aliases."""
    tree = Tree(None, {}, [])
    try:
        node = yaml.compose(text, Loader=_LOADER)
        if node is None:
            return tree
        return Tree(_Builder(tree).data(node, ()), tree.lines, tree.problems)
    except yaml.YAMLError:
        return Tree(None, {}, [_broken(text)])
    except RecursionError:
        deep = Problem((), "вложено слишком глубоко.", "Проверьте скобки и отступы.")
        return Tree(None, {}, [deep])


def _broken(text: str) -> Problem:
    fault = yaml_fault(text)
    if fault is None:  # the quick reader is the stricter one
        return Problem((), "это не YAML.", LOOK_AT, line=1)
    message = f"это не YAML, знак {fault.column}: {fault.message}"
    return Problem((), message, fault.remedy, line=fault.line)


class _Builder:
    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._open: set[int] = set()

    def data(self, node: yaml.Node, path: Path) -> Any:
        self._tree.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            plain = not node.style
            return None if plain and node.value in _EMPTY else node.value
        if id(node) in self._open:
            self._bad(node, path, "раздел содержит сам себя.", "Уберите ссылку «*».")
            return None
        self._open.add(id(node))
        built = self._collection(node, path)
        self._open.discard(id(node))
        return built

    def _collection(self, node: yaml.Node, path: Path) -> Any:
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
