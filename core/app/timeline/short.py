"""Versions as people can compare them: those of Exchange are long and differ at their end."""

from datetime import tzinfo

from core.domain.stamps import moment_of

MOST = 10
"""Characters of an opaque version that are shown; all of them are in the JSON."""


def short_version(version: str, zone: tzinfo) -> str:
    """Return a stamp as the time of its day, of an opaque version the end."""
    moment = moment_of(version)
    if moment is not None:
        return f"{moment.astimezone(zone):%H:%M:%S.%f}"[:-3]
    bare = version.rstrip('"')
    return bare if len(bare) <= MOST else f"\u2026{bare[-MOST:]}"
