"""G.711, both laws, 16-bit samples at 8 kHz."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Law = Literal["alaw", "ulaw"]
Samples = NDArray[np.int16]


def encode(samples: NDArray[np.generic], law: Law) -> bytes:
    """The nearest code of each sample."""
    return _CODES[law][np.searchsorted(_MIDDLES[law], samples)].tobytes()


def decode(payload: bytes, law: Law) -> Samples:
    return _VALUES[law][np.frombuffer(payload, np.uint8)]


def _alaw(code: int) -> int:
    code ^= 0x55
    segment = code >> 4 & 7
    size = (code & 15) << 4 | 8
    if segment:
        size = (size | 0x100) << segment - 1
    return size if code & 0x80 else -size


def _ulaw(code: int) -> int:
    code ^= 0xFF
    size = ((code & 15) << 3 | 0x84) << (code >> 4 & 7)
    return 0x84 - size if code & 0x80 else size - 0x84


_VALUES: dict[Law, Samples] = {
    "alaw": np.array([_alaw(code) for code in range(256)], np.int16),
    "ulaw": np.array([_ulaw(code) for code in range(256)], np.int16),
}
_ORDERS = {law: np.argsort(values, kind="stable") for law, values in _VALUES.items()}
_CODES = {law: order.astype(np.uint8) for law, order in _ORDERS.items()}
"""By the sample that they stand for."""
_MIDDLES = {
    law: (ordered[1:] + ordered[:-1]) / 2
    for law, ordered in ((law, _VALUES[law][order].astype(float)) for law, order in _ORDERS.items())
}
"""Between one and the next."""
