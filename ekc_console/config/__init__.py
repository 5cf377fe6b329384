"""Configuration of the server: one YAML file, every key checked, defaults for all.

What others import is here. ``model`` has the keys and knows none of the others; ``loading`` reads
a file; ``faults`` and ``contradictions`` say what can be wrong.
"""

from ekc_console.config.calls import Calls
from ekc_console.config.centre import centre_settings
from ekc_console.config.loading import load, parse
from ekc_console.config.model import (
    Break,
    Config,
    ConfigError,
    Disk,
    Limits,
    Overflow,
    Place,
    Queue,
    Server,
    Tls,
    Trunk,
    Voice,
    shipped_scripts,
)
from ekc_console.config.reading import read as read_yaml
from ekc_console.config.schedules import WEEKDAYS, said_spans
from ekc_console.config.timezone import timezone_warning

__all__ = [
    "WEEKDAYS",
    "Break",
    "Calls",
    "Config",
    "ConfigError",
    "Disk",
    "Limits",
    "Overflow",
    "Place",
    "Queue",
    "Server",
    "Tls",
    "Trunk",
    "Voice",
    "centre_settings",
    "load",
    "parse",
    "read_yaml",
    "said_spans",
    "shipped_scripts",
    "timezone_warning",
]
