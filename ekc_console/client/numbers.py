"""Telephone numbers as an operator types them."""

from __future__ import annotations

import re
from collections.abc import Iterable

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, ValidationResult, shortnumberinfo

from ekc_console.domain.terms.numbers import mended
from ekc_console.errors import EkcError, quoted
from ekc_console.i18n import N_, _

REGION = "RU"
RUSSIA = 7
_WRITTEN = re.compile(r"\+?[0-9(). \u2013-]+")
_REMEDY = N_("Наберите номер с кодом: 8 или +7 и десять цифр, например 8 900 000-00-12.")
_NO_SUCH_CODE = N_("такого кода города или оператора связи нет")
_FAULTS = {
    ValidationResult.TOO_SHORT: N_("не хватает цифр"),
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: N_("нет кода города или оператора связи"),
    ValidationResult.TOO_LONG: N_("лишние цифры"),
    ValidationResult.INVALID_LENGTH: N_("неверное число цифр"),
    ValidationResult.INVALID_COUNTRY_CODE: N_("нет страны с таким кодом"),
}


def dialable(text: str, area_code: str = "") -> str:
    """What to dial for a typed number: E.164 (``+79…``), or a short number (``103``) as it is.
    ``area_code``: whose numbers may be typed without it.

    Raises EkcError that says what is wrong with the number.
    """
    text = text.strip()
    if not text:
        raise EkcError(_("Номер не набран."), _(_REMEDY))
    if not _WRITTEN.fullmatch(text):
        raise _wrong(text, _("в номере могут быть только цифры"))
    bare = re.sub(r"[^0-9+]", "", text)
    text = text if mended(bare, area_code) == bare else mended(bare, area_code)
    try:
        number = phonenumbers.parse(text, REGION)
    except NumberParseException as error:
        raise _wrong(text, _parse_fault(error)) from None
    if text.isdigit() and shortnumberinfo.is_valid_short_number_for_region(number, REGION):
        return text
    if fault := _fault(text, number):
        raise _wrong(text, fault)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def completed(typed: str, known: Iterable[str]) -> str | None:
    """``typed`` with the missing digits of the first known number that begins so, however either
    is written: ``8912`` and ``912`` begin ``+7 912 345-67-89``. None: there is none."""
    digits = _digits(typed)
    if not digits or not _WRITTEN.fullmatch(typed.strip()):
        return None
    home = str(RUSSIA)
    for number in map(_digits, known):
        for begin in (digits, home + digits, home + digits[1:] if digits[0] == "8" else digits):
            if number.startswith(begin) and number != begin:
                return typed + number[len(begin) :]
    return None


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _fault(text: str, number: PhoneNumber) -> str:
    if phonenumbers.is_valid_number(number):
        return ""
    if number.country_code == RUSSIA:
        have = sum(char.isdigit() for char in text)
        want = 11 if text.startswith(("8", "7", "+7")) else 10
        if have != want:
            return _("цифр {have}, а должно быть {want}").format(have=have, want=want)
    reason = phonenumbers.is_possible_number_with_reason(number)
    return _(_FAULTS.get(reason, _NO_SUCH_CODE))


def _parse_fault(error: NumberParseException) -> str:
    if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return _("нет страны с таким кодом")
    if error.error_type == NumberParseException.TOO_LONG:
        return _("лишние цифры")
    if error.error_type == NumberParseException.NOT_A_NUMBER:
        return _("это не номер телефона")
    return _("не хватает цифр")


def _wrong(text: str, fault: str) -> EkcError:
    return EkcError(
        _("Номер «{number}» набрать нельзя: {fault}.").format(number=quoted(text), fault=fault),
        _(_REMEDY),
    )
