"""Reads the compound members of an event's body: body, locations, attendees."""

from typing import Any

from devstack.exchange.graph.errors import unreadable_body
from devstack.exchange.model import bodies
from devstack.exchange.model.values import Address, Attendee, AttendeeKind, Location

type Json = dict[str, Any]

LOCATION_TYPES = frozenset(
    [
        "default",
        "conferenceRoom",
        "homeAddress",
        "businessAddress",
        "geoCoordinates",
        "streetAddress",
        "hotel",
        "restaurant",
        "localBusiness",
        "postalAddress",
    ]
)
UNIQUE_ID_TYPES = frozenset(["unknown", "locationStore", "directory", "private", "bing"])
_LOCATION_MEMBERS = {
    "displayName": "display_name",
    "locationType": "kind",
    "locationUri": "uri",
    "locationEmailAddress": "email",
    "uniqueId": "unique_id",
    "uniqueIdType": "unique_id_kind",
}


def read_body(value: Any, name: str) -> str:  # noqa: ANN401 - JSON
    """Return the body as Exchange keeps it."""
    if value is None:
        return bodies.EMPTY_BODY
    content = members(value, name, {"contentType", "content"})
    text = _string(content.get("content"), f"{name}.content")
    kind = _string(content.get("contentType"), f"{name}.contentType").lower() or "text"
    if kind not in ("text", "html"):
        raise unreadable_body(f"'{name}.contentType': requested value '{kind}' was not found.")
    return bodies.from_html(text) if kind == "html" else bodies.from_text(text)


def read_location(value: Any) -> tuple[Location, ...]:  # noqa: ANN401 - JSON
    """Return what a single `location` makes of all locations: it replaces them."""
    if value is None:
        return ()
    place = _location(value, "location")
    return () if place == Location() else (place,)


def read_locations(value: Any, name: str) -> tuple[Location, ...]:  # noqa: ANN401 - JSON
    if not isinstance(value, list):
        raise unreadable_body(f"'{name}' must be a collection.")
    return tuple(_location(entry, name) for entry in value)


def read_attendees(value: Any, name: str) -> tuple[Attendee, ...]:  # noqa: ANN401 - JSON
    """Return the attendees; their status is not for a writer to say."""
    if not isinstance(value, list):
        raise unreadable_body(f"'{name}' must be a collection.")
    found: dict[str, Attendee] = {}
    for entry in value:
        attendee = _attendee(entry, name)
        found.setdefault(attendee.address.mail.lower() or attendee.address.name, attendee)
    return tuple(found.values())


def members(value: Any, name: str, known: set[str]) -> Json:  # noqa: ANN401 - JSON
    """Return an object's members without annotations; unknown ones are refused."""
    if not isinstance(value, dict):
        raise unreadable_body(f"'{name}' must be an object.")
    content = {k: v for k, v in value.items() if "@" not in k}
    unknown = set(content) - known
    if unknown:
        raise unreadable_body(f"The property '{min(unknown)}' does not exist on '{name}'.")
    return content


def _attendee(entry: Any, name: str) -> Attendee:  # noqa: ANN401 - JSON
    content = members(entry, name, {"type", "status", "emailAddress", "proposedNewTime"})
    person = members(content.get("emailAddress"), f"{name}.emailAddress", {"name", "address"})
    mail = _string(person.get("address"), f"{name}.emailAddress.address").strip()
    kind = _string(content.get("type"), f"{name}.type") or "required"
    if kind not in AttendeeKind:
        raise unreadable_body(f"'{name}.type': requested value '{kind}' was not found.")
    label = _string(person.get("name"), f"{name}.emailAddress.name") or mail
    return Attendee(Address(label, mail), AttendeeKind(kind))


def _location(entry: Any, name: str) -> Location:  # noqa: ANN401 - JSON
    content = members(entry, name, {*_LOCATION_MEMBERS, "address", "coordinates"})
    texts = {
        attribute: _string(content[member], f"{name}.{member}")
        for member, attribute in _LOCATION_MEMBERS.items()
        if content.get(member) is not None
    }
    if texts.get("kind", "default") not in LOCATION_TYPES:
        raise unreadable_body(f"'{name}.locationType': '{texts['kind']}' was not found.")
    if texts.get("unique_id_kind", "unknown") not in UNIQUE_ID_TYPES:
        raise unreadable_body(f"'{name}.uniqueIdType': '{texts['unique_id_kind']}' was not found.")
    if texts.get("display_name") and not texts.get("unique_id"):
        # Free text gets an id of its own kind (graph-calendar 3.1).
        texts |= {"unique_id": texts["display_name"], "unique_id_kind": "private"}
    street = members(
        content.get("address") or {},
        f"{name}.address",
        {"street", "city", "state", "countryOrRegion", "postalCode"},
    )
    point = members(
        content.get("coordinates") or {},
        f"{name}.coordinates",
        {"latitude", "longitude", "altitude", "accuracy", "altitudeAccuracy"},
    )
    return Location(
        **texts,
        street_address={k: str(v) for k, v in street.items() if v is not None},
        coordinates={k: float(v) for k, v in point.items() if v is not None},
    )


def _string(value: Any, name: str) -> str:  # noqa: ANN401 - JSON
    if value is None:
        return ""
    if not isinstance(value, str):
        raise unreadable_body(f"'{name}' must be a string.")
    return value
