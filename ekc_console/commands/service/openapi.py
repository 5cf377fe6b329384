"""``ekc server openapi``: the description of the API for other programs."""

from __future__ import annotations

import sys

import click


@click.command("openapi")
def command() -> None:
    """Напечатать описание API (OpenAPI 3.1, JSON); то же отдаёт /api/openapi.json.

    \b
    ekc server openapi > ekc-openapi.json
    """
    import msgspec

    from ekc_console.server.resources.openapi import encoded

    sys.stdout.buffer.write(msgspec.json.format(encoded(), indent=2) + b"\n")
    sys.stdout.buffer.flush()
