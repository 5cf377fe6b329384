"""Whoever reads JSON catches all that reading it raises."""

from __future__ import annotations

import ast

from tests.support.source import ROOT, naming, parsed


def test_what_decoding_raises_is_named_in_one_place() -> None:
    found = {
        path.name
        for path in naming((ROOT / "ekc_console").rglob("*.py"), "DecodeError")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr == "DecodeError"
    }
    assert found == {"json_faults.py"}
