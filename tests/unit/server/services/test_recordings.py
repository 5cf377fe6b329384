"""Joining the two sides of a call."""

import asyncio
import hashlib
import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from structlog.testing import capture_logs

from ekc_console.errors import EkcError
from ekc_console.server.services.recordings import (
    SETTLE_S,
    RecordingLost,
    join,
    levels,
    unjoined,
    unsettled_s,
)
from ekc_console.server.services.wav import Samples, write_wav
from tests.unit.server.services.tones import level_at, sine

CALLER, OPERATOR = sine(440, 1.0, -20), sine(1000, 1.0, -14)


def side(stem: Path, name: str) -> Path:
    return stem.with_name(f"{stem.name}-{name}.wav")


def write_sides(stem: Path, caller: Samples | None, operator: Samples | None) -> None:
    if caller is not None:
        write_wav(side(stem, "in"), caller)
    if operator is not None:
        write_wav(side(stem, "out"), operator)


def kill_writer(path: Path) -> None:
    """Leave the file as a writer does that never closed it."""
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, 40, 0)
    path.write_bytes(bytes(data))


async def test_caller_left_operator_right(tmp_path):
    stem = tmp_path / "2024" / "call.1"
    write_sides(stem, CALLER, OPERATOR)
    recording = await join(stem)
    assert recording.path == tmp_path / "2024" / "call.1.flac"
    assert recording.seconds == 1.0
    assert recording.flaws == ()
    assert recording.sha256 == hashlib.sha256(recording.path.read_bytes()).hexdigest()
    sound, rate = soundfile.read(recording.path, dtype="int16")
    assert rate == 8000
    left, right = sound[:, 0], sound[:, 1]
    assert level_at(left, 440) == pytest.approx(-20, abs=0.2)
    assert level_at(right, 1000) == pytest.approx(-14, abs=0.2)
    assert level_at(left, 1000) < -60
    assert level_at(right, 440) < -60
    assert [p.name for p in stem.parent.iterdir()] == ["call.1.flac"]


async def test_unequal_sides_are_padded(tmp_path):
    write_sides(tmp_path / "c", CALLER, OPERATOR[:4000])
    recording = await join(tmp_path / "c")
    assert recording.flaws == ("unequal",)
    sound, _ = soundfile.read(recording.path, dtype="int16")
    assert len(sound) == 8000
    assert not sound[4000:, 1].any()


async def test_truncated_file_is_recovered(tmp_path):
    write_sides(tmp_path / "c", CALLER, OPERATOR)
    for name in ("in", "out"):
        kill_writer(side(tmp_path / "c", name))
    recording = await join(tmp_path / "c", settle_s=0.05)
    assert recording.flaws == ("cut",)
    assert recording.seconds == 1.0
    assert level_at(soundfile.read(recording.path, dtype="int16")[0][:, 0], 440) > -21


@pytest.mark.parametrize(
    ("caller", "operator", "flaw"),
    [(None, OPERATOR, "caller_missing"), (CALLER, None, "operator_missing")],
)
async def test_one_side_is_better_than_none(tmp_path, caller, operator, flaw):
    write_sides(tmp_path / "c", caller, operator)
    recording = await join(tmp_path / "c", settle_s=0.05)
    assert recording.flaws == (flaw,)
    assert recording.seconds == 1.0


@pytest.mark.parametrize("content", [None, b"", b"RIFF\0\0\0\0WAVE"])
async def test_nothing_to_keep(tmp_path, content):
    if content is not None:
        for name in ("in", "out"):
            side(tmp_path / "c", name).write_bytes(content)
    with pytest.raises(RecordingLost, match="c потеряна"):
        await join(tmp_path / "c", settle_s=0.05)


async def test_waits_for_the_engine_to_close(tmp_path):
    stem = tmp_path / "c"
    write_sides(stem, CALLER[:4000], OPERATOR)
    kill_writer(side(stem, "in"))
    joining = asyncio.create_task(join(stem, settle_s=10))
    done, _ = await asyncio.wait([joining], timeout=0.1)
    assert not done
    write_wav(side(stem, "in"), CALLER)
    async with asyncio.timeout(5):
        recording = await joining
    assert recording.flaws == ()


async def test_again_gives_the_same(tmp_path):
    write_sides(tmp_path / "c", CALLER, OPERATOR)
    first = await join(tmp_path / "c")
    assert await join(tmp_path / "c") == first


async def test_a_crash_between_rename_and_delete_loses_nothing(tmp_path):
    write_sides(tmp_path / "c", CALLER, OPERATOR)
    first = await join(tmp_path / "c")
    write_sides(tmp_path / "c", None, OPERATOR)
    assert list(unjoined(tmp_path)) == [tmp_path / "c"]
    assert await join(tmp_path / "c") == first
    assert list(unjoined(tmp_path)) == []


async def test_a_spoilt_joined_file_is_made_anew(tmp_path):
    (tmp_path / "c.flac").write_bytes(b"half a file")
    write_sides(tmp_path / "c", CALLER, OPERATOR)
    assert (await join(tmp_path / "c")).seconds == 1.0


async def test_sides_stay_when_the_disk_refuses(tmp_path):
    write_sides(tmp_path / "c", CALLER, OPERATOR)
    (tmp_path / "c.flac").mkdir()
    with pytest.raises(EkcError, match="не сохраняется"):
        await join(tmp_path / "c")
    assert list(unjoined(tmp_path)) == [tmp_path / "c"]


async def test_what_is_lost_is_set_aside(tmp_path):
    """Two headers without a sound, as a full disk leaves them."""
    write_sides(tmp_path / "c", CALLER[:0], OPERATOR[:0])
    with pytest.raises(RecordingLost):
        await join(tmp_path / "c", settle_s=0.0)
    assert list(unjoined(tmp_path)) == []
    assert {p.name for p in tmp_path.iterdir()} == {"c-in.wav.lost", "c-out.wav.lost"}


def test_a_folder_that_cannot_be_read_is_told_and_hides_no_other(tmp_path, monkeypatch):
    for day in ("2024-01-01", "2024-01-02"):
        (tmp_path / day).mkdir()
        write_sides(tmp_path / day / "c", CALLER, OPERATOR)
    scan = os.scandir

    def denied(path):
        if str(path).endswith("01-01"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", denied)
    with capture_logs() as lines:
        assert list(unjoined(tmp_path)) == [tmp_path / "2024-01-02" / "c"]
        assert list(unjoined(tmp_path / "none")) == []
    assert [line["folder"] for line in lines] == [str(tmp_path / "2024-01-01")]


def test_only_what_was_written_to_just_now_is_waited_for(tmp_path):
    assert unsettled_s(tmp_path / "c") == 0
    write_sides(tmp_path / "c", CALLER, OPERATOR)
    assert 1.0 < unsettled_s(tmp_path / "c") <= SETTLE_S
    for name in ("in", "out"):
        os.utime(side(tmp_path / "c", name), (0, 0))
    assert unsettled_s(tmp_path / "c") == 0
    os.utime(side(tmp_path / "c", "in"), (2e9, 2e9))  # by a clock that was ahead
    assert unsettled_s(tmp_path / "c") == SETTLE_S


async def test_levels_and_silence(tmp_path):
    quiet = np.zeros(80000, dtype=np.int16)
    word = quiet.copy()
    word[40000:42000] = sine(300, 0.25, -25)
    write_sides(tmp_path / "c", word, quiet)
    measured = await levels((await join(tmp_path / "c")).path)
    assert not measured.is_silent("caller")
    assert measured.is_silent("operator")
    assert measured.caller_rms_dbfs == pytest.approx(-41, abs=0.5)
    assert measured.caller_loudest_dbfs > -28


async def test_levels_of_no_recording(tmp_path):
    with pytest.raises(EkcError, match="не читается"):
        await levels(tmp_path / "nothing.flac")
