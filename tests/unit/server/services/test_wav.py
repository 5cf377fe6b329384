"""WAV files: round trip, tolerance, format check."""

import struct
import wave

import numpy as np
import pytest

from ekc_console.server.services.wav import BadWav, is_complete, read_wav, replacing, write_wav
from tests.unit.server.services.tones import sine


def test_round_trip(tmp_path):
    samples = sine(440, 0.1)
    write_wav(tmp_path / "new" / "a.wav", samples)
    wav = read_wav(tmp_path / "new" / "a.wav")
    assert np.array_equal(wav.samples, samples)
    assert wav.complete
    with wave.open(str(tmp_path / "new" / "a.wav")) as other:
        assert other.getparams()[:4] == (1, 2, 8000, len(samples))


def test_header_without_length(tmp_path):
    """The writer was killed: RIFF and data sizes are still zero."""
    path = tmp_path / "a.wav"
    samples = sine(440, 0.1)
    write_wav(path, samples)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, 4, 0)
    struct.pack_into("<I", data, 40, 0)
    path.write_bytes(bytes(data))
    assert not is_complete(path)
    wav = read_wav(path)
    assert np.array_equal(wav.samples, samples)
    assert not wav.complete


def test_less_sound_than_stated_and_half_a_sample(tmp_path):
    path = tmp_path / "a.wav"
    samples = sine(440, 0.1)
    write_wav(path, samples)
    path.write_bytes(path.read_bytes()[: 44 + 101])
    assert not is_complete(path)
    assert np.array_equal(read_wav(path).samples, samples[:50])


def test_other_chunks_are_passed_over(tmp_path):
    path = tmp_path / "a.wav"
    write_wav(path, sine(440, 0.1))
    data = path.read_bytes()
    path.write_bytes(data[:36] + b"LIST" + struct.pack("<I", 3) + b"abc\0" + data[36:])
    assert read_wav(path).complete
    assert is_complete(path)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"hello, this is text", b"RIFF\0\0\0\0WAVEfmt "])
def test_no_wav(tmp_path, content):
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    assert not is_complete(path)
    with pytest.raises(BadWav, match=r"a\.wav"):
        read_wav(path)


def test_other_format_is_named(tmp_path):
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 44100, 0, "NONE", ""))
        file.writeframes(b"\0" * 400)
    with pytest.raises(BadWav, match="44100 Гц, каналов 2, 16 бит"):
        read_wav(path)


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(b"old")

    def write_and_fail():
        with replacing(path) as temporary:
            temporary.write_bytes(b"new")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_and_fail()
    assert [p.name for p in tmp_path.iterdir()] == ["a.wav"]
    assert path.read_bytes() == b"old"
