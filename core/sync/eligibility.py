"""Which events and bookings are ours to sync at all (R-001, R-030 ... R-036, R-099 ... R-117)."""

from collections.abc import Iterable
from datetime import datetime

from core.domain.booking import Booking, BookingStatus
from core.domain.directory import Directory, SyncedPerson
from core.domain.event import Answer, Event, EventKind, EventPlace
from core.domain.ids import ResourceId, is_resource_mailbox, resource_of
from core.domain.meeting import ShowAs
from core.domain.stamps import moment_of
from core.sync.context import Context
from core.sync.translate import invited_resources

NO = {"false", "0", "no", "nein", "off"}


PARTS_OF_SERIES = frozenset({EventKind.OCCURRENCE, EventKind.EXCEPTION})
"""What is never a meeting by itself: its series is looked at."""

NO_RESOURCE = "it invites no synced resource (R-400)"


def is_only_without_resource(event: Event, context: Context) -> bool:
    """Tell whether an event would be booked if only it invited a resource."""
    return why_event_not_synced(event, context.directory, context.now) == NO_RESOURCE


def why_event_not_synced(event: Event, directory: Directory, now: datetime) -> str | None:
    """Return why an event without a link gets no booking, None when it should get one.

    A series is looked at date by date: which are past and which invite a resource its master does
    not tell.
    """
    organizer = directory.person_at(event.organizer_address)
    is_series = event.kind is EventKind.SERIES_MASTER
    reasons = (
        (event.kind in PARTS_OF_SERIES, "part of a series"),
        (event.is_cancelled, "cancelled"),
        (event.is_draft, "not sent yet"),
        (event.time.end <= now and not is_series, "in the past (R-106)"),
        (is_resource_mailbox(event.place.mailbox), "made in a resource mailbox (R-430)"),
        (not event.is_organizer, "not the organizer's copy (R-101)"),
        (organizer is None or not organizer.is_synced, "its organizer is not synced (R-110)"),
        (not is_series and not bookable_resources(event, directory), NO_RESOURCE),
    )
    return next((reason for is_so, reason in reasons if is_so), None)


def why_foreign_ignored(event: Event, directory: Directory, now: datetime) -> str | None:
    """Return why a meeting in a resource mailbox is nobody's business, None when it is (D5, D6).

    One that the mailbox has not accepted (yet) keeps nobody from the resource.
    """
    resource = resource_of(event.place.mailbox)
    is_undecided = not event.is_organizer and event.own_answer is not Answer.ACCEPTED
    is_series = event.kind is EventKind.SERIES_MASTER
    reasons = (
        (event.kind in PARTS_OF_SERIES, "part of a series"),
        (event.is_cancelled, "cancelled"),
        (event.is_draft, "not sent yet"),
        (event.time.end <= now and not is_series, "in the past (R-106)"),
        (event.show_as is ShowAs.FREE, "it leaves the resource free"),
        (is_undecided, "the resource mailbox has not accepted it"),
        (not directory.is_resource_synced(resource), "its resource is not synced"),
    )
    return next((reason for is_so, reason in reasons if is_so), None)


def bookable_resources(event: Event, directory: Directory) -> tuple[ResourceId, ...]:
    """Return the invited resources that resource sync covers for this organizer, in order."""
    if directory.person_at(event.organizer_address) is None:
        return ()
    invited = invited_resources(event, directory)
    ours = bookable(event, invited, directory)
    return tuple(resource for resource in invited if resource in ours)


def bookable(
    event: Event, resources: Iterable[ResourceId], directory: Directory
) -> frozenset[ResourceId]:
    """Return those resources that may be booked or invited for an event now (R-001, R-030)."""
    organizer = directory.person_at(event.organizer_address)
    return frozenset(
        resource
        for resource in resources
        if directory.is_resource_synced(resource)
        and (organizer is None or organizer.takes(directory.resources[resource].type))
    )


def is_older_than_sync(event: Event, resource: ResourceId, context: Context) -> bool:
    """Tell whether an event was last touched before its organizer or resource was synced (D11)."""
    directory = context.directory
    organizer, thing = (
        directory.person_at(event.organizer_address),
        directory.resources.get(resource),
    )
    starts = [o.synced_since for o in (organizer, thing) if o is not None and o.synced_since]
    touched = event.modified_at or event.created_at
    if context.is_by_hand or not starts or touched is None:
        return False
    return touched < max(starts)


def is_booking_older_than_sync(booking: Booking, context: Context) -> bool:
    """Tell whether a booking was last touched before its organizer or resource was synced (D11)."""
    directory = context.directory
    organizer = None if booking.organizer is None else directory.persons.get(booking.organizer)
    owners = (organizer, directory.resources.get(booking.resource))
    starts = [owner.synced_since for owner in owners if owner is not None and owner.synced_since]
    touched = moment_of(booking.modified_on)
    if context.is_by_hand or not starts or touched is None:
        return False
    return touched < max(starts)


def why_booking_not_synced(booking: Booking, directory: Directory, now: datetime) -> str | None:
    """Return why a booking without a link gets no event, None when it should get one."""
    resource = directory.resources.get(booking.resource)
    reasons = (
        (booking.is_blocking_time, "a blocking time (R-109)"),
        (
            booking.is_from_job_manager and not directory.policies.job_manager_synced,
            "made by the job manager (R-006)",
        ),
        (resource is None, "its resource is not in the settings (R-114)"),
        (booking.status is BookingStatus.SYSTEM, "a temporary block (R-107)"),
        (booking.status is BookingStatus.CANCELLED, "cancelled"),
        (not booking.status.occupies, "a status that is not synced (R-107)"),
        (booking.time.end <= now, "in the past (R-106)"),
        (is_switched_off(booking, directory), "its own sync switch is off (R-031)"),
        (
            home_of_booking(booking, directory) is None,
            "neither its organizer nor its resource is synced (R-030, R-036)",
        ),
    )
    return next((reason for is_so, reason in reasons if is_so), None)


def is_switched_off(booking: Booking, directory: Directory) -> bool:
    """Tell whether the booking's own «sync with calendar» box is off, where one exists (D16).

    One that nobody has touched is as the organizer wants it for own bookings (R-031).
    """
    field = directory.policies.sync_with_calendar_field
    if field is None:
        return False
    box = booking.custom_fields.get(field, "").strip().lower()
    organizer = None if booking.organizer is None else directory.persons.get(booking.organizer)
    if not box:
        return organizer is not None and not organizer.own_bookings_synced
    return box in NO


def synced_organizer(booking: Booking, directory: Directory) -> SyncedPerson | None:
    """Return the organizer if this booking belongs into that person's calendar (R-030, R-101)."""
    person = None if booking.organizer is None else directory.persons.get(booking.organizer)
    resource = directory.resources.get(booking.resource)
    if person is None or resource is None or not person.is_synced:
        return None
    return person if person.takes(resource.type) else None


def home_of_booking(booking: Booking, directory: Directory) -> EventPlace | None:
    """Return the mailbox for a booking's event: the organizer's, else the resource's (design 4)."""
    organizer = synced_organizer(booking, directory)
    if organizer is not None:
        return organizer.place
    if directory.policies.hold_for_unsynced and directory.is_resource_synced(booking.resource):
        return directory.resources[booking.resource].place
    return None
