"""The dialplan: every call's way to the server, and what holds it while there is none."""

from __future__ import annotations

from pathlib import Path

from ekc_console.server.engine.asterisk.settings import AsteriskSettings

APPLICATION = "ekc"
"""Name of our ARI application and of its user in ARI and AMI."""
DIALLED_VARIABLE = "EKC_DIALLED"
"""Channel variable of a call out: the number. Asterisk shows it with every channel."""
TRUNK_CONTEXT = "ekc-trunk"
OPERATOR_CONTEXT = "ekc-operator"
SECURE_OPERATOR_CONTEXT = "ekc-operator-tls"
"""Of an account that must call in over TLS."""
HELD_RETRY_S = 1
_REJECTED = 21  # Q.850; 403 on the wire
NO_NUMBER = "s"
"""What a provider calls us by when the name that we register under is no number."""
HELD_MUSIC = "held"
_MOMENT = "${STRFTIME(,UTC,%s.%3q)}"
_HOUR = "${STRFTIME(,UTC,%Y%m%d%H)}"
_CALLER = "${URIENCODE(${CALLERID(num):0:64})}"


def dialplan(settings: AsteriskSettings) -> str:
    """Every caller is noted, then goes to the server; one for whom there is none is held with
    music and asks again every second, so that a restarting server loses nobody."""
    take = f"Stasis({APPLICATION},in,${{EKC_CALLED}},${{EKC_CAME}})"
    music = HELD_MUSIC if settings.fallback_prompt is not None else ""
    held = ["Set(EKC_HELD=1)", "Answer()", f"StartMusicOnHold({music})"]
    called = ("_X!", "_+X!", "_[*#]!", NO_NUMBER)
    came = _noted(settings, "came", "${EKC_CAME}", "${EKC_CALLED}", _CALLER)
    left = _noted(settings, "left", _MOMENT)
    return "\n".join(
        [
            "[general]",
            "static = yes",
            "writeprotect = yes",
            "",
            f"[{TRUNK_CONTEXT}]",
            *(
                f"exten = {pattern},1,Set(EKC_CALLED=${{FILTER(+*#0-9,${{EXTEN}})}})\n"
                " same = n,Goto(ekc-in,come,1)"
                for pattern in called
            ),
            "",
            "[ekc-in]",
            f"exten = come,1,Set(EKC_CAME={_MOMENT})",
            f" same = n,{came}",
            f" same = n(take),{take}",
            ' same = n,GotoIf($["${STASISSTATUS}"="FAILED"]?held)',
            " same = n,Hangup()",
            ' same = n(held),GotoIf($["${EKC_HELD}"="1"]?wait)',
            *(f" same = n,{step}" for step in held),
            f" same = n(wait),Wait({HELD_RETRY_S})",
            " same = n,Goto(take)",
            'exten = h,1,GotoIf($["${EKC_HELD}${STASISSTATUS}"="1FAILED"]?left)',
            " same = n,Hangup()",
            f" same = n(left),{left}",
            "",
            f"[{OPERATOR_CONTEXT}]",
            f"exten = standing,1,Stasis({APPLICATION},standing,${{CHANNEL(endpoint)}})",
            " same = n,Hangup()",
            "exten = echo,1,Answer()",
            " same = n,Echo()",
            " same = n,Hangup()",
            "",
            f"[{SECURE_OPERATOR_CONTEXT}]",
            *(
                f'exten = {name},1,GotoIf($["${{CHANNEL(pjsip,secure)}}"="1"]'
                f"?{OPERATOR_CONTEXT},{name},1)\n"
                f" same = n,Hangup({_REJECTED})"
                for name in ("standing", "echo")
            ),
            "",
        ]
    )


def _noted(settings: AsteriskSettings, what: str, *fields: str) -> str:
    """Append a line about the caller to the notes of this hour (read by ``notes``).

    A caller's name and number are a stranger's text: encoded, they hold no comma and no line end.
    """
    file = f"{callers_directory(settings)}/{_HOUR}"
    return f"Set(FILE({file},,,al,u)={','.join((what, '${UNIQUEID}', *fields))})"


def callers_directory(settings: AsteriskSettings) -> Path:
    """Where the dialplan notes every caller."""
    return settings.directory / "callers"
