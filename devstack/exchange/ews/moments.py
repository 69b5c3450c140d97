"""Times as callers of EWS write them."""

from datetime import UTC, datetime

from devstack.exchange.ews.errors import EwsError
from devstack.exchange.model import zones


def read_moment(text: str, zone: zones.Zone) -> datetime:
    """Read an xs:dateTime; without an offset it is in `zone`."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise EwsError("ErrorInvalidValueForProperty", f"'{text}' is not a time.") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone.info)
    return moment.astimezone(UTC)


def read_zone(name: str) -> zones.Zone:
    """Return the zone of a Windows name; IANA names are unknown to a server on premises."""
    if not zones.is_windows_name(name):
        raise EwsError("ErrorTimeZone", f"The time zone '{name}' is not known.")
    return zones.zone(name)
