"""One name for one thing: a module of the wire is found by its own name wherever it is used."""

from __future__ import annotations

import ast

from tests.support.source import ROOT, naming, parsed


def test_a_module_of_the_wire_has_one_name() -> None:
    aliases = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {alias.name} as {alias.asname}"
        for folder in ("ekc_console", "sip", "tests", "bench", "scripts")
        for path in naming(sorted((ROOT / folder).rglob("*.py")), "ekc_console.wire import")
        for node in ast.walk(parsed(path))
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
