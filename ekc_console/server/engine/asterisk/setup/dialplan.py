"""The dialplan: every call's way to the server, and what holds it while there is none."""

from __future__ import annotations

from pathlib import Path

from ekc_console.server.engine.asterisk.setup.settings import AsteriskSettings, check_path

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
_FOR_NODE = """\
; Контексты ЕКЦ. Подключите в extensions.conf строкой #include и перечитайте: dialplan reload.
; Звонки из города должны приходить в контекст ekc-trunk, телефоны операторов — в ekc-operator
; (их учётные записи сервер создаёт сам: в sorcery.conf, раздел res_pjsip, у endpoint и auth
; нужна и строка «= memory»). В ari.conf, раздел general: channelvars = {variable}; пользователю
; ARI: read_only = no; приложение называется {application}. В manager.conf пользователю AMI:
; read = system,reporting и write = system,call.
; Папка пометок {callers}
; должна быть общей с сервером, а Asterisk и сервер — писать в неё.

"""
CALLERS_CONTEXT = "ekc-in"
CALLERS_PLACE = "come"
ASK_LABEL = "take"
"""Where in it a caller asks for the server."""
_MOMENT = "${STRFTIME(,UTC,%s.%3q)}"
_HOUR = "${STRFTIME(,UTC,%Y%m%d%H)}"
_CALLER = "${URIENCODE(${CALLERID(num):0:64})}"


def dialplan(settings: AsteriskSettings) -> str:
    """``extensions.conf`` of an Asterisk of our own."""
    music = HELD_MUSIC if settings.fallback_prompt is not None else ""
    general = "[general]\nstatic = yes\nwriteprotect = yes\n\n"
    return general + contexts(callers_directory(settings.directory), music)


def dialplan_for_node(callers: Path) -> str:
    """To be included in the ``extensions.conf`` of a node that somebody else runs; ``callers`` is
    where it notes them. Held callers hear the node's own music. Raises EkcError for a directory
    that Asterisk could not read as it is meant."""
    check_path("server.data_dir", callers)
    return _FOR_NODE.format(
        application=APPLICATION, variable=DIALLED_VARIABLE, callers=callers
    ) + contexts(callers, "")


def contexts(callers: Path, held_music: str) -> str:
    """Every caller is noted, then goes to the server; one for whom there is none is held with
    music and asks again every second, so that a restarting server loses nobody. The end is noted
    too: a server that did not see it learns that it was an ordinary one."""
    take = f"Stasis({APPLICATION},in,${{EKC_CALLED}},${{EKC_CAME}})"
    held = ["Set(EKC_HELD=1)", "Answer()", f"StartMusicOnHold({held_music})"]
    called = ("_X!", "_+X!", "_[*#]!", NO_NUMBER)
    came = _noted(callers, "came", "${EKC_CAME}", "${EKC_CALLED}", _CALLER)
    left = _noted(callers, "left", _MOMENT)
    over = _noted(callers, "over", _MOMENT, "${HANGUPCAUSE}")
    return "\n".join(
        [
            f"[{TRUNK_CONTEXT}]",
            *(
                f"exten = {pattern},1,Set(EKC_CALLED=${{FILTER(+*#0-9,${{EXTEN}})}})\n"
                f" same = n,Goto({CALLERS_CONTEXT},{CALLERS_PLACE},1)"
                for pattern in called
            ),
            "",
            f"[{CALLERS_CONTEXT}]",
            f"exten = {CALLERS_PLACE},1,Set(EKC_CAME={_MOMENT})",
            f" same = n,{came}",
            f" same = n({ASK_LABEL}),{take}",
            ' same = n,GotoIf($["${STASISSTATUS}"="FAILED"]?held)',
            " same = n,Hangup()",
            ' same = n(held),GotoIf($["${EKC_HELD}"="1"]?wait)',
            *(f" same = n,{step}" for step in held),
            f" same = n(wait),Wait({HELD_RETRY_S})",
            f" same = n,Goto({ASK_LABEL})",
            'exten = h,1,GotoIf($["${EKC_HELD}${STASISSTATUS}"="1FAILED"]?left)',
            f" same = n,{over}",
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


def _noted(callers: Path, what: str, *fields: str) -> str:
    """Append a line about the caller to the notes of this hour (read by ``notes``).

    A caller's name and number are a stranger's text: encoded, they hold no comma and no line end.
    """
    file = f"{callers}/{_HOUR}"
    return f"Set(FILE({file},,,al,u)={','.join((what, '${UNIQUEID}', *fields))})"


def callers_directory(engine: Path) -> Path:
    """Where the dialplan notes every caller; ``engine``: the engine's own directory."""
    return engine / "callers"
