"""The looks: dark, light, high contrast, and the terminal's own sixteen colours."""

from __future__ import annotations

from dataclasses import replace

from textual.app import App
from textual.theme import Theme

from ekc_console.errors import EkcError
from ekc_console.i18n import N_, _

DEFAULT = "ekc-dark"

THEMES: dict[str, str] = {
    "ekc-dark": N_("тёмное"),
    "ekc-light": N_("светлое"),
    "ekc-contrast": N_("контрастное"),
    "ansi-dark": N_("16 цветов"),
    "ansi-light": N_("16 цветов, светлое"),
}
"""Names of themes and their titles; the ``ansi-…`` ones are Textual's own."""

VARIABLES = {"muted": "ansi_default"}
"""Our own names in styles, for themes that do not define them. Textual's ``$text-muted`` is a
colour relative to the background, which styled text does not know."""

_PLAIN = {"error-muted": "ansi_default", "warning-muted": "ansi_default"}
"""Of sixteen colours none is paler than the text: marked with its own one it could not be read."""

_OWN = (
    Theme(
        name="ekc-dark",
        primary="#7aa2c8",
        secondary="#8fa7bd",
        accent="#8ec5e8",
        warning="#e0b050",
        error="#e07a78",
        success="#86b98a",
        foreground="#d8dee4",
        background="#14181d",
        surface="#191f26",
        panel="#232b34",
        variables={"muted": "#93a1ad", "border": "#5b7185", "border-blurred": "#34404c"},
    ),
    Theme(
        name="ekc-light",
        primary="#2f6690",
        secondary="#4d6a82",
        accent="#1d5f91",
        warning="#9a6400",
        error="#a8322f",
        success="#2f6b38",
        foreground="#1d2429",
        background="#f4f6f7",
        surface="#fbfcfc",
        panel="#e2e8ec",
        dark=False,
        variables={"muted": "#5d6a75", "border": "#5f7f99", "border-blurred": "#c2ccd4"},
    ),
    Theme(
        name="ekc-contrast",
        primary="#ffffff",
        secondary="#ffffff",
        accent="#ffff00",
        warning="#ffd000",
        error="#ff9090",
        success="#80ff80",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#202020",
        text_alpha=1.0,
        variables={
            "border": "#ffff00",
            "border-blurred": "#a0a0a0",
            "muted": "#e0e0e0",
            "block-cursor-background": "#ffff00",
            "block-cursor-foreground": "#000000",
        },
    ),
)


def register(app: App[None]) -> None:
    for theme in _OWN:
        app.register_theme(theme)
    for name in THEMES:
        sixteen = app.get_theme(name) if name.startswith("ansi-") else None
        if sixteen is not None:
            app.register_theme(replace(sixteen, variables={**sixteen.variables, **_PLAIN}))


def check(name: str) -> str:
    """The name itself. Raises EkcError for a look there is not."""
    if name not in THEMES:
        raise EkcError(
            _("Оформления «{name}» нет.").format(name=name),
            _("Укажите одно из: {names}.").format(names=", ".join(THEMES)),
        )
    return name


def after(name: str) -> str:
    """The next look in the circle."""
    names = list(THEMES)
    return names[(names.index(name) + 1) % len(names)] if name in names else DEFAULT
