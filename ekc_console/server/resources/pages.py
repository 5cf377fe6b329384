"""Pages of a list, and where the next one begins."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import msgspec

from ekc_console.errors import WordsError
from ekc_console.server.resources.table import Many
from ekc_console.wire import codec
from ekc_console.wire.messages import Command


class Found(msgspec.Struct, frozen=True, kw_only=True):
    items: tuple[Any, ...]
    next: str | None
    """Cursor of the next page; None: this is the last."""


class BadCursor(WordsError):
    """It is none of this list's."""


def command(many: Many, given: Any) -> Command:
    """Raises BadCursor."""
    after = _read(many, given.cursor)
    if many.resume is None:
        return many.command(given)
    return many.resume(given, after, given.limit)


def page(many: Many, given: Any, result: Any) -> Found:
    after, items = _read(many, given.cursor), many.items(result)
    if many.resume is None:
        items = sorted(items, key=many.key)
        items = [item for item in items if after is None or many.key(item) > after]
    shown = tuple(items[: given.limit])
    more = len(items) > len(shown) or bool(getattr(result, "more", False))
    return Found(items=shown, next=_cursor(many.key(shown[-1])) if shown and more else None)


def _cursor(key: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def _read(many: Many, cursor: str) -> tuple[Any, ...] | None:
    if not cursor:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key: tuple[Any, ...] = msgspec.json.decode(text, type=many.key_type)
    except (ValueError, binascii.Error) as error:
        raise BadCursor("api.bad_cursor") from error
    if not all(codec.possible(part) for part in key if isinstance(part, int | float)):
        raise BadCursor("api.bad_cursor")
    return key
