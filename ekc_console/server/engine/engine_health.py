"""How the telephony engine is, in one word."""

from typing import Literal

EngineHealth = Literal["up", "down", "out_of_sight"]
"""``down``: it carries no call. ``out_of_sight``: it cannot be reached, what it carries goes on."""
