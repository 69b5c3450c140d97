"""What is written to an item: complete for a create, only what changes for an update.

Like Graph's bodies: no body text, no answers; whole lists of people. Times carry their offset and
their zone's Windows name; where the clock shows an hour twice the offset says which.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from core.adapters.ews.item_reader import SHOWN
from core.adapters.ews.item_shape import LinkUri
from core.adapters.ews.recurrence_values import recurrence_element
from core.adapters.ews.xml import Element, t
from core.adapters.ews.zone_names import windows_name
from core.adapters.exchange.days import is_whole_days, zone_of
from core.adapters.exchange.limits import LONGEST_SUBJECT
from core.adapters.exchange.series_times import first_day, spans_whole_days
from core.domain.changes import EventChanges, EventDraft, Venue
from core.domain.event import AttendeeRole, Event, Invitee
from core.domain.interval import Interval
from core.domain.series import Recurrence

_BUSY = {show_as: word for word, show_as in SHOWN.items()}
_LISTS = {
    AttendeeRole.REQUIRED: "RequiredAttendees",
    AttendeeRole.OPTIONAL: "OptionalAttendees",
    AttendeeRole.RESOURCE: "Resources",
}
LISTS = frozenset(_LISTS.values())
ORDER = (
    "Subject", "Sensitivity", "ReminderIsSet", "ReminderMinutesBeforeStart", "ExtendedProperty",
    "Start", "End", "IsAllDayEvent", "LegacyFreeBusyStatus", "Location",
    "RequiredAttendees", "OptionalAttendees", "Resources", "Recurrence",
    "StartTimeZone", "EndTimeZone",
)  # fmt: skip
"""In which the schema wants the fields of a new item."""
_ITEM_FIELDS = frozenset(ORDER[:4])


@dataclass(frozen=True, slots=True)
class Field:
    """One field to be written: its name, and the element; without one it is deleted."""

    name: str
    element: Element | None = None

    @property
    def uri(self) -> str:
        """Return the FieldURI."""
        return f"{'item' if self.name in _ITEM_FIELDS else 'calendar'}:{self.name}"


def draft_fields(draft: EventDraft, link: LinkUri) -> list[Field]:
    """Return the fields of a new item in the order of the schema."""
    fields = [
        _field("Subject", draft.subject[:LONGEST_SUBJECT]),
        _field("Sensitivity", _sensitivity(private=draft.private)),
        _field("LegacyFreeBusyStatus", _BUSY.get(draft.show_as, "Busy")),
        _link(draft.link, link),
        _link(draft.transaction_id, link.transaction),
        *_people(draft.invitees),
    ]
    if draft.recurrence is not None:
        fields += _rule(draft.recurrence)
    else:
        fields += _times(draft.time, draft.time_zone)
    if draft.venue is not None:
        fields.append(_place(draft.venue))
    if draft.reminder_minutes is not None:
        fields += _reminder(draft.reminder_minutes)
    given = [field for field in fields if field.element is not None]
    return sorted(given, key=lambda field: ORDER.index(field.name))


def change_fields(event: Event, changes: EventChanges, link: LinkUri) -> list[Field]:
    """Return what makes `changes` of `event`, nothing when there is nothing to write.

    What the event shows already is left alone, as far as its version makes sure that it still does:
    Exchange would tell its attendees of a change that is none. A private flag is so in any case:
    it may be `confidential` (R-215).
    """
    fields = list(_changed_times(event, changes))
    if changes.subject is not None:
        subject = changes.subject[:LONGEST_SUBJECT]
        fields += _unless(event, event.subject == subject, _field("Subject", subject))
    if changes.invitees is not None:
        fields += _changed_people(event, changes.invitees)
    if changes.venue is not None:
        fields += _unless(event, event.location == changes.venue.name, _place(changes.venue))
    elif changes.clear_venue:
        fields += _unless(event, not event.location, Field("Location"))
    if changes.private is not None and changes.private != event.sensitive:
        fields.append(_field("Sensitivity", _sensitivity(private=changes.private)))
    if changes.show_as is not None:
        busy = _field("LegacyFreeBusyStatus", _BUSY.get(changes.show_as, "Busy"))
        fields += _unless(event, event.show_as is changes.show_as, busy)
    if changes.reminder_minutes is not None:
        is_so = event.reminder_minutes == changes.reminder_minutes
        fields += _unless(event, is_so, *_reminder(changes.reminder_minutes))
    if changes.appointment_oid is not None:
        fields.append(_link(changes.appointment_oid.lower(), link))
    return fields


def _unless(event: Event, is_so: bool, *fields: Field) -> tuple[Field, ...]:
    """Return fields but for an event that is known to be so already."""
    return () if is_so and event.version else fields


def _changed_times(event: Event, changes: EventChanges) -> Iterator[Field]:
    if changes.recurrence is not None:
        yield from _rule(changes.recurrence)
        if event.is_all_day and not spans_whole_days(changes.recurrence.span):
            yield _field("IsAllDayEvent", "false")
    elif changes.time is not None and not (event.version and changes.time == event.time):
        yield from _times(changes.time, event.time_zone)
        if event.is_all_day and not is_whole_days(changes.time, zone_of(event.time_zone)):
            yield _field("IsAllDayEvent", "false")


def _times(when: Interval, zone_name: str) -> list[Field]:
    zone = zone_of(zone_name)
    return [
        _field("Start", _wall(when.start, zone)),
        _field("End", _wall(when.end, zone)),
        *_zones(zone_name),
    ]


def _zones(zone_name: str) -> list[Field]:
    name = windows_name(zone_name)
    tags = ("StartTimeZone", "EndTimeZone")
    return [Field(tag, t(tag, Id=name)) for tag in tags]


def _rule(recurrence: Recurrence) -> list[Field]:
    """Return a rule with the times of its first date, with which Exchange wants it to begin."""
    span, day = recurrence.span, first_day(recurrence)
    zone = ZoneInfo(recurrence.zone)
    start = datetime.combine(day, span.start.time(), zone)
    end = (start.replace(tzinfo=None) + span.length).replace(tzinfo=zone)
    return [
        *_times(Interval(start, end), recurrence.zone),
        Field("Recurrence", recurrence_element(recurrence, day)),
    ]


def _people(invitees: Sequence[Invitee]) -> list[Field]:
    """Return all three lists; an empty one is deleted."""
    return [
        Field(tag, t(tag, *people) if (people := _lines(invitees, role)) else None)
        for role, tag in _LISTS.items()
    ]


def _changed_people(event: Event, invitees: Sequence[Invitee]) -> Iterator[Field]:
    """Yield the lists that have others in them than now; all if nobody knows what is there now.

    A list that is written loses whoever has no address: EWS refuses to take them.
    """
    for field, role in zip(_people(invitees), _LISTS, strict=True):
        if not event.version or _addresses(event.invitees, role) != _addresses(invitees, role):
            yield field


def _addresses(invitees: Sequence[Invitee], role: AttendeeRole) -> list[str]:
    return [one.address.lower() for one in invitees if one.role is role]


def _lines(invitees: Sequence[Invitee], role: AttendeeRole) -> list[Element]:
    return [
        t("Attendee", t("Mailbox", *_mailbox(one)))
        for one in invitees
        if one.role is role and one.address
    ]


def _mailbox(invitee: Invitee) -> Iterator[Element]:
    if invitee.name:
        yield t("Name", invitee.name)
    yield t("EmailAddress", invitee.address)
    yield t("RoutingType", "SMTP")


def _place(venue: Venue) -> Field:
    return _field("Location", venue.name) if venue.name else Field("Location")


def _reminder(minutes: int) -> list[Field]:
    if minutes < 0:
        return [_field("ReminderIsSet", "false")]
    return [
        _field("ReminderIsSet", "true"),
        _field("ReminderMinutesBeforeStart", str(minutes)),
    ]


def _link(value: str, link: LinkUri) -> Field:
    element = t("ExtendedProperty", link.element(), t("Value", value))
    return Field("ExtendedProperty", element)


def _sensitivity(*, private: bool) -> str:
    return "Private" if private else "Normal"


def _field(name: str, value: str) -> Field:
    return Field(name, t(name, value))


def _wall(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")
