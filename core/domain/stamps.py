"""ROOMS' change stamps in one form, so that two mentions of one change compare equal."""

from datetime import UTC, datetime


def change_stamp(modified_on: str) -> str:
    """Return a stamp whose order as text is the order in time; what is no time stays as it is.

    .NET trims zeros of the fraction and may leave the zone out: neither makes another version.
    """
    try:
        moment = datetime.fromisoformat(modified_on)
    except ValueError:
        return modified_on
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"
