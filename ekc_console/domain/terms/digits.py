"""Numbers of people in any text: telephones, documents, whatever is written as seven digits or
more. Found by the digits alone, however they are set apart; hidden but for the last two; put in
again where they stood.

A telephone number is one also where a letter or a word breaks it
(:mod:`ekc_console.domain.terms.broken_numbers`). What is wholly made of dates and times of day is
none.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

from ekc_console.domain.terms import broken_numbers, numbers

LEAST = 7
"""So many digits are somebody's number."""

_GAP = r"(?:(?!\*\*)[\W_]){0,6}"
"""What may stand between two digits of one number: no letter, and no mask."""
_RUN = re.compile(rf"\+?\d(?:{_GAP}\d){{{LEAST - 1},}}")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:19|20)\d\d"
_ISO_DAY = r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
_MOMENT = rf"(?:{_DAY}|{_ISO_DAY}|{_TIME})"
_MOMENTS = re.compile(rf"{_MOMENT}(?:[\W_]{{1,6}}{_MOMENT})*")
_MASK = re.compile(r"\+?\d?[* ()\-]*\*[* ()\-]*\d\d")


@functools.lru_cache(maxsize=20_000)
def masked(text: str) -> str:
    """The text with every number in it hidden."""
    if len(text) < LEAST:
        return text
    result, end = [], 0
    for start, stop in _runs(text):
        result += [text[end:start], mask(text[start:stop])]
        end = stop
    return "".join([*result, text[end:]])


def restored(text: str, held: Iterable[str]) -> str:
    """A text that came back with masks: each is again the number it hides, of those that stand in
    the ``held`` texts; a mask of no such number stays. A text that is nothing but such a mask is
    dropped."""
    if "*" not in text:
        return text
    for other in held:
        for start, stop in _runs(other):
            text = _put_in(text, other[start:stop])
    return "" if is_mask(text) else text


def _put_in(text: str, number: str) -> str:
    """The first mask of the number is the number."""
    shown = re.compile(rf"(?<![*\d]){re.escape(mask(number))}(?![*\d])")
    return shown.sub(lambda _: number, text, count=1)


def is_mask(text: str) -> bool:
    """The whole text is the mask of one number."""
    return _MASK.fullmatch(text) is not None


def mask(number: str) -> str:
    """Of one number: the first digit of the country and the last two digits are left, of what is
    no telephone the last two."""
    plain = _plain(number)
    digits = broken_numbers.digits(plain) or plain
    whole = numbers.canonical(digits) or ""
    if whole.startswith("+"):
        return numbers.masked(whole)
    digits = re.sub(r"\D", "", digits)
    return "*" * (len(digits) - 2) + digits[-2:]


def _runs(text: str) -> list[tuple[int, int]]:
    plain = _plain(text)
    found = [run.span() for run in _RUN.finditer(plain) if not _MOMENTS.fullmatch(run[0])]
    for broken in broken_numbers.spans(plain):
        # It may hold a run of digits that is long enough by itself.
        apart = [run for run in found if run[1] <= broken[0] or broken[1] <= run[0]]
        found = sorted([*apart, broken])
    return found


def _plain(text: str) -> str:
    """With digits of every script and shape as ASCII ones, each at its place."""
    if text.isascii():
        return text
    return "".join(char if char.isascii() else _as_digit(char) for char in text)


def _as_digit(char: str) -> str:
    digit = unicodedata.digit(char, None)
    return char if digit is None else str(digit)
