"""Telephone numbers of this country that are broken by a letter or by a word: ``8903l112233``,
``восемь 903 сто одиннадцать 22 33``.

Only what makes a whole number of ten or eleven digits is one: dates, sums and ids are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TELEPHONE = re.compile(r"[78][3489]\d{9}|9\d{9}")
_LONGEST = 11
_MOST_LETTERS = 2
_MOST_BETWEEN = 6
"""Characters between two digits that are neither letters nor digits."""
_ALIKE = {
    **dict.fromkeys("lIiІ", "1"),
    **dict.fromkeys("OoОо", "0"),
    **dict.fromkeys("Зз", "3"),
    **dict.fromkeys("Ss", "5"),
    **dict.fromkeys("Бб", "6"),
    **dict.fromkeys("BВ", "8"),
    **dict.fromkeys("Zz", "2"),
}
"""Letters that are typed, or misread, for a digit."""
_UNITS = ("ноль|нуль", "один|одна", "два|две", "три", "четыре", "пять", "шесть", "семь", "восемь",
          "девять")  # fmt: skip
_TEENS = ("десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать",
          "шестнадцать", "семнадцать", "восемнадцать", "девятнадцать")  # fmt: skip
_TENS = ("двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят",
         "девяносто")  # fmt: skip
_HUNDREDS = ("сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот",
             "девятьсот")  # fmt: skip
_VALUES = {
    word: value
    for values in (
        enumerate(_UNITS),
        enumerate(_TEENS, start=10),
        zip(range(20, 100, 10), _TENS, strict=True),
        zip(range(100, 1000, 100), _HUNDREDS, strict=True),
    )
    for value, words in values
    for word in words.split("|")
}
_UNIT, _TEEN, _TEN, _HUNDRED = ("|".join(words) for words in (_UNITS, _TEENS, _TENS, _HUNDREDS))
_BELOW_100 = rf"(?:{_TEN})(?:\s+(?:{_UNIT})\b)?|(?:{_TEEN})|(?:{_UNIT})"
_SPELLED = re.compile(
    rf"(?<!\w)(?:(?:{_HUNDRED})(?:\s+(?:{_BELOW_100})\b)?|{_BELOW_100})(?!\w)", re.IGNORECASE
)
"""A number below a thousand in words."""
_UNBROKEN = re.compile(rf"(?:\d[\W_]{{0,{_MOST_BETWEEN}}}){{{_LONGEST}}}")
"""As many digits as a number has, and nothing that breaks it."""
_BEGIN = re.compile(rf"(?<!\w)\+?(?:(?=\d)|(?={_SPELLED.pattern}))", re.IGNORECASE)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where they stand, from left to right."""
    if sum(char.isdigit() for char in text) < _LONGEST and not _worth_reading(text):
        return
    at = 0
    while begin := _BEGIN.search(text, at):
        if _UNBROKEN.match(text, begin.end()):
            at = begin.end() + 1
            continue
        stop = max(_Scan(text, alike).end(begin.end()) for alike in (True, False))
        if stop:
            yield begin.start(), stop
        at = stop or begin.end() + 1


def digits(text: str) -> str:
    """Of the text of one span; "" for what is none."""
    begin = _BEGIN.match(text)
    for alike in (True, False):
        scan = _Scan(text, alike)
        if begin is not None and scan.end(begin.end()) == len(text):
            return scan.found
    return ""


def _worth_reading(text: str) -> bool:
    return any(char.isdigit() for char in text) or _SPELLED.search(text) is not None


@dataclass(slots=True)
class _Scan:
    text: str
    alike: bool
    """Letters that look like digits are digits; else every letter only stands between two."""
    found: str = ""
    """The digits of the number that ends last."""

    def end(self, at: int) -> int:
        """Where the longest number that begins here ends; 0: there is none."""
        text, known, letters, words, end = self.text, "", 0, 0, 0
        kinds: set[str] = set()
        while at < len(text) and len(known) < _LONGEST and self._few(letters, kinds):
            if text[at].isalpha() and (spelled := _SPELLED.match(text, at)):
                known, words, at = known + _value(spelled[0]), words + 1, spelled.end()
            elif text[at].isdigit():
                known, at = known + text[at], at + 1
            elif text[at].isalpha():
                if not self._is_part(at):
                    break
                known += _ALIKE.get(text[at], "") if self.alike else ""
                kinds.add(text[at].casefold())
                letters, at = letters + 1, at + 1
            elif (gap := self._gap(at)) <= _MOST_BETWEEN:
                at += gap
                continue
            else:
                break
            broken = letters or words
            if broken and self._few(letters, kinds) and self._is_whole(known, at):
                end, self.found = at, known
        return end

    def _few(self, letters: int, kinds: set[str]) -> bool:
        """One letter may part all groups: ``7х903х111х22х33``."""
        return letters <= _MOST_LETTERS or (not self.alike and len(kinds) == 1)

    def _is_part(self, at: int) -> bool:
        before = at > 0 and self._is_digit(at - 1)
        after = at + 1 < len(self.text) and self._is_digit(at + 1)
        if self.alike:
            return self.text[at] in _ALIKE and (before or after)
        return before and after

    def _is_digit(self, at: int) -> bool:
        return self.text[at].isdigit() or (self.alike and self.text[at] in _ALIKE)

    def _gap(self, at: int) -> int:
        length = 0
        while at + length < len(self.text) and not self.text[at + length].isalnum():
            length += 1
        return length

    def _is_whole(self, known: str, at: int) -> bool:
        ends = at == len(self.text) or not self.text[at].isalnum()
        return ends and _TELEPHONE.fullmatch(known) is not None


def _value(spelled: str) -> str:
    """``девятьсот три`` as ``903``."""
    return str(sum(_VALUES[word] for word in spelled.casefold().split()))
