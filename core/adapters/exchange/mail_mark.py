"""The mark by which a mail of ours is found again."""

from hashlib import sha256

MARK_HEADER = "x-room-sync-notice"
"""Carries the notice's id. Exchange keeps such headers as properties, their names in lower case."""


def mark_of(notice_id: str) -> str:
    """Return the mark of a notice: plain characters only, always of the same length."""
    return sha256(notice_id.encode()).hexdigest()[:40]
