"""What the decoding of JSON raises."""

from __future__ import annotations

import msgspec

NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""For what is no JSON, not of the asked type, no UTF-8, or nested too deeply. msgspec raises all
three, and only the first is its own: whoever catches less is ended by a damaged file."""
