"""Words for the full-text search: folding of text, and the search expression of a query."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_WORD = re.compile(r"\w+")
QUERY_WORDS = 8
"""Further words of a query are ignored."""


def fold(text: str) -> str:
    """Lower case, ё as е: how people type and how they search differ in both."""
    return text.casefold().replace("ё", "е")


def card_body(session: Mapping[str, Any], note: str, document: Mapping[str, Any] | None) -> str:
    """What a card is found by: names of people in it and its note, folded.

    ``document`` is the scenario that says which fields are people; without it the note alone.
    """
    fields = (document or {}).get("fields") or {}
    people = {name for name, field in fields.items() if field.get("type") == "person"}
    values = session.get("fields") or {}
    names = [str(value) for name, value in values.items() if name in people]
    return fold("\n".join([*names, note]))


def match_expression(text: str) -> str:
    """FTS5 expression: every word of ``text`` begins a word of the card. Empty for no words."""
    words = _WORD.findall(fold(text).replace("_", " "))[:QUERY_WORDS]
    return " ".join(f'"{word}"*' for word in words)
