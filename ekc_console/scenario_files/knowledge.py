"""Knowledge from the folder ``knowledge`` beside the scenarios, checked as a set."""

from __future__ import annotations

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


def _taken(tree: Tree, kind: str, name: str) -> Problem:
    index = next(i for i, body in enumerate(tree.data[kind]) if body["id"] == name)
    return Problem((kind, index, "id"), f"id {name} уже есть в другом файле.", "Дайте другое имя.")


def check_knowledge(scripts: Path, topics: Collection[str] | None, today: date) -> CheckedKnowledge:
    """Everything that can be said about ``scripts/knowledge/*.yaml``; ``topics``: known codes."""
    knowledge = Knowledge()
    problems: list[Problem] = []
    folder = scripts / FOLDER
    files = sorted(p for p in folder.glob("*") if p.suffix in (".yaml", ".yml"))
    for path in files:
        tree = read_file(path)
        found, faults = Knowledge(), list(tree.problems)
        if not faults:
            found, faults = read_knowledge(tree.data, topics, today)
            faults += [_taken(tree, *twice) for twice in repeated(knowledge, found)]
        problems += [placed(problem, path, tree) for problem in faults]
        knowledge = Knowledge(knowledge.answers + found.answers, knowledge.clinics + found.clinics)
    problems = [replace(p, scenario="") for p in problems]
    problems.sort(key=lambda p: (p.file, p.line))
    return CheckedKnowledge(knowledge=knowledge, problems=problems)
