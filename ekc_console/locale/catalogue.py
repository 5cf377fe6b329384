"""``python -m ekc_console.locale.catalogue``: bring the catalogues up to date with the sources.

Texts are collected from ``_`` and ``N_``, merged into each ``<language>/LC_MESSAGES/ekc.po``
(texts that are gone leave it), and compiled to ``.mo``. Ends with status 1 while texts are not
translated, and names them. Needs Babel, a dependency of development only. The same sources give
the same files.
"""

from __future__ import annotations

import ast
import inspect
import io
import sys
from collections.abc import Iterator
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
HELP = ("cli.py", "commands/shared", "commands/centre", "commands/console")
"""Where what commands and their options say in the help is a text too, marked by its place: the
docstring of a command, ``help``, ``prompt`` and ``metavar`` of an option."""
HELP_KEYWORDS = ("help", "prompt", "metavar")
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
    for where in HELP:
        place = ROOT / "ekc_console" / where
        for file in sorted(place.glob("*.py")) if place.is_dir() else [place]:
            texts |= dict.fromkeys(help_texts(ast.parse(file.read_text(encoding="utf-8"))))
    return list(texts)


def help_texts(module: ast.Module) -> Iterator[str]:
    """In the order of the source, as the command line shows them."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and _is_command(node):
            yield ast.get_docstring(node) or ""
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg in HELP_KEYWORDS and (text := _russian(keyword.value)):
                    yield inspect.cleandoc(text)


def _is_command(function: ast.FunctionDef) -> bool:
    calls = (each.func for each in function.decorator_list if isinstance(each, ast.Call))
    names = {each.attr for each in calls if isinstance(each, ast.Attribute)}
    return bool(names & {"command", "group"})


def _russian(node: ast.expr) -> str:
    """The text; "" where it is none, or none for people."""
    text = node.value if isinstance(node, ast.Constant) else None
    found = isinstance(text, str) and any("а" <= letter.lower() <= "я" for letter in text)
    return str(text) if found else ""


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
