"""ROOMS' change stamps in one form, so that two mentions of one change compare equal."""

from datetime import UTC, datetime


def change_stamp(modified_on: str) -> str:
    """Return a stamp whose order as text is the order in time; what is no time stays as it is.

    .NET trims zeros of the fraction and may leave the zone out: neither makes another version.
    """
    moment = moment_of(modified_on)
    if moment is None:
        return modified_on
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def moment_of(stamp: str) -> datetime | None:
    """Return the moment that a stamp means, None when it is no time.

    .NET writes "never" as the first day of year 1, which in most zones is before all of time.
    """
    try:
        moment = datetime.fromisoformat(stamp)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
