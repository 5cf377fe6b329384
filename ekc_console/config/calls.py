"""``calls`` of the configuration: how talks are kept, and calls out made."""

from __future__ import annotations

import msgspec

from ekc_console.domain.terms.dialling import BY_HAND, TRUSTED, NumberKind
from ekc_console.domain.terms.ids import ListenMode, Role
from ekc_console.domain.terms.settings import CallHandling


class Calls(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    recording: bool = True
    dial_timeout_s: float = 40.0
    silence_notice_s: float = 10.0
    """The operator is told that nothing has come from the caller for so long; 0: never."""
    prefix: str = ""
    area_code: str = ""
    """Whose numbers come and are typed without it."""
    emergency: str | tuple[str, ...] = ("103", "112")
    """Numbers of emergency services, called by one key one after the other until one answers. A
    single one may stand without a list."""
    kinds: tuple[NumberKind, ...] = BY_HAND
    """Kinds of number that everybody may dial, transfer and forward to."""
    other_kinds_by: tuple[Role, ...] = TRUSTED
    """Who may dial all others, after a question."""
    listening_told: tuple[ListenMode, ...] = ("whisper", "barge")
    """In which modes the operator is told who listens to the talk."""
    own_numbers: tuple[str, ...] = ()
    """By which the centre is called, besides those of ``trunks``."""

    def settings(self) -> CallHandling:
        first, *then = self.emergencies or ("",)
        return CallHandling(
            self.recording,
            self.dial_timeout_s,
            self.prefix,
            first,
            emergency_then=tuple(then),
            area_code=self.area_code,
            listening_told=self.listening_told,
        )

    @property
    def emergencies(self) -> tuple[str, ...]:
        """In the order in which they are called."""
        if isinstance(self.emergency, str):
            return (self.emergency,) if self.emergency else ()
        return self.emergency
