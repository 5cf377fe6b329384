"""Scenarios from a folder of YAML files, checked as a set."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ekc_console.domain.scenario import (
    Problem,
    Scenario,
    ScenarioError,
    check_scenarios,
    read_document,
)
from ekc_console.scenario_files.yaml_tree import Tree, read_tree

GUIDE = "Язык сценариев описан в docs/scenario-format.md."


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in the files of a set."""

    problems: list[Problem]
    """In the order of files and lines."""

    @property
    def errors(self) -> list[Problem]:
        return [p for p in self.problems if p.level == "error"]

    @property
    def warnings(self) -> list[Problem]:
        return [p for p in self.problems if p.level == "warning"]


@dataclass(frozen=True, slots=True)
class Checked(Report):
    scenarios: dict[str, Scenario]
    """Those that can be read, by id."""


def load_folder(folder: Path, queues: Collection[str] | None, today: date) -> dict[str, Scenario]:
    """The scenarios of a folder by id. ``queues``: known queue ids, None leaves them unchecked.

    Raises ScenarioError that lists every error with file, line and what to write instead.
    Warnings are not told here; :func:`check_folder` gives them.
    """
    checked = check_folder(folder, queues, today)
    if checked.errors:
        raise ScenarioError("\n".join(map(str, checked.errors)), GUIDE)
    return checked.scenarios


def check_folder(folder: Path, queues: Collection[str] | None, today: date) -> Checked:
    """Everything that can be said about a folder of scenarios.

    Raises ScenarioError when the folder itself cannot be read.
    """
    trees: dict[str, tuple[Path, Tree]] = {}
    scenarios: dict[str, Scenario] = {}
    problems: list[Problem] = []
    for path in _files(folder):
        tree, scenario, found = _read(path)
        problems += found
        trees[path.stem] = path, tree
        if scenario is not None:
            scenarios[scenario.id] = scenario
    unread = trees.keys() - scenarios.keys()
    for problem in check_scenarios(scenarios, queues, today):
        if _names_any(problem, unread):
            continue
        path, tree = trees[problem.scenario]
        problems.append(placed(problem, path, tree))
    problems.sort(key=lambda p: (p.file, p.line))
    return Checked(scenarios=scenarios, problems=problems)


def _files(folder: Path) -> list[Path]:
    try:
        names = sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
    except OSError as error:
        raise ScenarioError(
            f"Папка сценариев {folder} не читается: {error.strerror}.",
            "Укажите папку с файлами .yaml в server.scripts_dir.",
        ) from error
    if not names:
        raise ScenarioError(f"В папке {folder} нет сценариев.", "Положите в неё файлы .yaml.")
    return names


def _read(path: Path) -> tuple[Tree, Scenario | None, list[Problem]]:
    tree = read_file(path)
    if tree.problems:
        return tree, None, [placed(p, path, tree) for p in tree.problems]
    scenario, problems = read_document(tree.data)
    if scenario is not None and path.name != f"{scenario.id}.yaml":
        problems = [
            Problem(
                ("id",),
                f"id сценария «{scenario.id}», а файл называется {path.name}.",
                f"Назовите файл {scenario.id}.yaml или исправьте id.",
            )
        ]
        scenario = None
    return tree, scenario, [placed(p, path, tree) for p in problems]


def read_file(path: Path) -> Tree:
    """The file as plain data; what cannot be read at all is a problem of the tree."""
    try:
        return read_tree(path.read_text(encoding="utf-8"))
    except OSError as error:
        problem = Problem((), f"не читается: {error.strerror}.", "Проверьте права на файл.")
    except UnicodeDecodeError as error:
        problem = Problem(
            (), f"файл не в кодировке UTF-8 (байт {error.start}).", "Сохраните его в UTF-8."
        )
    return Tree(None, {}, [problem])


def placed(problem: Problem, path: Path, tree: Tree) -> Problem:
    """The problem with its file and line."""
    line = problem.line or tree.line_of(problem.path)
    return replace(problem, file=str(path), line=line, scenario=problem.scenario or path.stem)


def _names_any(problem: Problem, unread: Collection[str]) -> bool:
    """A missing scenario that is there but cannot be read is told of once, at its own file."""
    return problem.path[-1:] in (("script",), ("scenario",)) and any(
        f"«{name}»" in problem.message for name in unread
    )
