"""The page for a television: one file that asks nobody but this server for anything."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from importlib.resources import files

from aiohttp import web

_INLINE = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)


@functools.cache
def _page() -> tuple[bytes, str]:
    """The file, and what a browser may do with it: run and paint what is in it, ask this server,
    nothing else."""
    text = (files(__package__) / "board.html").read_text(encoding="utf-8")
    hashes: dict[str, str] = {kind: _hash(body) for kind, body in _INLINE.findall(text)}
    policy = (
        f"default-src 'none'; script-src {hashes['script']}; style-src {hashes['style']}; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    return text.encode(), policy


def _hash(body: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()}'"


def page() -> web.Response:
    body, policy = _page()
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-cache",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=body, content_type="text/html", charset="utf-8", headers=headers)
