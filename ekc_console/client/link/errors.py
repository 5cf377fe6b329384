"""Why a command of the operator was not done."""

from __future__ import annotations

from ekc_console.client.words.saying import fault, parts
from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.wire.messages import RefusalCode, Reply


class Refused(EkcError):
    """The server said no; message and remedy are made of its words."""

    def __init__(
        self,
        code: RefusalCode,
        message: str,
        remedy: str = "",
        fields: tuple[str, ...] = (),
        *,
        key: str = "",
    ) -> None:
        """``fields``: names of those of a card that are to be mended, the first one first.
        ``key``: of the server's words; empty: they were made here."""
        super().__init__(message, remedy)
        self.code = code
        self.fields = fields
        self.key = key


class Offline(EkcError):
    """There is no link to the server, or it did not answer in time."""


class Kept(EkcError):
    """A card is not at the server yet, but on this machine's disk, and on its way; nothing is to be
    done."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Сервер пока не может записать карточку. Она сохранена на этом компьютере и уйдёт "
                "на сервер сама."
            )
        )


def not_done(reply: Reply) -> Refused | Offline:
    """Why, of a reply that is not ``ok``: what came too late is as if it had never come."""
    why = refused(reply)
    return Offline(why.message, why.remedy) if why.code == "too_late" else why


def refused(reply: Reply) -> Refused:
    """What a reply that is not ``ok`` says."""
    if reply.words is None:
        return Refused(reply.code or "bad_value", _("Сервер отказал без объяснения."))
    message, remedy = parts(reply.words)
    if reply.faults:
        remedy = " ".join(fault(item) for item in reply.faults)
    fields = tuple(item.field for item in reply.faults if item.field)
    return Refused(reply.code or "bad_value", message, remedy, fields, key=reply.words.key)
