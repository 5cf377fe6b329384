"""Reports that a person looks at again, by the name that the person gave."""

from __future__ import annotations

import msgspec

from ekc_console.wire.base import Message
from ekc_console.wire.day.report import ReportAsked

MOST_VIEWS, LONGEST_NAME = 50, 60


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    asked: ReportAsked


class GetReportViews(Message, frozen=True, kw_only=True):
    """The person's own. Result: ``ReportViews``."""


class SaveReportView(Message, frozen=True, kw_only=True):
    """In place of one of the same name. Refused (``bad_value``) without a name, with one longer
    than ``LONGEST_NAME``, and beyond ``MOST_VIEWS``. Result: ``ReportViews``."""

    name: str
    asked: ReportAsked


class DeleteReportView(Message, frozen=True, kw_only=True):
    """Nothing happens where there is none. Result: ``ReportViews``."""

    name: str


class ReportViews(Message, frozen=True, kw_only=True):
    views: tuple[ReportView, ...]
    """In the order of their names."""


ReportViewsCommand = GetReportViews | SaveReportView | DeleteReportView
ReportViewsResult = ReportViews
