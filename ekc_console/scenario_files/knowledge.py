"""Knowledge from the folder ``knowledge`` beside the scenarios, checked as a set."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ekc_console.domain.knowledge import Knowledge, read_knowledge, repeated
from ekc_console.domain.scenario import Problem
from ekc_console.scenario_files.loader import Report, placed, read_file
from ekc_console.scenario_files.yaml_tree import Tree

FOLDER = "knowledge"
"""In the folder of scenarios; without it there is no knowledge, which is no fault."""


@dataclass(frozen=True, slots=True)
class CheckedKnowledge(Report):
    knowledge: Knowledge


def _taken(tree: Tree, kind: str, key: str, name: str) -> Problem:
    index = next(i for i, body in enumerate(tree.data[kind]) if body[key] == name)
    return Problem(
        (kind, index, key), f"{key} {name} уже есть в другом файле.", "Дайте другое имя."
    )


def _files(folder: Path) -> list[Path]:
    """None where there is no folder. Raises OSError for one that is there and cannot be read."""
    if not os.path.lexists(folder):
        return []
    return sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))


def check_knowledge(scripts: Path, topics: Collection[str] | None, today: date) -> CheckedKnowledge:
    """Everything that can be said about ``scripts/knowledge/*.yaml``; ``topics``: known codes."""
    knowledge = Knowledge()
    problems: list[Problem] = []
    folder = scripts / FOLDER
    try:
        files = _files(folder)
    except OSError as error:
        fault = Problem((), f"не читается: {error.strerror}.", "Проверьте папку и права на неё.")
        return CheckedKnowledge(knowledge=knowledge, problems=[replace(fault, file=str(folder))])
    for path in files:
        tree = read_file(path)
        found, faults = Knowledge(), list(tree.problems)
        if not faults:
            found, faults = read_knowledge(tree.data, topics, today)
            faults += [_taken(tree, *twice) for twice in repeated(knowledge, found)]
        problems += [placed(problem, path, tree) for problem in faults]
        knowledge += found
    problems = [replace(p, scenario="") for p in problems]
    problems.sort(key=lambda p: (p.file, p.line))
    return CheckedKnowledge(knowledge=knowledge, problems=problems)
