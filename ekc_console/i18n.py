"""Texts for people: Russian in the source, other languages from gettext catalogues.

``_("Готов")`` gives the text in the language in use; ``N_`` marks a text that is translated later
(module-level tables). The language is Russian unless ``EKC_LANG`` or :func:`use` says otherwise.

Catalogues live in ``ekc_console/locale/<language>/LC_MESSAGES/ekc.po``. After a change of texts run
``python -m ekc_console.locale.catalogue``.
"""

from __future__ import annotations

import gettext
import os
from pathlib import Path

from ekc_console.errors import EkcError

DOMAIN = "ekc"
LOCALE_DIR = Path(__file__).parent / "locale"
SOURCE_LANGUAGE = "ru"
ENVIRONMENT = "EKC_LANG"
NAMES = {"ru": "Русский", "en": "English"}
"""Each language by its own name: not translated."""

_language = SOURCE_LANGUAGE
_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_chosen = False


def languages() -> tuple[str, ...]:
    """Codes of the languages there are texts in; the source language first."""
    found = sorted(path.parts[-3] for path in LOCALE_DIR.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (SOURCE_LANGUAGE, *found)


def use(language: str) -> None:
    """Take texts in this language from now on. Raises EkcError for one there are no texts in."""
    global _language, _catalogue, _chosen
    if language not in languages():
        raise EkcError(
            f"Нет перевода на язык «{language}».",
            f"Укажите один из: {', '.join(languages())} (переменная {ENVIRONMENT}).",
        )
    _catalogue = (
        gettext.NullTranslations()
        if language == SOURCE_LANGUAGE
        else gettext.translation(DOMAIN, LOCALE_DIR, [language])
    )
    _language, _chosen = language, True


def language() -> str:
    """Code of the language in use."""
    _choose()
    return _language


def _(text: str) -> str:
    """The Russian text in the language in use."""
    _choose()
    return _catalogue.gettext(text) if text else ""


def N_(text: str) -> str:
    """Marks a text for the catalogue; it is shown through :func:`_`."""
    return text


def _choose() -> None:
    """The language of the environment, at the first text and not at import."""
    if not _chosen:
        use(os.environ.get(ENVIRONMENT) or SOURCE_LANGUAGE)
