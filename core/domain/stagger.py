"""Spreads what would otherwise happen for all mailboxes in the same minute."""

import hashlib

_STEPS = 2**32


def share(name: str) -> float:
    """Return a number from 0 up to 1 that is always the same for a name, and even over many."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:4], "big") / _STEPS
