"""Options that name the way of an operator's voice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, get_args

import click

from ekc_console.wire.voice import VoiceWay

if TYPE_CHECKING:
    from ekc_console.client.voice.voice_way import WayChoice

WAYS: tuple[VoiceWay, ...] = get_args(VoiceWay)
_VARIABLES = {"voice": "EKC_VOICE", "phone": "EKC_PHONE", "pbx": "EKC_PBX"}


def voice_options(*, variables: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """``--voice``, ``--phone``, ``--pbx``, ``--pbx-option``. ``variables``: also from the
    environment, as on a workplace."""

    def variable(name: str) -> str | None:
        return _VARIABLES[name] if variables else None

    def add(function: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(
            (
                click.option(
                    "--voice",
                    type=click.Choice(WAYS),
                    default=None,
                    envvar=variable("voice"),
                    help="Способ голоса: одна линия на смену, линия на каждый вызов, внешний "
                    "телефон или номер на АТС.",
                ),
                click.option(
                    "--phone",
                    default="",
                    metavar="НОМЕР",
                    envvar=variable("phone"),
                    help="Внешний телефон: сервер звонит на него сам, звук в компьютере не нужен.",
                ),
                click.option(
                    "--pbx",
                    default="",
                    metavar="ИМЯ@АТС",
                    envvar=variable("pbx"),
                    help="Учётная запись на АТС, например 1007@pbx.example.ru.",
                ),
                click.option(
                    "--pbx-option",
                    "pbx_options",
                    multiple=True,
                    metavar="ИМЯ=ЗНАЧЕНИЕ",
                    help="server=адрес:порт, number=номер, caller=номер центра, "
                    "transport=udp|tcp|tls, srtp=off|optional|required, "
                    "second=busy|reject|ring|take.",
                ),
            )
        ):
            function = option(function)
        return function

    return add


def chosen_way(
    voice: VoiceWay | None, phone: str, pbx: str, pbx_options: tuple[str, ...]
) -> WayChoice | None:
    """What the present command's options and the environment name. A way on the command line puts
    aside what the environment says of another one. Raises EkcError."""
    from ekc_console.client.voice.voice_way import choose

    if voice and not _from_environment("voice"):
        phone = "" if voice != "phone" and _from_environment("phone") else phone
        pbx = "" if voice != "pbx" and _from_environment("pbx") else pbx
    named = {"voice": voice, "phone": phone, "pbx": pbx}
    reasons = [
        _VARIABLES[name] if _from_environment(name) else f"--{name}"
        for name, value in named.items()
        if value
    ]
    return choose(voice, phone, pbx, pbx_options, ", ".join(reasons) or "--pbx-option")


def _from_environment(name: str) -> bool:
    source = click.get_current_context().get_parameter_source(name)
    return source is click.core.ParameterSource.ENVIRONMENT
