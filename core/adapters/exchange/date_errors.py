"""What Exchange refuses of single dates, and of nothing else."""

from core.errors import InvalidPayloadError


class BoundaryCrossedError(InvalidPayloadError):
    """A date of a series would pass the one before or after it; the caller knows which."""


class NoDateLeftError(InvalidPayloadError):
    """A series would have no date any more: Exchange keeps the last one."""
