from __future__ import annotations

from ekc_console.client.finding import Finding, worst


def test_the_worst_of_all() -> None:
    made = [Finding(check="a", title="a", state=s, found="") for s in ("ok", "fault", "warning")]
    assert worst(made) == "fault"
    assert worst([]) == "ok"
