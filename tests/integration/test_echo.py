"""The echo test through a real Asterisk with the real softphone: before a shift, in it, refused."""

from __future__ import annotations

from ekc_console.client import voice_check
from ekc_console.client.doctor import Finding
from tests.support.centre import PASSWORD, Centre, in_state, into_queue

SLOWEST_MS = 300
"""On loopback it is some 25 to 65, by the jitter buffers; the machine may be busy."""


def good(findings: tuple[Finding, ...] | list[Finding]) -> None:
    states = {finding.check: finding.state for finding in findings}
    assert len(states) == 5
    assert "fault" not in states.values(), findings
    delay = next(finding for finding in findings if finding.check == "voice.delay")
    assert 5 <= int("".join(filter(str.isdigit, delay.found))) < SLOWEST_MS


async def test_the_doctor_measures_without_a_shift(centre: Centre) -> None:
    await centre.add_person("anna")
    said: list[str] = []
    url = centre.server.url
    good(await voice_check.voice(url, "anna", PASSWORD, said.append, sound=False))
    assert said
    assert not centre.server.router.agents
    [finding] = await voice_check.voice(url, "anna", "wrong", said.append, sound=False)
    assert (finding.state, finding.found) == ("fault", "Неверный логин или пароль.")


async def test_in_a_shift_beside_the_standing_leg_and_not_in_a_talk(centre: Centre) -> None:
    desk = await centre.operator("anna")
    await desk.sound.test_echo()
    good(desk.sound.echo.findings)
    assert desk.sound.echo.state == "hearing"
    assert desk.line.state.state == "up"
    await into_queue(centre, "+79000000601")
    await in_state(desk, "offered")
    assert desk.sound.echo.state == "off"
    await desk.sound.test_echo()
    fault = desk.sound.echo.fault
    assert fault is not None
    assert "Идёт вызов" in fault.message
