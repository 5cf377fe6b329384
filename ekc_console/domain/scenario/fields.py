"""Typed values of a scenario: from what a person typed or keyed to one canonical text, and back.

Canonical forms: date ``YYYY-MM-DD``, phone E.164, СНИЛС ``XXX-XXX-XXX YY``, ОМС 16 digits,
number with a point, yes_no ``yes``/``no``, choice the code; clinic and specialty the words of the
directory, or the caller's where it has none. Parsing a canonical form gives it back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal, get_args

import phonenumbers
from phonenumbers import ValidationResult

from ekc_console.domain.scenario.dates import When, parse_date, show_date
from ekc_console.domain.scenario.field_error import FieldError

FieldType = Literal[
    "text", "person", "date", "phone", "address", "snils", "oms", "choice", "number", "yes_no",
    "clinic", "specialty",
]  # fmt: skip
FIELD_TYPES: tuple[FieldType, ...] = get_args(FieldType)
KEYED_TYPES: frozenset[FieldType] = frozenset(
    {"date", "phone", "snils", "oms", "choice", "number", "yes_no"}
)
"""Types that a caller can enter with telephone keys."""

Audience = Literal["voice", "operator"]
"""Who gets a text: the caller's ear or the operator's eye."""

MAX_TEXT = 1000


def parse(
    type_: FieldType,
    text: str,
    today: date,
    choices: Mapping[str, str] | None = None,
    when: When = "",
) -> str:
    """The canonical form of ``text``. Raises FieldError; an empty text is an error too.

    ``choices`` (code to label) is needed for the type ``choice``, where the code, the label, an
    unambiguous beginning of the label or its number in the list will do. ``when``: which side of
    today a date lies on.
    """
    cleaned = " ".join(text.split())
    if not cleaned:
        raise FieldError("field.empty")
    if not cleaned.isprintable():
        raise FieldError("field.control_characters")
    if type_ == "date":
        return parse_date(cleaned, today, when)
    if type_ == "choice":
        return _choice(cleaned, choices or {})
    return _PARSERS[type_](cleaned)


def show(
    type_: FieldType,
    value: str,
    choices: Mapping[str, str] | None = None,
    audience: Audience = "operator",
) -> str:
    """A canonical value in the words of people; empty stays empty."""
    if not value:
        return ""
    if type_ == "choice":
        return (choices or {}).get(value, value)
    if type_ == "yes_no":
        return "да" if value == "yes" else "нет"
    if type_ == "date":
        return show_date(value, spoken=audience == "voice")
    if type_ == "phone":
        return _show_phone(value, audience)
    if type_ == "number":
        return value.replace(".", ",")
    return value


# -- text and people ---------------------------------------------------------------


def _text(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise FieldError("field.too_long", length=len(text), most=MAX_TEXT)
    return text


_LETTERS = "[А-Яа-яЁёA-Za-z]+"
_NAME_PART = re.compile(rf"{_LETTERS}(?:[-'’]{_LETTERS})*\.?")
_INITIALS = re.compile(r"(?<=[А-ЯЁ])\.(?=[А-ЯЁ])")
_PARTICLES = frozenset({"оглы", "кызы", "угли", "уулу", "заде", "де", "фон", "ван"})


def _person(text: str) -> str:
    words = _INITIALS.sub(". ", text).split(" ")
    for word in words:
        if not _NAME_PART.fullmatch(word):
            raise FieldError("field.not_a_name", text=word)
    if len(words) > 6 or len(text) > 100:
        raise FieldError("field.name_too_long")
    return " ".join(_capitalised(word) for word in words)


def _capitalised(word: str) -> str:
    if word.lower() in _PARTICLES:
        return word.lower()
    if word.islower() or (word.isupper() and len(word) > 1):
        return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))
    return word


def _address(text: str) -> str:
    if len(text) < 5 or not any(c.isalpha() for c in text):
        raise FieldError("field.not_an_address", text=text)
    return _text(text)


_ASIDE = re.compile(
    r"(?:\+?7|(?<!\d)8|(?<!\d))[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d\d[\s-]*\d\d(?!\d)"
    r"|\bтел(?:ефон\w*)?\b\W*\d[\d\s()-]*|(?<!\d)\d{2,3}-\d\d-\d\d(?!\d)"
    r"|\d{1,2}:\d\d|\d{1,2}\.\d\d\.\d{4}|\bс\s+\d{1,2}\s+до\s+\d{1,2}\b"
    r"|\b(?:после|до|через|t|темп(?:ература|ературы)?|давление|пульс|возраст|женщина|мужчина"
    r"|бабушка|дедушка|реб[её]нок|пациентк?а?|больной|больная|автобус\w*|маршрут\w*|трамвай"
    r"|троллейбус)\b[\s,.:№-]*\d+(?:[.,:/-]\d+)*\b(?!\s+дом)"
)
"""What is told beside the place: telephones, times, days, and how old or how ill somebody is."""
_TOKEN = re.compile(
    r"\d+-?(?:ая|ый|ой|ий|ое|го|ые|ых)\b|\d+(?:[/-]\d+)*(?:-?[а-яёa-z](?![а-яёa-z])\d*)?"
    r"|[а-яёa-z]+|[,;]"
)
_IN_WORDS = re.compile(
    r"\b(?:(?:один|два|три|четыре|пять|шесть|семь|восемь|девять|десять|[а-я]+надцать|двадцать"
    r"|тридцать|сорок|[а-я]+десят|девяносто|сто|двести|триста)\b\s*)+"
)
_TAKES_BEFORE = re.compile(
    "лет|года?|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
    "|(?:парт)?съезда|интернационала|пятилетки|этаж[а-я]+|подъезд[а-я]+|час(?:а|ов)?|минут[а-я]?"
    "|день|дня|дней"
)
"""The number before them is theirs: «8 Марта», «72 года»."""
_TAKES_AFTER = re.compile(
    "кв|квартира|под|п|код|двери|дверь|калитки|домофона?|индекс|комн?|комната|оф|офис|секция|вход"
    "|ориентир"
)
"""The number after them is theirs."""
_TAKES_EITHER = re.compile("подъезд|эт|этаж|мкрн?|микрорайон|квартал|км|километр|линия")
"""One number is theirs, said before or after: «12 мкр», «мкр 12»."""
_NUMBERED_HOUSE = re.compile("д|дом|стр|строение|сооружение|влд?|владение|уч|участок")
"""Words before a number that is a house's, whatever follows."""
_STREET = re.compile(
    "ул|улица|пр|просп|проспект|пер|переулок|пл|площадь|б|бул|бульвар|наб|набережная|ш|шоссе"
    "|проезд|тракт|аллея|тупик"
)
_AFTER_A_HOUSE = re.compile(
    "кв|квартира|корп|корпус|стр|строение|под|подъезд|эт|этаж|код|домофон|лит|литера|вход"
    "|частный|общежитие|секция|блок|дробь|[а-яёa-z]"
)
_ORDINAL = re.compile(r"\d+(?:-[яйем]|-?(?:ая|ый|ой|ий|ое|го|ые|ых))")
_LONG_NUMBER = re.compile(r"\d{5}.*")
"""Of a post office or a telephone: no street has as many houses."""
_NO_LANDMARK = re.compile(
    r"(?:без|нет|никаких)\s+(?:[\w-]+\s+)?ориентир(?:а|ов)\b|ориентир(?:а|ов)\W+нет\b"
    r"|(?:ориентир|landmark)\w*\W+(?:нету?\s*(?:[,.;]|$)|никак|неизвест(?:ен|но|ны)\b|отсутств"
    r"|не\s+(?:зна|помн|назв|назы|указ|сказ|извест)|unknown|none?\b)\w*"
)
_LANDMARK = re.compile(r"\b(?:ориентир|landmark)\w*\W+(?:[а-яё]{1,2}\s+)?\w*[а-яёa-z]{3}")


def finds_the_house(address: str) -> bool:
    """Whether somebody who drives there knows where to stop: by the number of a house, or by a
    landmark that is called one («ориентир: синий забор») where there is no number.

    Words such as «подъезд» and «мкр» have one number beside them each; a number that is left over
    is the house's. What is doubtful is taken: better than to refuse a true address.
    """
    text = address.lower()
    if _LANDMARK.search(_NO_LANDMARK.sub("", text)):
        return True
    words = ["", *_TOKEN.findall(_IN_WORDS.sub("1 ", _ASIDE.sub(";", text))), "", ""]
    taken = _taken(words)
    return any(
        _is_house(words[at - 1], words[at], words[at + 1])
        for at in range(1, len(words) - 1)
        if words[at][:1].isdigit() and at not in taken
    )


def _taken(words: list[str]) -> set[int]:
    """Where the numbers stand that belong to a word beside them."""
    taken: set[int] = set()
    for at, word in enumerate(words):
        beside = []
        if _TAKES_BEFORE.fullmatch(word) or _TAKES_EITHER.fullmatch(word):
            beside.append(at - 1)
        if _TAKES_AFTER.fullmatch(word) or _TAKES_EITHER.fullmatch(word):
            beside.append(at + 1)
        free = [each for each in beside if words[each][:1].isdigit() and each not in taken]
        taken.update(free[:1])
    return taken


def _is_house(before: str, number: str, after: str) -> bool:
    """Whether a number that no word beside it has taken is one; else it names a street."""
    if _ORDINAL.fullmatch(number) or _LONG_NUMBER.fullmatch(number):
        return False
    if _NUMBERED_HOUSE.fullmatch(before) or not after.isalpha() or _AFTER_A_HOUSE.fullmatch(after):
        return True
    return before.isalpha() and _STREET.fullmatch(before) is None


# -- numbers with rules of their own ---------------------------------------------------

_PHONE_WRONG = {
    ValidationResult.TOO_SHORT: "field.phone_too_short",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "field.phone_too_short",
    ValidationResult.TOO_LONG: "field.phone_too_long",
    ValidationResult.INVALID_COUNTRY_CODE: "field.phone_no_country",
}


_MASKED = re.compile(r"\+\d\*+\d\d")
"""A number as the server shows it to those who must not see it whole; it stays as it is."""
_MASKED_DOCUMENT = re.compile(r"\*+\d\d")
"""Of СНИЛС and ОМС, likewise."""


def _phone(text: str) -> str:
    if _MASKED.fullmatch(compact := re.sub(r"[ \-]", "", text)):
        return compact
    if not re.fullmatch(r"[+\d(). \-–]+", text):
        raise FieldError("field.phone_digits_only", text=text)
    try:
        number = phonenumbers.parse(text, "RU")
    except phonenumbers.NumberParseException as error:
        raise FieldError("field.not_a_phone", text=text) from error
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason in _PHONE_WRONG:
        raise FieldError(_PHONE_WRONG[reason], text=text)
    if not phonenumbers.is_valid_number(number):
        raise FieldError("field.phone_no_code", text=text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _show_phone(value: str, audience: Audience) -> str:
    match = re.fullmatch(r"\+7([\d*]{3})([\d*]{3})([\d*]{2})([\d*]{2})", value)
    if not match:
        return value
    area, a, b, c = match.groups()
    return f"8, {area}, {a}, {b}, {c}" if audience == "voice" else f"+7 {area} {a}-{b}-{c}"


def _digits(text: str, count: int, *, others: str, other_count: str) -> str:
    """``others`` and ``other_count`` are the keys of what may be wrong."""
    if re.search(r"[^\d \-]", text):
        raise FieldError(others)
    digits = re.sub(r"\D", "", text)
    if len(digits) != count:
        raise FieldError(other_count, length=len(digits), wanted=count)
    return digits


_SNILS_UNCHECKED = 1_001_998
"""Numbers up to 001-001-998 were issued before check digits."""


def _snils(text: str) -> str:
    """Check number: the sum of digit × weight (9 down to 1) modulo 101, where 100 gives 00."""
    if _MASKED_DOCUMENT.fullmatch(text):
        return text
    digits = _digits(text, 11, others="field.snils_digits_only", other_count="field.snils_count")
    weighted = sum(int(d) * weight for d, weight in zip(digits[:9], range(9, 0, -1), strict=True))
    if int(digits[:9]) > _SNILS_UNCHECKED and weighted % 101 % 100 != int(digits[9:]):
        raise FieldError("field.snils_wrong")
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:9]} {digits[9:]}"


def _oms(text: str) -> str:
    """16 digits of the single policy number (ЕНП); the last one is the modulo-10 (Luhn) check."""
    if _MASKED_DOCUMENT.fullmatch(text):
        return text
    digits = _digits(text, 16, others="field.oms_digits_only", other_count="field.oms_count")
    doubled = [int(d) * 2 for d in digits[-2::-2]]
    total = sum(int(d) for d in digits[-1::-2]) + sum(d // 10 + d % 10 for d in doubled)
    if total % 10:
        raise FieldError("field.oms_wrong")
    return digits


def _number(text: str) -> str:
    compact = text.replace(" ", "").replace(",", ".")
    if not re.fullmatch(r"-?\d{1,9}(\.\d{1,6})?", compact, re.ASCII):
        raise FieldError("field.not_a_number", text=text)
    whole, _, fraction = compact.partition(".")
    fraction = fraction.rstrip("0")
    return f"{int(whole)}.{fraction}" if fraction else str(int(whole))


# -- choices -----------------------------------------------------------------------

_YES = frozenset({"yes", "y", "да", "д", "+", "1", "true"})
_NO = frozenset({"no", "n", "нет", "н", "-", "2", "0", "false"})


def _yes_no(text: str) -> str:
    lowered = text.lower()
    if lowered in _YES:
        return "yes"
    if lowered in _NO:
        return "no"
    raise FieldError("field.not_yes_or_no", text=text)


def _choice(text: str, choices: Mapping[str, str]) -> str:
    lowered = text.lower()
    for code, label in choices.items():
        if lowered in (code.lower(), label.lower()):
            return code
    codes = list(choices)
    if lowered.isascii() and lowered.isdigit() and 1 <= int(lowered) <= len(codes):
        return codes[int(lowered) - 1]
    begun = [code for code, label in choices.items() if label.lower().startswith(lowered)]
    if len(begun) == 1:
        return begun[0]
    listed = ", ".join(f"{i} — {label}" for i, label in enumerate(choices.values(), start=1))
    raise FieldError("field.not_in_list", text=text, known=listed)


_PARSERS: dict[FieldType, Callable[[str], str]] = {
    "text": _text,
    "person": _person,
    "phone": _phone,
    "address": _address,
    "snils": _snils,
    "oms": _oms,
    "number": _number,
    "yes_no": _yes_no,
    "clinic": _text,
    "specialty": _text,
}
