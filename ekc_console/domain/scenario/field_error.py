"""What is wrong with a typed value."""

from __future__ import annotations

from ekc_console.errors import EkcError


class FieldError(EkcError):
    """The value cannot be used: what is wrong and how to write it, in Russian."""
