"""Numbers and durations in spoken Russian, in the right gender and case.

A synthesiser reads digits in the nominative only, so whole phrases are written out here.
"""

from __future__ import annotations

from typing import Literal

Gender = Literal["masculine", "feminine"]
Case = Literal["nominative", "genitive", "accusative"]
"""Accusative is that of inanimate things."""

MAX_NUMBER = 999_999

_ONES: dict[Case, tuple[str, ...]] = {
    "nominative": ("ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь",
                   "девять", "десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать",
                   "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать", "девятнадцать"),
    "genitive": ("нуля", "одного", "двух", "трёх", "четырёх", "пяти", "шести", "семи", "восьми",
                 "девяти", "десяти", "одиннадцати", "двенадцати", "тринадцати", "четырнадцати",
                 "пятнадцати", "шестнадцати", "семнадцати", "восемнадцати", "девятнадцати"),
}  # fmt: skip
_FEMININE: dict[Case, dict[int, str]] = {
    "nominative": {1: "одна", 2: "две"},
    "genitive": {1: "одной"},
    "accusative": {1: "одну", 2: "две"},
}
_TENS: dict[Case, tuple[str, ...]] = {
    "nominative": ("", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят",
                   "семьдесят", "восемьдесят", "девяносто"),
    "genitive": ("", "", "двадцати", "тридцати", "сорока", "пятидесяти", "шестидесяти",
                 "семидесяти", "восьмидесяти", "девяноста"),
}  # fmt: skip
_HUNDREDS: dict[Case, tuple[str, ...]] = {
    "nominative": ("", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот",
                   "восемьсот", "девятьсот"),
    "genitive": ("", "ста", "двухсот", "трёхсот", "четырёхсот", "пятисот", "шестисот", "семисот",
                 "восьмисот", "девятисот"),
}  # fmt: skip

Noun = tuple[str, str, str]
"""A noun after 1, after 2–4 and after 5–20, all in one case."""

_THOUSAND: dict[Case, Noun] = {
    "nominative": ("тысяча", "тысячи", "тысяч"),
    "genitive": ("тысячи", "тысяч", "тысяч"),
    "accusative": ("тысячу", "тысячи", "тысяч"),
}
_HOUR: dict[Case, Noun] = {
    "nominative": ("час", "часа", "часов"),
    "genitive": ("часа", "часов", "часов"),
    "accusative": ("час", "часа", "часов"),
}
_MINUTE: dict[Case, Noun] = {
    "nominative": ("минута", "минуты", "минут"),
    "genitive": ("минуты", "минут", "минут"),
    "accusative": ("минуту", "минуты", "минут"),
}
_SECOND: dict[Case, Noun] = {
    "nominative": ("секунда", "секунды", "секунд"),
    "genitive": ("секунды", "секунд", "секунд"),
    "accusative": ("секунду", "секунды", "секунд"),
}


def noun_form(number: int, forms: Noun) -> str:
    """The form of a noun that stands after ``number``: 21 минута, 22 минуты, 25 минут, 11 минут."""
    tens, ones = number // 10 % 10, number % 10
    if tens == 1 or ones == 0 or ones > 4:
        return forms[2]
    return forms[0] if ones == 1 else forms[1]


def number_words(number: int, gender: Gender = "masculine", case: Case = "nominative") -> str:
    """A cardinal number in words. Raises ValueError outside 0…999,999."""
    if not 0 <= number <= MAX_NUMBER:
        raise ValueError(f"{number} is outside 0…{MAX_NUMBER}")
    thousands, rest = divmod(number, 1000)
    words: list[str] = []
    if thousands:
        words += _below_thousand(thousands, "feminine", case)
        words.append(noun_form(thousands, _THOUSAND[case]))
    if rest or not thousands:
        words += _below_thousand(rest, gender, case)
    return " ".join(words)


def _below_thousand(number: int, gender: Gender, case: Case) -> list[str]:
    table: Case = "genitive" if case == "genitive" else "nominative"
    words = [_HUNDREDS[table][number // 100]]
    rest = number % 100
    if rest >= 20:
        words.append(_TENS[table][rest // 10])
        rest %= 10
    if rest or number == 0:
        feminine = _FEMININE[case].get(rest) if gender == "feminine" else None
        words.append(feminine or _ONES[table][rest])
    return [word for word in words if word]


def duration_words(seconds: float, case: Case = "nominative") -> str:
    """A time span in words, rounded to seconds below a minute and a half, to minutes from there
    on: «двадцать одна секунда», «одна минута», «два часа пять минут».

    Raises ValueError for a negative span or one of more than 999,999 hours.
    """
    if seconds < 0:
        raise ValueError(f"{seconds} s is negative")
    total = round(seconds)
    if total < 90:
        minutes, rest = divmod(total, 60)
        parts = [(minutes, "feminine", _MINUTE), (rest, "feminine", _SECOND)]
    else:
        hours, minutes = divmod(round(total / 60), 60)
        parts = [(hours, "masculine", _HOUR), (minutes, "feminine", _MINUTE)]
    said = [_counted(n, g, case, f) for n, g, f in parts if n]  # type: ignore[arg-type]
    return " ".join(said) or _counted(0, "feminine", case, _SECOND)


def _counted(number: int, gender: Gender, case: Case, forms: dict[Case, Noun]) -> str:
    return f"{number_words(number, gender, case)} {noun_form(number, forms[case])}"


LAST_COUNTED_POSITION = 20


def position_text(position: int) -> str:
    """What a waiting caller is told about the place in the queue (1 is next)."""
    if position < 1:
        raise ValueError(f"position {position}: the first place is 1")
    if position > LAST_COUNTED_POSITION:
        return "Ваш номер в очереди — более двадцати."
    return f"Ваш номер в очереди — {number_words(position)}."


WAIT_MINUTES = (*range(1, 11), 12, 15, 20, 25, 30, 40, 50, 60)
"""What is said of an expected wait is rounded up to one of these."""


def wait_limit_text(seconds: float) -> str:
    """What a waiting caller is told about the longest wait to be expected, rounded up."""
    limit = next((m for m in WAIT_MINUTES if seconds <= m * 60), None)
    if limit is None:
        return "Ожидание может занять больше часа."
    if limit < 60:
        words = f"{number_words(limit, 'feminine', 'genitive')} {noun_form(limit, _MINUTE_OF)}"
        return f"Ожидание не больше {words}."
    return "Ожидание не больше одного часа."


_MINUTE_OF: Noun = ("минуты", "минут", "минут")

_KEYS = {"*": "звёздочку", "#": "решётку"}


def keep_place_text(key: str) -> str:
    """The offer to keep the place of a waiting caller who presses ``key``."""
    word = _KEYS.get(key) or number_words(int(key))
    return f"Нажмите {word}, и мы перезвоним вам, место в очереди сохранится."
