"""Catalogues of texts; :mod:`ekc_console.i18n` reads them."""
