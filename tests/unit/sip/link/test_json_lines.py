from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip.link.json_lines import (
    MAX_LINE_BYTES,
    BadLine,
    LineSplitter,
    decode_command,
    decode_event,
    encode,
)
from sip.link.protocol import Call, CallState, Heard, Start


def test_a_message_survives_the_line() -> None:
    call = Call(seq=3, call="c1", uri="sip:a@b", headers={"X-A": "ё"}, from_user="+7")
    assert decode_command(encode(call).strip()) == call
    ended = CallState(call="c1", state="ended", code=486, reason="busy", t=1.5)
    assert decode_event(encode(ended).strip()) == ended
    heard = Heard(call="c1", tones_hz=[440.0], levels_dbfs=[-12.0])
    assert decode_event(encode(heard).strip()) == heard
    assert encode(Start()).count(b"\n") == 1


@pytest.mark.parametrize(
    ("line", "seq"),
    [
        (b"garbage", 0),
        (b"[]", 0),
        (b"null", 0),
        (b'{"seq": 5}', 5),
        (b'{"type": "Nonsense", "seq": 6}', 6),
        (b'{"type": "Started", "seq": 7, "port": 1, "sound": "null"}', 7),
        (b'{"type": "HangUp", "seq": 8}', 8),
        (b'{"type": "HangUp", "seq": 9, "call": 1}', 9),
        (b'{"type": "HangUp", "seq": "x", "call": "c"}', 0),
        (b'{"type": "HangUp", "call": "\xff"}', 0),
        (b'{"type": "Answer", "seq": 10, "call": "c", "code": 1e99}', 10),
        (b'{"type": "Start", "seq": 11, "transport": "pigeon"}', 11),
    ],
)
def test_a_bad_command_gives_its_number_where_it_has_one(line: bytes, seq: int) -> None:
    with pytest.raises(BadLine) as error:
        decode_command(line)
    assert error.value.seq == seq
    assert error.value.detail


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(line: bytes) -> None:
    for decode in (decode_command, decode_event):
        with contextlib.suppress(BadLine):
            decode(line)


@given(
    st.lists(st.binary(min_size=1, max_size=30).filter(lambda line: b"\n" not in line)), st.data()
)
def test_lines_are_whole_however_they_are_cut(lines: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=5)))
    splitter = LineSplitter()
    got: list[bytes | None] = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        got += splitter.feed(stream[start:end])
    assert got == lines


@pytest.mark.parametrize("piece", [1000, 10**6])
def test_a_line_that_is_too_long_is_dropped_whole(piece: int) -> None:
    stream = b"x" * (3 * MAX_LINE_BYTES) + b"\nnext\n"
    splitter = LineSplitter()
    got: list[bytes | None] = []
    for start in range(0, len(stream), piece):
        got += splitter.feed(stream[start : start + piece])
    assert got == [None, b"next"]
