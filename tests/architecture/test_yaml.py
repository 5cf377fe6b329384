"""YAML that people write is read in one place, which catches all that reading it raises."""

from __future__ import annotations

import ast

from tests.support.source import ROOT, naming, parsed

READS = {"compose", "load", "safe_load", "load_all", "safe_load_all", "parse", "scan", "SafeLoader"}


def test_no_other_module_calls_the_reader_of_yaml() -> None:
    found = {
        path.name
        for path in naming((ROOT / "ekc_console").rglob("*.py"), "yaml")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute)
        and node.attr in READS
        and isinstance(node.value, ast.Name)
        and node.value.id == "yaml"
    }
    assert found == {"yaml_nodes.py", "yaml_words.py"}
