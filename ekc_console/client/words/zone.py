"""The centre's time zone, which all moments are shown in."""

from __future__ import annotations

from datetime import tzinfo

from ekc_console.domain.terms.localtime import USUAL_ZONE, said, zone_named

_zone = zone_named(USUAL_ZONE)


def use_zone(zone: tzinfo) -> None:
    """Show times in this zone from now on: in the centre's, wherever the console stands."""
    global _zone
    _zone = zone


def zone() -> tzinfo:
    return _zone


def time_of_day(at: float) -> str:
    return said(at, _zone, "%H:%M")


def date(at: float) -> str:
    return said(at, _zone, "%d.%m.%Y")


def moment(at: float) -> str:
    return said(at, _zone, "%d.%m %H:%M")
