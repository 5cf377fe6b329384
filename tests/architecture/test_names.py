"""One name for one thing: a module of the wire is found by its own name wherever it is used."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_module_of_the_wire_has_one_name() -> None:
    aliases = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {alias.name} as {alias.asname}"
        for folder in ("ekc_console", "sip", "tests", "bench", "scripts")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "ekc_console.wire"
        for alias in node.names
        if alias.asname not in (None, alias.name)
    ]
    assert aliases == []


def test_a_line_of_the_log_names_every_error() -> None:
    """``str`` of a time-out is empty: ``errors.reason`` is not."""
    empty = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "ekc_console").rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if "error=str(error)" in line
    ]
    assert empty == []
