"""Telephone numbers: one form inside, a readable one and a masked one outside."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Literal

import phonenumbers
from phonenumbers import PhoneNumber, ValidationResult

HOME_REGION = "RU"
REGION_LANGUAGES = ("ru", "en")


NumberFormat = Literal["+e164", "e164", "ru8"]
"""As a trunk wants numbers of the public network: ``+79…``; ``79…``; ``89…`` at home and ``810…``
abroad."""
TRUNK_PREFIX, ABROAD_PREFIX = "8", "810"
LOCAL_DIGITS = 10
"""Of a number at home, the area's code included."""


def canonical(number: str | None, area_code: str = "") -> str | None:
    """E.164 (``+79…``) where the number is a possible one, else its digits, and the stars of a
    service code (``*21*79…``) with them; None when withheld. ``area_code``: whose numbers are given
    without it."""
    if not number:
        return None
    digits = "".join(c for c in number if c.isdigit() or c in "+*#")
    if not digits.strip("+*#"):
        return None
    digits = mended(digits, area_code)
    parsed = _parsed(digits) or _from_abroad(digits)
    if parsed is None:
        return digits
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _parsed(text: str) -> PhoneNumber | None:
    """None for what is no full number: a service code, a short number, one without its code."""
    if "*" in text or "#" in text:
        return None
    try:
        parsed = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    return parsed if reason == ValidationResult.IS_POSSIBLE else None


def _from_abroad(digits: str) -> PhoneNumber | None:
    """A number with its country's code and no plus, which cannot be one of ours."""
    parsed = _parsed(f"+{digits}") if digits.isdecimal() else None
    return parsed if parsed and phonenumbers.is_valid_number(parsed) else None


def as_dialled(number: str, form: NumberFormat) -> str:
    """A canonical number as the trunk wants it; short numbers and service codes as they are."""
    if form == "+e164" or not number.startswith("+"):
        return number
    if form == "e164":
        return number[1:]
    home = number.startswith("+7")
    return TRUNK_PREFIX + number[2:] if home else ABROAD_PREFIX + number[1:]


def mended(digits: str, area_code: str = "") -> str:
    """E.164 for a number at home that lacks its area's code, or has our trunk prefix behind a plus
    by mistake (no country's code begins with 83 or 89; 84 and 88 are Vietnam's, Bangladesh's and
    the satellites'); any other as it is."""
    if re.fullmatch(r"\+8[39][0-9]{9}", digits):
        return f"+7{digits[2:]}"
    whole = digits.isdecimal() and len(area_code) + len(digits) == LOCAL_DIGITS
    return f"+7{area_code}{digits}" if area_code and whole and digits[0] != "0" else digits


@functools.lru_cache(maxsize=10_000)
def readable(number: str | None) -> str:
    """``+7 900 000-00-12``; as it is when it is not a full number, empty when withheld."""
    if not number:
        return ""
    parsed = _parsed(number)
    if parsed is None:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def masked(number: str | None) -> str:
    """The readable form with all digits but the country code and the last two hidden."""
    text = readable(number)
    digits = sum(c.isdigit() for c in text)
    seen = 0
    result = []
    for char in text:
        if char.isdigit():
            seen += 1
            hide = 1 < seen <= digits - 2
            result.append("*" if hide else char)
        else:
            result.append(char)
    return "".join(result)


def masked_inside(text: str) -> str:
    """A text that is a telephone number masked, any other as it is."""
    digits = sum(char.isdigit() for char in text)
    return masked(text) if text.startswith("+") and 7 <= digits <= 15 else text


@functools.lru_cache(maxsize=10_000)
def region(number: str) -> Mapping[str, str]:
    """Region and network of a number, by the language of its words; empty when unknown. First use
    reads tables, which are too large for a console."""
    from phonenumbers import carrier, geocoder

    parsed = _parsed(number)
    if parsed is None:
        return {}
    found = {}
    for language in REGION_LANGUAGES:
        place = geocoder.description_for_number(parsed, language)
        network = carrier.name_for_number(parsed, language)
        found[language] = ", ".join(part for part in (place, network) if part)
    return {language: text for language, text in found.items() if text}
