"""The tests' own codec, by values of ITU-T G.711 and of its reference code."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support import g711

KNOWN = {
    "alaw": {0xD5: 8, 0x55: -8, 0xAA: 32256, 0x2A: -32256, 0x80: 5504},
    "ulaw": {0xFF: 0, 0x7F: 0, 0x80: 32124, 0x00: -32124, 0xE0: 372},
}


@pytest.mark.parametrize("law", ["alaw", "ulaw"])
def test_codes_stand_for_the_samples_of_the_standard(law: g711.Law) -> None:
    codes = bytes(KNOWN[law])
    assert g711.decode(codes, law).tolist() == list(KNOWN[law].values())


@pytest.mark.parametrize("law", ["alaw", "ulaw"])
def test_each_sample_has_its_nearest_code(law: g711.Law) -> None:
    samples = np.arange(-32768, 32768, 7)
    values = g711.decode(bytes(range(256)), law).astype(int)
    nearest = np.abs(samples[:, None] - values[None, :]).min(axis=1)
    coded = g711.decode(g711.encode(samples, law), law).astype(int)
    assert (np.abs(coded - samples) == nearest).all()
