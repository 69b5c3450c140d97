"""Instants and wall-clock times as Graph writes and reads them (graph-calendar 3.1, 10)."""

from datetime import UTC, datetime
from typing import Any

from devstack.exchange.graph.errors import invalid_property, invalid_request, unreadable_body
from devstack.exchange.graph.prefer import zone_of
from devstack.exchange.model.values import ZonedTime
from devstack.exchange.model.zones import LEGACY_CUSTOM, STORED_IN_UTC, UTC_LABEL, Zone, zone

NO_TIME = "0001-01-01T00:00:00Z"


def instant_text(moment: datetime | None) -> str:
    """Write an instant: UTC, `Z`, seven fractional digits."""
    if moment is None:
        return NO_TIME
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def wall_text(time: ZonedTime, shown_in: Zone) -> dict[str, str]:
    """Write a dateTimeTimeZone: seven fractional digits, no offset, in the zone asked for."""
    wall = time.instant.astimezone(shown_in.info)
    return {"dateTime": f"{wall:%Y-%m-%dT%H:%M:%S.%f}0", "timeZone": shown_in.name}


def read_wall(value: Any, name: str) -> ZonedTime:  # noqa: ANN401 - JSON
    """Read a dateTimeTimeZone; a missing zone is UTC, a time with an offset keeps its instant."""
    if not isinstance(value, dict) or not isinstance(value.get("dateTime"), str):
        raise unreadable_body(f"'{name}' must be an object with 'dateTime' and 'timeZone'.")
    unknown = set(value) - {"dateTime", "timeZone", "@odata.type"}
    if unknown:
        raise unreadable_body(
            f"The property '{min(unknown)}' does not exist on type"
            " 'microsoft.graph.dateTimeTimeZone'."
        )
    where = zone_of(value.get("timeZone") or UTC_LABEL)
    try:
        moment = datetime.fromisoformat(_six_digits(value["dateTime"]))
    except ValueError as error:
        raise invalid_property(
            f"'{name}': '{value['dateTime']}' is not a valid date and time."
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=where.info)
    return ZonedTime(moment.astimezone(UTC), where)


def read_instant(text: str | None, name: str) -> datetime:
    """Read an instant of a query or a body; without an offset it is UTC."""
    if not text:
        raise invalid_request(f"This request requires a time in '{name}'.")
    try:
        moment = datetime.fromisoformat(_six_digits(text))
    except ValueError as error:
        raise invalid_request(f"The value '{text}' of '{name}' is not a valid time.") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def stored_zone(name: str, mailbox_zone: str) -> Zone:
    """Return the zone of a stored `originalStartTimeZone`, legacy names included."""
    if name == STORED_IN_UTC:
        return Zone(name, "UTC")
    if name == LEGACY_CUSTOM:
        return Zone(name, mailbox_zone)
    return zone(name)


def _six_digits(text: str) -> str:
    """Cut a seventh fractional digit, which Python does not read."""
    head, dot, rest = text.partition(".")
    if not dot:
        return text
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return f"{head}.{digits[:6]}{rest[len(digits) :]}"
