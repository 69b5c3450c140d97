"""Events and bookings as the simulators hold them, in the short names of the company."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.kit.company import Company
from tests.kit.moments import Slot

LINK_NAME = "AppointmentOid"
PRIVATE = ("private", "confidential")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One copy of an event; `rooms` are the company's resources among the attendees.

    A date of a series names its `master_id` and its `original_start`, wherever it was moved.
    """

    mailbox: str
    event_id: str
    ical_uid: str
    subject: str
    slot: Slot
    organizer: str
    is_organizer: bool
    rooms: tuple[str, ...]
    attendees: tuple[str, ...]
    answers: dict[str, str]
    location: str
    locations: tuple[str, ...]
    private: bool
    show_as: str
    reminder: int | None
    oid: str | None
    buffer_of: str | None
    body: str
    kind: str
    is_deleted: bool
    is_cancelled: bool
    is_all_day: bool
    etag: str
    roles: dict[str, str]
    recurrence: dict[str, Any] | None = None
    master_id: str | None = None
    original_start: datetime | None = None

    @property
    def is_alive(self) -> bool:
        return not self.is_deleted and not self.is_cancelled

    @property
    def is_series(self) -> bool:
        return self.kind == "seriesMaster"

    @property
    def is_date(self) -> bool:
        """Whether it is one date of a series, changed or not."""
        return self.kind in ("occurrence", "exception")


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingView:
    """One booking; participants without an address are listed by their name.

    `series` is the number of the series of ROOMS that it is an item of.
    """

    booking_id: int
    title: str
    slot: Slot
    resource: str
    organizer: str
    participants: tuple[str, ...]
    private: bool
    status: str
    cancelled: bool
    oid: str | None
    fields: dict[str, Any]
    is_internal: bool
    is_lesson: bool
    lead_minutes: float
    series: int | None = None

    @property
    def is_alive(self) -> bool:
        return not self.cancelled and not self.is_internal

    @property
    def is_promise(self) -> bool:
        """Whether it is more than a block while somebody is still booking (R-107)."""
        return self.is_alive and self.status != "Besetzt (System)"


def event_view(
    mailbox: str, shown: dict[str, Any], company: Company, *, master_id: str | None = None
) -> EventView:
    """Return an event of the Exchange simulator's `state`; a date of a series with its master's."""
    people = {
        company.name_of(line["emailAddress"].get("address") or ""): line
        for line in shown["attendees"]
    }
    rooms = tuple(n for n in people if n in company.resources)
    link = _link(shown)
    is_buffer = link is not None and ":" in link
    return EventView(
        mailbox=mailbox,
        event_id=shown["immutableId"],
        ical_uid=shown["iCalUId"],
        subject=shown["subject"],
        slot=Slot(_wall(shown["start"]), _wall(shown["end"])),
        organizer=company.name_of(shown["organizer"]["emailAddress"]["address"]),
        is_organizer=shown["isOrganizer"],
        rooms=rooms,
        attendees=tuple(sorted(n for n in people if n not in rooms)),
        answers={n: line["status"]["response"] for n, line in people.items()},
        roles={n: line["type"] for n, line in people.items()},
        location=shown["location"]["displayName"],
        locations=tuple(place["displayName"] for place in shown["locations"]),
        private=shown["sensitivity"] in PRIVATE,
        show_as=shown["showAs"],
        reminder=shown["reminderMinutesBeforeStart"] if shown["isReminderOn"] else None,
        oid=None if is_buffer else link,
        buffer_of=link if is_buffer else None,
        body=shown["body"]["content"],
        kind=shown["type"],
        is_deleted=shown["isDeleted"],
        is_cancelled=shown["isCancelled"],
        is_all_day=shown["isAllDay"],
        etag=shown["@odata.etag"],
        recurrence=shown["recurrence"],
        master_id=master_id,
        original_start=_moment(shown["originalStart"]) if shown.get("originalStart") else None,
    )


def booking_view(shown: dict[str, Any], company: Company) -> BookingView:
    """Return a booking of the ROOMS simulator's `state`."""
    begin, lead = _moment(shown["begin"]), _moment(shown["beginPreparation"])
    return BookingView(
        booking_id=shown["id"],
        title=shown["title"],
        slot=Slot(begin, _moment(shown["end"])),
        resource=company.resource_named(shown["ressourceId"]),
        organizer=company.person_named(shown["organizerId"]),
        participants=tuple(
            sorted(
                company.name_of(p["eMail"]) if p["eMail"] else p["name"]
                for p in shown["participantDtoList"]
            )
        ),
        private=shown["istPrivat"],
        status=shown["status"],
        cancelled=shown["cancelled"],
        oid=shown["syncAppointmentOid"],
        fields=shown["fieldValues"],
        is_internal=shown["systemResource"],
        is_lesson=shown["lessonId"] is not None,
        lead_minutes=(begin - lead).total_seconds() / 60,
        series=shown["serienId"],
    )


def _link(shown: dict[str, Any]) -> str | None:
    properties = shown["singleValueExtendedProperties"]
    return next((p["value"] for p in properties if p["id"].endswith(LINK_NAME)), None)


def _wall(moment: dict[str, str]) -> datetime:
    return _moment(moment["dateTime"])


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
