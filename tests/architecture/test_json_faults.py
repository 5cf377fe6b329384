"""Whoever reads JSON catches all that reading it raises."""

from __future__ import annotations

import ast

from tests.support.source import modules, tree

OWNER = "ekc_console.json_faults"


def test_what_decoding_raises_is_named_in_one_place() -> None:
    naming = {
        name
        for name in modules()
        if name.startswith("ekc_console.")
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Attribute) and node.attr == "DecodeError"
    }
    assert naming == {OWNER}
