"""Plain domain values for tests of the planner: say only what matters, the rest is ordinary."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.domain.booking import Booking, BookingStatus, Participant
from core.domain.directory import (
    Directory,
    Environment,
    SyncedPerson,
    SyncedResource,
    SyncMode,
    directory,
)
from core.domain.event import AttendeeRole, Event, EventKind, EventPlace, Invitee
from core.domain.ids import (
    BookingId,
    EnvironmentId,
    EventId,
    EventVersion,
    ICalUid,
    MappingId,
    PersonId,
    ResourceId,
    person_mailbox,
)
from core.domain.interval import Interval
from core.domain.mapping import Baseline, BookingLink, EventLink, Mapping, MappingState
from core.domain.policies import Policies
from core.sync.context import Context
from core.sync.fingerprint import HashKeys, fingerprint
from core.sync.observed import Observed
from core.sync.translate import meeting_of_booking, meeting_of_event

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
CONTOSO = EnvironmentId("contoso")
KEYS = HashKeys(current="1", secrets={"1": b"a key for tests only"})
LINK = MappingId("11111111-2222-3333-4444-555555555555")

ANNA, MARC, LEA = PersonId(11), PersonId(12), PersonId(13)
SAENTIS, PILATUS, RIGI, ONLINE, DESK = (ResourceId(n) for n in (101, 102, 103, 190, 191))


def a_person(number: PersonId, name: str, **facts) -> SyncedPerson:
    address = f"{name.split(maxsplit=1)[0].lower()}@contoso.example"
    defaults = {"time_zone": "Europe/Zurich", "environment": CONTOSO}
    return SyncedPerson(id=number, name=name, address=address, **{**defaults, **facts})


def a_resource(number: ResourceId, name: str, **facts) -> SyncedResource:
    address = f"{name.lower()}@contoso.example"
    defaults = {
        "address": address,
        "external_identifier": address,
        "type": "Raum",
        "time_zone": "Europe/Zurich",
        "environment": CONTOSO,
    }
    return SyncedResource(id=number, name=name, **{**defaults, **facts})


PEOPLE = (a_person(ANNA, "Anna Meier"), a_person(MARC, "Marc Weber"), a_person(LEA, "Lea Frei"))
RESOURCES = (
    a_resource(SAENTIS, "Saentis"),
    a_resource(PILATUS, "Pilatus"),
    a_resource(RIGI, "Rigi"),
    a_resource(ONLINE, "Online", is_online=True, address="", external_identifier=""),
    a_resource(
        DESK, "Desk", type="Arbeitsplatz", mode=SyncMode.NONE, address="", external_identifier=""
    ),
)


def a_directory(
    *,
    persons=(),
    resources=(),
    locations=(),
    policies: Policies | None = None,
    enabled: bool = True,
) -> Directory:
    """The ordinary company; `persons` and `resources` replace those with the same id."""
    people = {p.id: p for p in (*PEOPLE, *persons)}
    things = {r.id: r for r in (*RESOURCES, *resources)}
    return directory(
        global_sync_enabled=enabled,
        policies=policies or Policies(),
        environments=[Environment(id=CONTOSO, kind="graph", domains=("contoso.example",))],
        persons=people.values(),
        resources=things.values(),
        locations=locations,
    )


def a_context(**facts) -> Context:
    company = facts.pop("directory", None) or a_directory(**facts)
    return Context(directory=company, keys=KEYS, now=NOW)


def hours(start: float, end: float) -> Interval:
    """A span on the next day, in hours after midnight UTC."""
    day = NOW.replace(hour=0) + timedelta(days=1)
    return Interval(day + timedelta(hours=start), day + timedelta(hours=end))


def room(name: str = "saentis") -> Invitee:
    return Invitee(f"{name}@contoso.example", name.title(), AttendeeRole.RESOURCE)


def guest(address: str, role: AttendeeRole = AttendeeRole.REQUIRED) -> Invitee:
    return Invitee(address, address.split("@", maxsplit=1)[0].title(), role)


def an_event(**facts) -> Event:
    defaults = {
        "place": EventPlace(CONTOSO, person_mailbox(ANNA)),
        "event_id": EventId("event-1"),
        "version": EventVersion("v1"),
        "ical_uid": ICalUid("ical-1"),
        "kind": EventKind.SINGLE_INSTANCE,
        "is_organizer": True,
        "organizer_address": "anna@contoso.example",
        "subject": "Planung",
        "time": hours(9, 10),
        "invitees": (room(),),
        "appointment_oid": LINK,
    }
    return Event(**{**defaults, **facts})


def a_booking(**facts) -> Booking:
    defaults = {
        "mandator": "Default",
        "booking_id": BookingId(1001),
        "resource": SAENTIS,
        "title": "Planung",
        "time": hours(9, 10),
        "status": BookingStatus.DEFINITIVE,
        "organizer": ANNA,
        "organizer_address": "anna@contoso.example",
        "appointment_oid": LINK,
        "modified_on": "s1",
    }
    return Booking(**{**defaults, **facts})


def a_participant(address: str, person: PersonId | None = None) -> Participant:
    return Participant(address, address.split("@", maxsplit=1)[0].title(), person)


def a_link(event: Event | None, booking: Booking | None, **facts) -> Mapping:
    """A link on which both sides, as given, have agreed."""
    context = a_context()
    baseline = None
    if event is not None and booking is not None:
        baseline = Baseline(
            key_version="1",
            exchange=fingerprint(meeting_of_event(event, context.directory), KEYS),
            rooms=fingerprint(meeting_of_booking(booking, context.directory), KEYS),
        )
    defaults = {
        "id": LINK,
        "state": MappingState.LINKED,
        "home": EventPlace(CONTOSO, person_mailbox(ANNA)) if event is None else event.place,
        "mandator": "Default",
        "event": None
        if event is None
        else EventLink(event_id=event.event_id, ical_uid=event.ical_uid),
        "bookings": ()
        if booking is None
        else (BookingLink(booking_id=booking.booking_id, resource=booking.resource),),
        "time": (booking or event).time if booking or event else None,
        "baseline": baseline,
        "version": "etag-1",
    }
    return Mapping(**{**defaults, **facts})


def a_new_link(**facts) -> Mapping:
    """A link that is not stored yet."""
    defaults = {"state": MappingState.CREATING, "version": None}
    return a_link(None, None, **{**defaults, **facts})


def a_pair(event: Event | None = None, booking: Booking | None = None, **facts) -> Observed:
    """A linked pair in which `event` or `booking` differ from what was agreed on.

    What was agreed on is the ordinary event and booking, or `agreed_event`, `agreed_booking`.
    """
    agreed_event = facts.pop("agreed_event", an_event())
    agreed_booking = facts.pop("agreed_booking", a_booking())
    link = facts.pop("mapping", None) or a_link(agreed_event, agreed_booking)
    return Observed(
        mapping=link,
        event=event or agreed_event,
        bookings=(booking or agreed_booking,),
        refusals=link.refusals,
        **facts,
    )


def changed(thing, **facts):
    """The same event or booking with other facts."""
    return replace(thing, **facts)
