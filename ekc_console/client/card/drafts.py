"""The console's own cache of what is typed into cards: it survives a killed console.

One JSON file a card, readable by its owner only. Files are replaced as a whole, so that a crash
leaves the old or the new draft; they are not synced to the disk at each key, because the server
has the draft as well.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import quote

import msgspec
import structlog

from ekc_console.errors import EkcError
from ekc_console.i18n import _
from ekc_console.json_faults import NOT_JSON
from ekc_console.wire.messages import Card

log = structlog.get_logger(__name__)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What ``SaveDraft`` sends, and which scenario the session is of."""

    card: str
    revision: int
    scenario: str
    version: str
    session: dict[str, Any]
    note: str = ""
    disposition: str = ""
    edits: int = 0
    """``Card.edits`` of the card that was filled on."""
    finished: bool = False
    """The operator has saved the card; the server could not write it then."""


def of_card(card: Card) -> Draft:
    """What the server has, as if it had been typed here."""
    return Draft(
        card=card.id,
        revision=card.revision,
        scenario=card.scenario,
        version=card.version,
        session=card.session,
        note=card.note,
        disposition=card.disposition,
        edits=card.edits,
    )


class Numbered(Protocol):
    """What is kept: of two for the same card the one with the higher revision is the newer."""

    @property
    def card(self) -> str: ...

    @property
    def revision(self) -> int: ...


D = TypeVar("D", bound=Numbered)


class Drafts(Generic[D]):
    """All methods raise EkcError when the directory cannot be read or written."""

    def __init__(self, directory: Path, kind: type[D]) -> None:
        self._directory = directory
        self._kind = kind

    def put(self, draft: D) -> None:
        path = self.path(draft.card)
        fresh = path.with_suffix(".new")
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(descriptor, "wb") as file:
                file.write(msgspec.json.encode(draft))
            fresh.replace(path)
        except OSError as error:
            raise _unusable(path, error) from None

    def get(self, card: str) -> D | None:
        """None when there is none, or when it is damaged (it is then set aside)."""
        return self._read(self.path(card))

    def all(self) -> list[D]:
        """The oldest first."""
        try:
            files = [path for path in self._directory.iterdir() if path.suffix == ".json"]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _unusable(self._directory, error) from None
        drafts = [self._read(path) for path in sorted(files, key=_age)]
        return [draft for draft in drafts if draft is not None]

    def remove(self, card: str) -> None:
        """No draft is no error."""
        path = self.path(card)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _unusable(path, error) from None

    def set_aside(self, card: str) -> Path:
        """Keep the file under the ending ``.refused``, where it is not read any more."""
        return _rename(self.path(card), ".refused")

    def _read(self, path: Path) -> D | None:
        try:
            return msgspec.json.decode(path.read_bytes(), type=self._kind)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(path, error) from None
        except NOT_JSON as error:
            log.warning("draft damaged", file=path.name, error=type(error).__name__)
            _rename(path, ".damaged")
            return None

    def path(self, card: str) -> Path:
        """Where the draft of a card is kept."""
        return self._directory / f"{quote(card, safe='')}.json"


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0  # reading it will tell


def _rename(path: Path, ending: str) -> Path:
    kept = path.with_suffix(ending)
    try:
        path.replace(kept)
    except OSError as error:
        raise _unusable(path, error) from None
    return kept


def _unusable(path: Path, error: OSError) -> EkcError:
    return EkcError(
        _("Черновик {path} недоступен: {why}.").format(path=path, why=error.strerror),
        _("Освободите место на диске или поправьте права на каталог."),
    )
