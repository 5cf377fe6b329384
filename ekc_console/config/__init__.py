"""Configuration of the server: one YAML file, every key checked, defaults for all.

What others import is here; ``model`` has the keys; ``faults`` and ``contradictions`` say
what can be wrong.
"""

from ekc_console.config.model import (
    Break,
    Calls,
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
    load,
    parse,
    shipped_scripts,
)

__all__ = [
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
    "load",
    "parse",
    "shipped_scripts",
]
