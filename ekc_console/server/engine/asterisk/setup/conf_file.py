"""Text of Asterisk's configuration files."""

from __future__ import annotations

from collections.abc import Iterable


def section(name: str, fields: Iterable[tuple[str, object]]) -> str:
    return f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in fields) + "\n"


def escaped(text: str) -> str:
    """A semicolon begins a comment in Asterisk's files."""
    return text.replace(";", r"\;")
