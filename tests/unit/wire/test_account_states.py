from __future__ import annotations

import pytest

from ekc_console.wire.admin.account_states import account_state

NOW = 1000.0


@pytest.mark.parametrize(
    ("disabled", "expires_at", "code_until", "state"),
    [
        (False, None, None, "open"),
        (False, NOW + 1, None, "open"),
        (True, NOW - 1, NOW + 1, "closed"),
        (False, NOW, NOW + 1, "expired"),
        (False, NOW + 1, NOW + 1, "invited"),
        (False, None, NOW, "code_over"),
    ],
)
def test_what_keeps_somebody_out_longest_is_told(
    disabled: bool, expires_at: float | None, code_until: float | None, state: str
) -> None:
    found = account_state(disabled=disabled, expires_at=expires_at, code_until=code_until, now=NOW)
    assert found == state
