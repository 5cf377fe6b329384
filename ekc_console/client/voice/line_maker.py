"""The line of each way of voice."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from ekc_console.client.link.timing import Timing
from ekc_console.client.voice.dial_in_line import DialInLine
from ekc_console.client.voice.line import Line
from ekc_console.client.voice.line_state import OpenLine, PhoneFactory, Sound
from ekc_console.client.voice.pbx_line import PbxAccess, PbxLine
from ekc_console.client.voice.phone_line import PhoneLine
from ekc_console.wire import messages
from ekc_console.wire.voice import VoiceSetting
from sip.link.protocol import Event


@dataclass(frozen=True, slots=True)
class LineParts:
    """What lines are made of; the names are those of their parameters."""

    request: Callable[[messages.Command], Awaitable[object]]
    open_line: OpenLine
    phone_factory: PhoneFactory
    on_change: Callable[[], None]
    may_dial: Callable[[], bool]
    sound: Sound
    timing: Timing
    on_sound: Callable[[Event], None]
    tell: Callable[[str], None]
    want_password: Callable[[bool], None]
    now: Callable[[], float]


def make_line(
    setting: VoiceSetting, parts: LineParts, *, authorities: str = "", password: str = ""
) -> Line | PhoneLine:
    """``authorities`` and ``password`` are of the organisation's PBX."""
    if setting.way == "phone":
        return PhoneLine(
            lambda: parts.request(messages.CallMyPhone(number=setting.number)),
            parts.on_change,
            may_dial=parts.may_dial,
            timing=parts.timing,
        )
    make: Callable[..., Line] = Line
    extra: dict[str, Any] = {}
    if setting.way == "dial-in":
        make = functools.partial(DialInLine, lambda: parts.request(messages.StandBy()))
    elif setting.pbx is not None:
        make = functools.partial(
            PbxLine,
            PbxAccess(setting.pbx, authorities),
            lambda number: parts.request(messages.StandBy(number=number)),
        )
        extra = {
            "password": password,
            "want_password": parts.want_password,
            "tell": parts.tell,
            "now": parts.now,
        }
    return make(
        parts.open_line,
        parts.phone_factory,
        parts.on_change,
        may_dial=parts.may_dial,
        sound=parts.sound,
        timing=parts.timing,
        on_sound=parts.on_sound,
        **extra,
    )
