"""What supervisors ask when they look back: at a call, a person's day, a queue's
day, the figures of any time.

As far as the right ``watch`` reaches. Names stand where the core has logins, titles where it has
codes. Moments are seconds since the epoch, shares 0 … 1; None: there is nothing to count.
"""

from __future__ import annotations

from ekc_console.wire.day.calls import DayCallsCommand, DayCallsResult
from ekc_console.wire.day.person_day import PersonDayCommand, PersonDayResult
from ekc_console.wire.day.queue_day import QueueDayCommand, QueueDayResult
from ekc_console.wire.day.report import ReportCommand, ReportResult
from ekc_console.wire.day.report_views import ReportViewsCommand, ReportViewsResult
from ekc_console.wire.day.story import StoryCommand, StoryResult

DayCommand = (
    StoryCommand
    | PersonDayCommand
    | QueueDayCommand
    | DayCallsCommand
    | ReportCommand
    | ReportViewsCommand
)
DayResult = (
    StoryResult
    | PersonDayResult
    | QueueDayResult
    | DayCallsResult
    | ReportResult
    | ReportViewsResult
)
