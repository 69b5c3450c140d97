"""Names of things, each with its own type so that none is taken for another."""

from typing import NewType

EnvironmentId = NewType("EnvironmentId", str)
"""An Exchange tenant or on-premises installation, as the operator named it."""

MailboxKey = NewType("MailboxKey", str)
"""Whose mailbox: `p<ROOMS person id>` or `r<ROOMS resource id>`; stable when addresses change."""

EventId = NewType("EventId", str)
"""Immutable id of one copy of an event in one mailbox; opaque and case-sensitive."""

ICalUid = NewType("ICalUid", str)
"""Shared by all copies of an event; opaque."""

EventVersion = NewType("EventVersion", str)
"""Version stamp of a copy (Graph etag, EWS change key); opaque, only ever compared."""

BookingId = NewType("BookingId", int)
PersonId = NewType("PersonId", int)
ResourceId = NewType("ResourceId", int)
LocationId = NewType("LocationId", int)

MappingId = NewType("MappingId", str)
"""GUID in lower case; at the same time the `AppointmentOid` that both sides store (R-210)."""


_UID_CLASS = "040000008200E00074C5B7101A82E008"
_UID_DAY = slice(32, 40)


def series_uid(ical_uid: ICalUid) -> ICalUid:
    """Return the id of the series that a date's id names; every other id stays as it is.

    Exchange writes the original day of a date into the series' id (MS-OXOCAL 2.2.1.27).
    """
    if not ical_uid.upper().startswith(_UID_CLASS):
        return ical_uid
    return ICalUid(f"{ical_uid[: _UID_DAY.start]}00000000{ical_uid[_UID_DAY.stop :]}")


def person_mailbox(person: PersonId) -> MailboxKey:
    """Return the key of a person's mailbox."""
    return MailboxKey(f"p{person}")


def resource_mailbox(resource: ResourceId) -> MailboxKey:
    """Return the key of a resource mailbox."""
    return MailboxKey(f"r{resource}")


def is_resource_mailbox(mailbox: MailboxKey) -> bool:
    """Tell whether the mailbox stands for a resource rather than a person."""
    return mailbox.startswith("r")


def resource_of(mailbox: MailboxKey) -> ResourceId:
    """Return whose mailbox it is; only meaningful for one of a resource."""
    return ResourceId(int(mailbox[1:]))
