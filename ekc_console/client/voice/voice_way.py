"""Which way the voice goes: what the account says, or what this console was started with."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from ekc_console.client.numbers import dialable
from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _
from ekc_console.wire.voice import PbxAccount, VoiceSetting, VoiceWay
from sip.link.uris import BadAddress, account_uri, registrar_uri

_WORDS: dict[VoiceWay, str] = {
    "standing": N_("постоянная линия"),
    "dial-in": N_("линия на каждый вызов"),
    "phone": N_("внешний телефон {number}"),
    "pbx": N_("номер на АТС {pbx}"),
}
_INSIDE = re.compile(r"[0-9]{2,6}")
PBX_OPTIONS = ("server", "number", "caller", "transport", "srtp", "second")


@dataclass(frozen=True, slots=True)
class WayChoice:
    """A way that was named, and what was said about it; it counts before the account's."""

    way: VoiceWay
    number: str = ""
    """Of a telephone."""
    pbx: str = ""
    """``user@domain``."""
    options: tuple[str, ...] = ()
    """``name=value`` of the account at the PBX."""
    given_by: str = ""
    """The key or variable that named it, for people."""


def choose(
    way: VoiceWay | None,
    number: str = "",
    pbx: str = "",
    options: tuple[str, ...] = (),
    given_by: str = "",
) -> WayChoice | None:
    """None: nothing was named. A number means a telephone, an account means a PBX. Raises EkcError
    for what contradicts itself."""
    about_pbx = bool(pbx or options)
    if number and about_pbx:
        raise EkcError(
            _("Названы и телефон, и номер на АТС: голос идёт одним способом."),
            _("Оставьте --phone или --pbx."),
        )
    wanted = way or ("phone" if number else "pbx" if about_pbx else None)
    if wanted is None:
        return None
    if number and wanted != "phone":
        raise _contradiction("--phone", wanted, "phone")
    if about_pbx and wanted != "pbx":
        raise _contradiction("--pbx", wanted, "pbx")
    if number:
        number = own_number(number)
    if pbx:
        account_of(pbx, options, None)
    return WayChoice(wanted, number, pbx, options, given_by)


def own_number(text: str) -> str:
    """Of a telephone for one's own voice: what the server dials, or a number inside the PBX as it
    is. Raises EkcError."""
    return text.strip() if _INSIDE.fullmatch(text.strip()) else dialable(text)


def _contradiction(option: str, way: VoiceWay, needs: VoiceWay) -> EkcError:
    return EkcError(
        _("{option} не годится со способом голоса {way}.").format(option=option, way=way),
        _("Уберите {option} или задайте --voice {needs}.").format(option=option, needs=needs),
    )


def settle(
    choice: WayChoice | None, account: VoiceSetting, before: PbxAccount | None = None
) -> VoiceSetting:
    """The way that counts. What the choice leaves open is taken from the ``account``; the PBX, if
    it has none, from the one used ``before``. Raises EkcError when something is still missing."""
    if choice is None:
        return account
    match choice.way:
        case "phone":
            number = choice.number or account.number
            if not number:
                raise EkcError(
                    _("Способ голоса — внешний телефон, а его номер не назван."),
                    _("Укажите его: --phone 89001234567."),
                )
            return VoiceSetting(way="phone", number=number)
        case "pbx":
            known = account.pbx or before
            return VoiceSetting(way="pbx", pbx=account_of(choice.pbx, choice.options, known))
        case way:
            return VoiceSetting(way=way)


def words(setting: VoiceSetting) -> str:
    """The way, for people."""
    pbx = setting.pbx.name if setting.pbx else ""
    return _(_WORDS[setting.way]).format(number=setting.number, pbx=pbx)


def account_of(address: str, options: tuple[str, ...], before: PbxAccount | None) -> PbxAccount:
    """From ``user@domain`` and ``name=value``, else the one used ``before``. Raises EkcError."""
    if not address and before is None:
        raise EkcError(
            _("Не названа учётная запись на АТС."),
            _("Укажите её один раз: --voice pbx --pbx 1007@pbx.example.ru."),
        )
    user, at, domain = address.partition("@")
    if address and not (user and at and domain):
        raise EkcError(
            _("--pbx: «{text}» — не имя на АТС.").format(text=address),
            _("Напишите имя и адрес через @, например 1007@pbx.example.ru или 1007@10.0.0.5:5060."),
        )
    fields = {"user": user, "domain": domain} if address else msgspec.to_builtins(before)
    for option in options:
        name, equals, value = option.partition("=")
        if not equals or name not in PBX_OPTIONS:
            raise EkcError(
                _("--pbx-option: «{text}» не подходит.").format(text=option),
                _(
                    "Можно: server=, number=, caller=, transport=udp, tcp или tls, srtp=off, "
                    "optional или required, second=busy, reject, ring или take."
                ),
            )
        fields[name] = value
    return _checked(fields)


def _checked(fields: dict[str, str]) -> PbxAccount:
    try:
        account = msgspec.convert(fields, PbxAccount)
        account_uri(account.user, account.domain)
        registrar_uri(account.registrar, account.transport)
    except (msgspec.ValidationError, BadAddress) as error:
        raise EkcError(
            _("Учётная запись на АТС: {why}.").format(why=error),
            _("Проверьте --pbx и --pbx-option."),
        ) from None
    if account.srtp != "off" and account.transport != "tls":
        raise EkcError(
            _("Учётная запись на АТС: srtp={srtp} без transport=tls.").format(srtp=account.srtp),
            _(
                "Ключи шифрования звука идут в сигнализации, и открытую подслушают: добавьте "
                "--pbx-option transport=tls или уберите srtp."
            ),
        )
    return account
