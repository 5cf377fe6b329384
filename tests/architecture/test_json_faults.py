"""Whoever reads JSON catches all that reading it raises."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "ekc_console"
FILES = sorted(set(PACKAGE.rglob("*.py")) - {PACKAGE / "json_faults.py"})


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_what_decoding_raises_is_named_in_one_place(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert "DecodeError" not in named
