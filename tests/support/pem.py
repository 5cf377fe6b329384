"""What a PEM file wraps, and back."""

from __future__ import annotations

import base64


def body_of(data: bytes) -> tuple[str, bytes]:
    """Label and body of the first thing in the file."""
    head, *lines = data.decode().splitlines()
    end = next(number for number, line in enumerate(lines) if line.startswith("-----"))
    return head.removeprefix("-----BEGIN ").removesuffix("-----"), base64.b64decode(
        "".join(lines[:end])
    )


def wrapped(label: str, body: bytes) -> bytes:
    text = base64.encodebytes(body).decode()
    return f"-----BEGIN {label}-----\n{text}-----END {label}-----\n".encode()
