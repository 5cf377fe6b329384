"""Texts with ``{field}`` in them, for an ear and an eye that should not meet a gap.

What is not known takes along the part of its sentence that it stands in, up to the comma, the
semicolon or the colon on either side, and its brackets. A label (``жалобы: {complaint}``) goes with
its value; the words that begin a sentence (``Оформите вызов: {fio}, {address}``) stay as long as
anything of what they announce is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable

SLOT = re.compile(r"\{([^{}]*)\}")

_SENTENCES = re.compile(r"(?<=[.!?])(\s+)")
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_SEPARATORS = re.compile(r"([,;:]\s+)")
_END = re.compile(r"[.!?\s]*$")

Value = Callable[[str], str]
"""A field's value in words, by the field's name; "" for an unknown one."""


def fill(text: str, value: Value) -> str:
    """``text`` with the values in it and without what has none."""
    if all(value(name) for name in SLOT.findall(text)):
        return _put(text, value)
    parts = _SENTENCES.split(text)
    sentences = [_sentence(sentence, value) for sentence in parts[::2]]
    gaps = ["", *parts[1::2]]
    kept = [(gap, words) for gap, words in zip(gaps, sentences, strict=True) if words]
    return "".join(gap + words for gap, words in kept).lstrip()


def _put(text: str, value: Value) -> str:
    return SLOT.sub(lambda match: value(match[1]), text)


def _sentence(text: str, value: Value) -> str:
    if not SLOT.search(text):
        return text
    end = _END.search(text)
    assert end is not None
    body = _BRACKETS.sub(lambda match: _bracket(match, value), text[: end.start()])
    body = _clauses(body, value)
    return body[:1].upper() + body[1:] + end[0] if body else ""


def _bracket(match: re.Match[str], value: Value) -> str:
    inside = _clauses(match[1], value) if SLOT.search(match[1]) else match[1]
    return f" ({inside})" if inside else ""


def _clauses(body: str, value: Value) -> str:
    """The parts between the separators that have something to say; "" when no value is left that
    the body was there for."""
    split = _SEPARATORS.split(body)
    parts, before = split[::2], ["", *split[1::2]]
    known = [_known(part, value) for part in parts]
    for index in range(len(parts) - 1):
        if before[index + 1].startswith(":") and not known[index + 1] and _label(parts[index]):
            alone = not any(_tells(part, value) for part in parts[index + 1 :])
            if index or alone:
                known[index] = False
                before[index + 1] = before[index]
    words, gap = "", ""
    for part, here, keep in zip(parts, before, known, strict=True):
        gap = gap if gap.startswith(":") else here
        if keep:
            words += (gap if words else "") + re.sub(r"  +", " ", _put(part, value)).strip()
            gap = ""
    return words


def _label(part: str) -> bool:
    return not SLOT.search(part)


def _known(part: str, value: Value) -> bool:
    names = SLOT.findall(part)
    return not names or any(value(name) for name in names)


def _tells(part: str, value: Value) -> bool:
    """Whether a value stands in it."""
    return any(value(name) for name in SLOT.findall(part))
