"""The loop of music on hold."""

import numpy as np
import pytest

from ekc_console.server.services.loudness import rms_dbfs
from ekc_console.server.services.music import FILE_NAME, LEVEL_DBFS, ensure_music
from ekc_console.server.services.wav import read_wav
from tests.support.sweep import sweep


def test_written_once_quiet_and_long(tmp_path):
    assert ensure_music(tmp_path / "moh") == tmp_path / "moh"
    path = tmp_path / "moh" / FILE_NAME
    wav = read_wav(path)
    assert wav.complete
    assert 55 < len(wav.samples) / 8000 < 70
    assert rms_dbfs(wav.samples) == pytest.approx(LEVEL_DBFS, abs=0.1)
    assert np.abs(wav.samples.astype(int)).max() < 32768 * 0.5
    written = path.stat().st_mtime_ns
    ensure_music(tmp_path / "moh")
    assert path.stat().st_mtime_ns == written


def test_seamless(tmp_path):
    """The step from the last sample to the first is no greater than steps within."""
    samples = read_wav(ensure_music(tmp_path) / FILE_NAME).samples.astype(int)
    assert abs(samples[0] - samples[-1]) <= np.abs(np.diff(samples)).max()
    assert rms_dbfs(samples[-800:].astype(np.int16)) > LEVEL_DBFS - 12


@pytest.mark.parametrize("content", sweep([None, b"", b"garbage"], every=3))
def test_a_damaged_file_is_written_anew(tmp_path, content):
    path = ensure_music(tmp_path) / FILE_NAME
    path.write_bytes(path.read_bytes()[:9999] if content is None else content)
    assert read_wav(ensure_music(tmp_path) / FILE_NAME).complete
