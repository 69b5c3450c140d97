"""Which version of a message this app reads; a later one waits for the app that sent it."""

import json

from core.errors import LaterFormError

NEWEST = 1


def require_known(body: bytes | str, queue: str) -> None:
    """Raise LaterFormError for a message of a later version; garbage is none."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return
    version = content.get("v") if isinstance(content, dict) else None
    if isinstance(version, int) and version > NEWEST:
        raise LaterFormError(
            f"{queue}: a message of version {version}, this app reads {NEWEST}: it waits for the"
            " version that sent it"
        )
