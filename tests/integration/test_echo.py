"""The echo test through a real Asterisk with the real softphone: before a shift, in it, refused."""

from __future__ import annotations

import pytest

from ekc_console.client.doctor.voice import check_voice
from ekc_console.client.doctor.way import way_of_account
from ekc_console.client.finding import Finding
from ekc_console.client.voice.voice_way import WayChoice
from ekc_console.wire.voice import VoiceSetting
from tests.support.centre import PASSWORD, Centre, in_state, into_queue
from tests.support.passwords import MemoryPasswords

SLOWEST_MS = 300
"""On loopback it is some 25 to 65, by the jitter buffers; the machine may be busy."""


def good(findings: tuple[Finding, ...] | list[Finding]) -> None:
    states = {finding.check: finding.state for finding in findings}
    assert len(states) == 5
    assert "fault" not in states.values(), findings
    delay = next(finding for finding in findings if finding.check == "voice.delay")
    assert 5 <= int("".join(filter(str.isdigit, delay.found))) < SLOWEST_MS


@pytest.mark.long
async def test_the_doctor_measures_without_a_shift(centre: Centre) -> None:
    await centre.add_person("anna")
    said: list[str] = []
    url = centre.server.url
    good(await check_voice(url, "anna", PASSWORD, said.append, sound=False))
    assert said
    assert not centre.server.core.router.agents
    [finding] = await check_voice(url, "anna", "wrong", said.append, sound=False)
    assert (finding.state, finding.found) == ("fault", "Неверный логин или пароль.")


async def test_the_doctor_names_the_way_of_the_voice_and_why(centre: Centre) -> None:
    await centre.add_person("anna", voice=VoiceSetting(way="dial-in"))
    url = centre.server.url

    async def asked(password: str, choice: WayChoice | None) -> Finding:
        checked = await way_of_account(url, "anna", password, choice, MemoryPasswords())
        return checked.findings[0]

    usual = await asked(PASSWORD, None)
    assert (usual.state, usual.found) == (
        "ok", "линия на каждый вызов: так задано в учётной записи",
    )  # fmt: skip
    other = await asked(PASSWORD, WayChoice("standing", given_by="EKC_VOICE"))
    assert "постоянная линия на этот раз (EKC_VOICE)" in other.found
    assert "в учётной записи: линия на каждый вызов" in other.found
    assert (await asked("wrong", None)).state == "fault"
    lacking = await asked(PASSWORD, WayChoice("phone"))
    assert (lacking.state, lacking.remedy) == ("fault", "Укажите его: --phone 89001234567.")


@pytest.mark.long
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
