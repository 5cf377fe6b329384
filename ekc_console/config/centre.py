"""What of the configuration concerns the whole centre, as the core has it."""

from __future__ import annotations

from ekc_console.config.dialling import dial_rules
from ekc_console.config.model import Config
from ekc_console.config.schedules import hours, span_s
from ekc_console.domain.terms.localtime import usual_offset_s
from ekc_console.domain.terms.settings import CentreSettings


def centre_settings(config: Config) -> CentreSettings:
    """Raises ValueError for hours that are none; ``load`` has checked them."""
    first, last = span_s(config.callbacks.hours)
    return CentreSettings(
        timezone=config.timezone,
        utc_offset_s=usual_offset_s(config.zone),
        calls_per_number=config.limits.calls_per_number,
        callback_from_s=first,
        callback_until_s=last,
        callback_retries_s=tuple(m * 60 for m in config.callbacks.retry_minutes),
        schedules=tuple(hours(name, text) for name, text in config.schedules.items()),
        topics=tuple(topic.settings() for topic in config.topics),
        breaks=tuple(reason.settings() for reason in config.breaks),
        calls=config.calls.settings(),
        targets=config.targets.settings(),
        away_limit_s=config.limits.away_minutes * 60,
        dialling=dial_rules(config),
        teams=tuple(team.settings() for team in config.teams),
        alarms=config.alarms.settings(),
        visit_overdue_s=config.limits.visit_overdue_hours * 3600,
    )
