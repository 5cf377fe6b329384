"""The registry's keys as Textual binds them, for the application."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from ekc_console.tui.shared.keys.registry import ACTIONS, BY_ID, CYRILLIC_TWINS, all_keys


def bindings() -> list[BindingType]:
    """For the application. Binding ids are ``action.id`` so that a keymap can name them.

    An action without a key has a binding as well: a keymap may give it one.
    Actions with the same key have conditions that exclude each other. Digits choose in the script
    wherever the focus is, unless it is in a field or a list that takes digits itself.
    """
    digits: list[BindingType] = [
        Binding(digit, f"app.hot_key('{digit}')", show=False) for digit in "1234567890"
    ]
    keys: list[BindingType] = [
        Binding(
            ",".join(all_keys(action)) or f"no_key_{action.id}",
            f"app.perform('{action.id}')",
            show=False,
            priority=action.priority,
            id=action.id,
        )
        for action in ACTIONS
        if not action.shown_key
    ]
    silent: list[BindingType] = [
        Binding(f"f{number}", f"app.say_why('f{number}')", show=False, priority=True)
        for number in range(1, 13)
    ]
    letters: list[BindingType] = [
        Binding(",".join(_alike(latin)), f"app.say_why('{latin}')", show=False)
        for latin in (*CYRILLIC_TWINS, "space")
    ]
    called = BY_ID["call.emergency"]
    # Behind what a field does with it: there it takes back what was typed.
    emergency = Binding(",".join(all_keys(called)), f"app.say_why('{called.keys[0]}')", show=False)
    return [*digits, *keys, *silent, *letters, emergency]


def _alike(latin: str) -> tuple[str, ...]:
    """What the key of this letter gives, in either layout and with Caps Lock."""
    twin = CYRILLIC_TWINS.get(latin)
    return (latin, twin, latin.upper(), twin.upper()) if twin else (latin,)
