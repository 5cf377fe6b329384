"""Which device serves a side."""

from __future__ import annotations

import pytest

from sip.link.protocol import NO_DEVICE, SYSTEM, Device
from sip.sound.devices import RETRY_LIMIT_S, RETRY_S, Choice, named

HEADSET = Device(id="p:Headset", name="Headset", inputs=1, outputs=1)
DESK = Device(id="p:Desk", name="Desk", inputs=0, outputs=1, default_output=True)
CAMERA = Device(id="p:Camera", name="Camera", inputs=1, outputs=0, default_input=True)


def choice(side: str = "microphone", wanted: str = HEADSET.id, *devices: Device) -> Choice:
    made = Choice(side)  # type: ignore[arg-type]
    made.want(wanted)
    made.see(devices)
    return made


@pytest.mark.parametrize(
    ("side", "wanted", "devices", "best"),
    [
        ("microphone", HEADSET.id, (HEADSET, CAMERA), HEADSET.id),
        ("microphone", HEADSET.id, (CAMERA, DESK), SYSTEM),
        ("microphone", HEADSET.id, (DESK,), None),
        ("microphone", SYSTEM, (CAMERA,), SYSTEM),
        ("microphone", DESK.id, (DESK, CAMERA), SYSTEM),
        ("speaker", CAMERA.id, (CAMERA,), None),
        ("speaker", DESK.id, (DESK,), DESK.id),
        ("ring", NO_DEVICE, (DESK,), None),
        ("ring", DESK.id, (DESK,), DESK.id),
        ("ring", "p:gone", (DESK,), SYSTEM),
        ("speaker", SYSTEM, (), None),
    ],
)
def test_the_best_device(
    side: str, wanted: str, devices: tuple[Device, ...], best: str | None
) -> None:
    assert choice(side, wanted, *devices).best(0.0) == best


def test_a_device_that_fails_is_tried_again_later_and_later() -> None:
    made = choice("microphone", HEADSET.id, HEADSET, CAMERA)
    made.failed(HEADSET.id, 0.0)
    assert made.best(RETRY_S - 0.1) == SYSTEM
    assert made.best(RETRY_S) == HEADSET.id
    for _ in range(20):
        made.failed(HEADSET.id, 0.0)
    assert made.best(RETRY_LIMIT_S - 0.1) == SYSTEM
    assert made.best(RETRY_LIMIT_S) == HEADSET.id


def test_a_device_that_was_away_gets_a_fresh_try() -> None:
    made = choice("microphone", HEADSET.id, HEADSET, CAMERA)
    made.failed(HEADSET.id, 0.0)
    made.see((CAMERA,))
    made.see((CAMERA, HEADSET))
    assert made.best(0.0) == HEADSET.id


def test_what_is_told() -> None:
    made = choice("microphone", HEADSET.id, CAMERA)
    told = made.told(SYSTEM, 1.0, "gone")
    assert (told.state, told.name, told.wanted) == ("fallback", "Camera", HEADSET.id)
    assert made.told(None, 1.0).state == "none"
    assert made.told(HEADSET.id, 1.0).state == "chosen"


def test_two_devices_of_one_name() -> None:
    assert named([("USB", False), ("USB", True)]) == {"USB": False, "USB (2)": True}
