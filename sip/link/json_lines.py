"""Messages as lines of JSON: encoding, splitting of a byte stream, decoding with clear errors."""

from __future__ import annotations

import msgspec

from sip.link.protocol import Command, Event

MAX_LINE_BYTES = 65536

_NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for a line that it does not understand."""

_encoder = msgspec.json.Encoder()
_command_decoder: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
_event_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


class BadLine(ValueError):
    """A line that is no message; ``seq`` is its sequence number where one could be read, else 0."""

    def __init__(self, detail: str, seq: int = 0) -> None:
        super().__init__(detail)
        self.detail = detail
        self.seq = seq


class _Numbered(msgspec.Struct):
    seq: int = 0


def encode(message: Command | Event) -> bytes:
    return _encoder.encode(message) + b"\n"


def decode_command(line: bytes) -> Command:
    """Raises :class:`BadLine` on anything that is not a command of :mod:`sip.link.protocol`."""
    try:
        return _command_decoder.decode(line)
    except _NOT_JSON as error:
        raise BadLine(str(error), _sequence_number(line)) from error


def decode_event(line: bytes) -> Event:
    """Raises :class:`BadLine` on anything that is not an event of :mod:`sip.link.protocol`."""
    try:
        return _event_decoder.decode(line)
    except _NOT_JSON as error:
        raise BadLine(str(error)) from error


def _sequence_number(line: bytes) -> int:
    try:
        return msgspec.json.decode(line, type=_Numbered).seq
    except _NOT_JSON:
        return 0


class LineSplitter:
    """Cuts a byte stream into lines. A line longer than ``MAX_LINE_BYTES`` is dropped whole and
    comes out as ``None``, so that one bad writer cannot fill the memory."""

    def __init__(self) -> None:
        self._rest = b""
        self._skipping = False

    def feed(self, data: bytes) -> list[bytes | None]:
        *complete, self._rest = (self._rest + data).split(b"\n")
        lines: list[bytes | None] = []
        for line in complete:
            if self._skipping:
                self._skipping = False
            elif len(line) > MAX_LINE_BYTES:
                lines.append(None)
            elif line:
                lines.append(line)
        if len(self._rest) > MAX_LINE_BYTES or self._skipping:
            if not self._skipping:
                lines.append(None)
            self._skipping = True
            self._rest = b""
        return lines
