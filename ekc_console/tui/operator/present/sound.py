"""The sound screen as rows and meters. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from textual.content import Content

from ekc_console.client.voice.sound import NAMES, device_name
from ekc_console.i18n import N_, _
from ekc_console.tui.shared.widgets.choices import Choice
from ekc_console.tui.shared.widgets.line_table import Column, Row
from sip.link.protocol import NO_DEVICE, SYSTEM, Device, Levels, Side

if TYPE_CHECKING:
    from ekc_console.client.finding import Finding
    from ekc_console.client.voice.quality import LineQuality
    from ekc_console.client.voice.sound import EchoState, SoundDesk

SIDES: tuple[Side, ...] = ("microphone", "speaker", "ring")
METER_CELLS = 30
METER_FLOOR_DBFS = -60.0
LOW_DBFS, HIGH_DBFS = -40.0, -6.0
"""A voice below is hardly heard, above is distorted."""
_ECHO = {
    "off": N_("Enter — измерить связь и услышать себя"),
    "measuring": N_("измеряю: пять секунд, слышны щелчки"),
    "hearing": N_("вы слышите себя через сервер; Enter — хватит"),
    "failed": N_("Enter — ещё раз"),
}
_MARKS = {
    "ok": ("✓", "$text-success"),
    "warning": ("!", "$text-warning"),
    "fault": ("✗", "$text-error"),
}


def columns() -> tuple[Column, ...]:
    return (Column("", 24), Column("", 0))


def rows(sound: SoundDesk) -> list[Row]:
    devices = [Row(side, (_(NAMES[side]), _in_use(sound, side))) for side in SIDES]
    volumes = [
        Row(
            f"{side}_volume",
            (_("  громкость"), _volume(sound, side)),
        )
        for side in SIDES
    ]
    paired = [row for pair in zip(devices, volumes, strict=True) for row in pair]
    hearing = _("Enter — хватит") if sound.hearing_yourself else _("Enter — говорите в микрофон")
    return [
        *paired,
        Row("tone", (_("Проверка наушников"), _("Enter — гудок одну секунду"))),
        Row("ring_once", (_("Проверка звонка"), _("Enter — один звонок"))),
        Row("hear", (_("Услышать себя"), hearing)),
        Row("echo", (_("Проверка через сервер"), _(_ECHO[sound.echo.state]))),
    ]


def _in_use(sound: SoundDesk, side: Side) -> str:
    state, wanted = sound.states.get(side), sound.setup.device(side)
    if wanted == NO_DEVICE:
        return _("не звонить")
    if state is None or state.wanted != wanted:
        return _wanted(wanted) + "   …"
    if state.state == "none":
        return _("нет устройства") + ("" if wanted == SYSTEM else f" ({device_name(wanted)})")
    if state.state == "fallback":
        return _("{name} (вместо «{wanted}»)").format(
            name=state.name or _("как в системе"), wanted=device_name(wanted)
        )
    if wanted == SYSTEM:
        return _("как в системе") + (f": {state.name}" if state.name else "")
    return state.name or device_name(wanted)


def _wanted(device: str) -> str:
    return _("как в системе") if device == SYSTEM else device_name(device)


def _volume(sound: SoundDesk, side: Side) -> str:
    return _("◂ {percent} % ▸").format(percent=round(sound.setup.volume(side) * 100))


def choices(devices: Sequence[Device], side: Side, wanted: str) -> list[Choice]:
    """The devices that can serve a side, and the one that is wanted though it is away."""
    found = [
        (device.id, device.name)
        for device in devices
        if (device.inputs if side == "microphone" else device.outputs)
    ]
    special = [(NO_DEVICE, _("не звонить"))] if side == "ring" else []
    known = [*special, (SYSTEM, _("как в системе")), *found]
    if wanted not in dict(known):
        known.append((wanted, _("{name} (не подключено)").format(name=device_name(wanted))))
    return [
        Choice(value, label, str(index) if index < 10 else "", value == wanted)
        for index, (value, label) in enumerate(known, start=1)
    ]


def echo(state: EchoState, quality: LineQuality | None = None) -> Content:
    """What the test through the server found: what is bad with its remedy, the worst first; what
    is good in one line. ``quality``: of the talk that is on."""
    if quality is not None:
        mark, style = _MARKS["warning" if quality.bad else "ok"]
        return Content.assemble((f"{mark} ", style), f"{quality.words}: {quality.figures}")
    if state.fault is not None:
        mark, style = _MARKS["fault"]
        first = Content.assemble((f"{mark} ", style), state.fault.message)
        return Content("\n").join([first, Content(f"  {state.fault.remedy}".rstrip())])
    good = [_short(f) for f in state.findings if f.state == "ok"]
    bad = [f for f in state.findings if f.state != "ok"]
    lines = []
    for finding in sorted(bad, key=lambda f: f.state == "warning"):
        mark, style = _MARKS[finding.state]
        text = f"{finding.title}: {finding.found}. {finding.remedy}"
        lines.append(Content.assemble((f"{mark} ", style), text))
    if good:
        mark, style = _MARKS["ok"]
        lines.append(Content.assemble((f"{mark} ", style), " · ".join(good)))
    return Content("\n").join(lines)


def hint(*, more: bool) -> Content:
    """``more``: the findings have no room and are scrolled."""
    if more:
        return Content.styled(_("PgDn — читать дальше, PgUp — назад"), "bold")
    return Content(_("Enter — выбрать, ◂ ▸ — громкость. Выбор запоминается."))


def _short(finding: Finding) -> str:
    if finding.check == "voice.codec":
        return finding.found
    return f"{finding.title.lower()} {finding.found}"


def meters(levels: Levels | None, width: int) -> Content:
    cells = max(10, min(METER_CELLS, width - 40))
    microphone = levels.microphone_dbfs if levels else None
    speaker = levels.speaker_dbfs if levels else None
    return Content("\n").join(
        [
            _meter("microphone", microphone, cells, judged=True),
            _meter("speaker", speaker, cells, judged=False),
        ]
    )


def _meter(
    side: Literal["microphone", "speaker"], level: float | None, cells: int, *, judged: bool
) -> Content:
    name = f"{_(NAMES[side]):<12}"
    if level is None:
        return Content.assemble(name, ("░" * cells, "$muted"), "  —")
    share = (max(level, METER_FLOOR_DBFS) - METER_FLOOR_DBFS) / -METER_FLOOR_DBFS
    full = min(cells, round(share * cells))
    word = _verdict(level) if judged else ""
    decibels = _("дБ")
    said = f"{round(level):>4} {decibels}" if level > METER_FLOOR_DBFS else _("тихо")
    return Content.assemble(
        name,
        ("█" * full, "$text-success"),
        ("░" * (cells - full), "$muted"),
        f"  {said}  ",
        word,
    )


def _verdict(level: float) -> str:
    if level <= METER_FLOOR_DBFS:
        return ""
    if level < LOW_DBFS:
        return _("еле слышно: говорите ближе или прибавьте громкость")
    return _("слишком громко: убавьте") if level > HIGH_DBFS else _("хорошо слышно")
