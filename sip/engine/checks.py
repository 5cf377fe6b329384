"""What a command must look like, whoever carries it out; failures as values and exceptions."""

from __future__ import annotations

import math
import re
import time
from typing import Literal

from sip.link import protocol
from sip.link.protocol import Command, Failed
from sip.link.uris import account_uri, checked_headers, checked_host, checked_uri

MAX_CALLS = 4
"""Calls at once: compiled into the PJSIP wheel, whatever ``maxCalls`` says."""

MAX_VOLUME = 4.0
"""12 dB: more only distorts."""

FailureCode = Literal[
    "unknown_call", "bad_value", "no_file", "port_in_use", "sip", "too_many_calls", "no_sound"
]

_KEYS = re.compile(r"[0-9*#A-D]{1,32}")
"""PJSIP queues 32 keys at most."""
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_RESERVED_NAME = re.compile(r"(in|xfer)\d+")


class CommandFailed(Exception):
    """A command could not be done; becomes :class:`sip.link.protocol.Failed`."""

    def __init__(self, code: FailureCode, detail: str) -> None:
        super().__init__(detail)
        self.code: FailureCode = code
        self.detail = detail


def failed(error: Exception, seq: int) -> Failed | None:
    """The event for an error that a command may have, ``None`` for one that it may not."""
    code: FailureCode
    match error:
        case CommandFailed():
            code = error.code
        case ValueError():
            code = "bad_value"
        case OSError():
            code = "no_file"
        case _:
            return None
    return Failed(seq=seq, code=code, detail=str(error), t=time.monotonic())


def check(command: Command) -> None:
    """Raises ``ValueError`` naming the field when a value is out of its range."""
    match command:
        case protocol.Start():
            account_uri(command.user, command.domain or command.host or "all", command.display_name)
            _require(0 <= command.port <= 65535, "port: must be 0 to 65535")
            if command.registrar:
                checked_host(command.registrar, "registrar")
            _require(
                command.srtp == "off" or command.transport == "tls", "srtp: needs transport tls"
            )
            _require(0 <= command.rtp_port <= 65535, "rtp_port: must be 0 to 65535")
        case protocol.Call():
            _require(_NAME.fullmatch(command.call), "call: must be 1 to 64 letters, digits, . _ -")
            _require(not _RESERVED_NAME.fullmatch(command.call), "call: in1, xfer1 … are reserved")
            checked_uri(command.uri)
            checked_headers(command.headers)
            if command.from_user:
                account_uri(command.from_user, "all")
        case protocol.Answer():
            _require(180 <= command.code < 700, f"code: {command.code} is no SIP answer")
        case protocol.SendKeys():
            _require(_KEYS.fullmatch(command.keys), "keys: must be 1 to 32 of 0-9 * # A-D")
        case protocol.Transfer():
            checked_uri(command.uri)
        case protocol.Tone():
            _require(0 <= command.hz <= 3700, "hz: must be 0 to 3700")
            _require(-100 <= command.level_dbfs <= 0, "level_dbfs: must be -100 to 0")
        case protocol.Listen():
            _require(
                all(100 <= hz <= 3700 for hz in command.tones_hz),
                "tones_hz: each must be 100 to 3700",
            )
            _require(math.isfinite(command.threshold_dbfs), "threshold_dbfs: must be a number")
        case protocol.SetVolume():
            for side in ("microphone", "speaker", "ring"):
                _require(0 <= getattr(command, side) <= MAX_VOLUME, f"{side}: must be 0 to 4")
        case _:
            pass


def _require(condition: object, detail: str) -> None:
    if not condition:
        raise ValueError(detail)
