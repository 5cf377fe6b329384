"""``python -m ekc_console.locale.catalogue``: bring the catalogues up to date with the sources.

Texts are collected from ``_`` and ``N_``, merged into each ``<language>/LC_MESSAGES/ekc.po``
(texts that are gone leave it), and compiled to ``.mo``. Ends with status 1 while texts are not
translated, and names them. Needs Babel, a dependency of development only. The same sources give
the same files.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from ekc_console.i18n import DOMAIN, LOCALE_DIR

ROOT = LOCALE_DIR.parent.parent
SOURCES = ("ekc_console", "sip")
KEYWORDS: dict[str, None] = {"_": None, "N_": None}
WIDTH = 100
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Date in the files, so that they change only with their texts."""


def collect() -> list[str]:
    """Every text of the sources once, sorted by file and place."""
    texts: dict[str, None] = {}
    for source in SOURCES:
        found = extract_from_dir(
            ROOT / source, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=()
        )
        for _file, _line, message, _comments, _context in sorted(found, key=lambda f: f[:2]):
            texts[message if isinstance(message, str) else message[0]] = None
    return list(texts)


def merged(texts: list[str], old: Catalog, language: str) -> Catalog:
    """A catalogue of exactly these texts with the translations there are."""
    new = Catalog(
        locale=language, domain=DOMAIN, creation_date=EPOCH, revision_date=EPOCH, fuzzy=False
    )
    for text in texts:
        known = old.get(text)
        new.add(text, known.string if known else "")
    return new


def po_bytes(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=WIDTH, omit_header=True)
    return buffer.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def untranslated(catalogue: Catalog) -> list[str]:
    return [str(message.id) for message in catalogue if message.id and not message.string]


def main() -> int:
    """Status 0: all catalogues are complete."""
    texts = collect()
    status = 0
    for path in sorted(LOCALE_DIR.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        language = path.parts[-3]
        catalogue = merged(texts, read(path, language), language)
        path.write_bytes(po_bytes(catalogue))
        path.with_suffix(".mo").write_bytes(mo_bytes(catalogue))
        missing = untranslated(catalogue)
        print(f"{language}: {len(texts)} texts, {len(missing)} not translated")
        for text in missing:
            print(f"  {text}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
