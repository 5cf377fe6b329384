"""Whose signature on a server's certificate is good: the system's authorities, and the centre's
own one where the administrator gave it to this workplace."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

from yarl import URL

from ekc_console import folders
from ekc_console.errors import EkcError
from ekc_console.i18n import _

VARIABLE = "EKC_CA"
PBX_VARIABLE = "EKC_PBX_CA"


def own_authority() -> Path | None:
    """The file that EKC_CA names, else ``ca.pem`` in the folder of settings, else none."""
    if named := os.environ.get(VARIABLE):
        return Path(named).expanduser()
    usual = folders.config() / "ca.pem"
    return usual if usual.exists() else None


def pbx_authorities(told: str) -> str:
    """Whom to trust at the organisation's PBX, as PEM text: the file that EKC_PBX_CA names, else
    what the server ``told``; empty: the system's authorities. Raises EkcError for a file that
    holds no certificate."""
    named = os.environ.get(PBX_VARIABLE)
    if not named:
        return told
    file = Path(named).expanduser()
    try:
        text = file.read_text()
        ssl.create_default_context().load_verify_locations(cadata=text)
    except (OSError, ValueError) as error:
        why = error.strerror if not isinstance(error, ssl.SSLError | ValueError) else ""
        raise EkcError(
            _("{file}: не читается как сертификат PEM{why}.").format(
                file=file, why=f" ({why})" if why else ""
            ),
            _(
                "Возьмите у администратора файл того, кто подписал сертификат АТС, или уберите "
                "{name}."
            ).format(name=PBX_VARIABLE),
        ) from None
    return text


def trust(url: URL) -> ssl.SSLContext | bool:
    """For aiohttp's ``ssl`` argument. Raises EkcError for a file that holds no certificate."""
    if url.scheme not in ("https", "wss"):
        return True
    context = ssl.create_default_context()
    own = own_authority()
    if own is not None:
        try:
            context.load_verify_locations(own)
        except (OSError, ssl.SSLError) as error:
            why = error.strerror if type(error) is not ssl.SSLError and error.errno else ""
            raise EkcError(
                _("{file}: не читается как сертификат PEM{why}.").format(
                    file=own, why=f" ({why})" if why else ""
                ),
                _("Возьмите у администратора файл ca.pem центра или уберите EKC_CA."),
            ) from None
    return context
