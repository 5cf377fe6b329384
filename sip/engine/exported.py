"""Functions of PJSIP that pjsua2 does not give to Python, and that its library exports."""

from __future__ import annotations

import ctypes
import logging
import sys
from typing import Any

import pjsua2 as pj

log = logging.getLogger(__name__)

_LIBRARY = sys.modules[pj.Endpoint.__module__]._pjsua2.__file__


def exported(name: str, *types: Any, result: Any = ctypes.c_int) -> Any | None:
    """None where this PJSIP hides the function."""
    function = getattr(ctypes.CDLL(_LIBRARY), name, None)
    if function is None:
        log.warning("this PJSIP does not export %s", name)
        return None
    function.argtypes, function.restype = types, result
    return function
