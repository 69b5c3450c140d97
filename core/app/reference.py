"""What an operator types to mean one event or booking, and the key that it stands for.

1177                                   a booking, by its number in ROOMS
anna.meier@contoso.example/AAMkAD...   an event in a mailbox, by address
p11/AAMkAD...  r101/AAMkAD...          the same, by our own key of the mailbox
0f8fad5b-d9cb-469f-a165-70867728950e   a link, by its id (the AppointmentOid)
uid:040000008200E00074C5B7101A82E008…  a meeting, by its iCalUId
p11/uid:040000008200E00074C5B7101A82…  the same in a mailbox, also if it has no link yet
"""

import re
from dataclasses import dataclass
from uuid import UUID

from core.app.find_link import link_of_meeting
from core.app.services import Services
from core.domain.directory import Directory, SyncedPerson, SyncedResource
from core.domain.event import EventPlace
from core.domain.ids import BookingId, EventId, ICalUid, MailboxKey, MappingId, PersonId, ResourceId
from core.domain.remark import Remark
from core.domain.work import BookingKey, EventKey, ICalKey, ItemKey, MappingKey
from core.errors import RoomSyncError

LARGEST_BOOKING = 2**31 - 1
_LONGEST_NUMBER = 100
"""Digits that are read: of thousands Python makes no number."""
_STEPS_OF_PATHS = frozenset({".", ".."})
"""As the last part of an address they would ask for the mailbox itself."""
_MAILBOX_KEY = re.compile(r"(?P<kind>[pr])(?P<number>\d{1,9})")

_UID = "uid:"

FORMS = Remark("a booking's number, <mailbox>/<event id>, a link's id (GUID) or uid:<iCalUId>")


class UnknownItemError(RoomSyncError):
    """Something that names no event, no booking and no link; the text says what would."""


@dataclass(frozen=True, slots=True)
class BookingReference:
    """A booking, by its number in ROOMS."""

    booking_id: BookingId


@dataclass(frozen=True, slots=True)
class EventReference:
    """An event; `mailbox` is an address, an alias, or our own key of a mailbox."""

    mailbox: str
    event_id: EventId


@dataclass(frozen=True, slots=True)
class LinkReference:
    """A link, by its id."""

    mapping_id: MappingId


@dataclass(frozen=True, slots=True)
class MeetingReference:
    """A meeting, by the id that all its copies share; of a date the series is meant, too.

    With a `mailbox`, an address or our own key of one, also a meeting without a link is meant.
    """

    ical_uid: ICalUid
    mailbox: str = ""


Reference = BookingReference | EventReference | LinkReference | MeetingReference


def parse_reference(text: str) -> Reference:
    """Return what `text` means; UnknownItemError when it has none of the forms."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        if len(text) > _LONGEST_NUMBER or not 0 < int(text) <= LARGEST_BOOKING:
            raise UnknownItemError(
                Remark("{text} is no booking: ROOMS numbers them from 1 on", text=text[:40])
            )
        return BookingReference(BookingId(int(text)))
    if text.lower().startswith(_UID) and text[len(_UID) :].strip():
        return MeetingReference(ICalUid(text[len(_UID) :].strip()))
    mailbox, slash, event_id = text.partition("/")
    if slash:
        if not _is_mailbox(mailbox):
            raise UnknownItemError(
                Remark(
                    "{text} is no mailbox: write an address, p<person> or r<resource>",
                    text=repr(mailbox),
                )
            )
        if not event_id or event_id in _STEPS_OF_PATHS or not event_id.isprintable():
            raise UnknownItemError(
                Remark("{text} names no event: write <mailbox>/<event id>", text=repr(text))
            )
        if event_id.lower().startswith(_UID) and event_id[len(_UID) :].strip():
            return MeetingReference(ICalUid(event_id[len(_UID) :].strip()), mailbox)
        return EventReference(mailbox, EventId(event_id))
    try:
        return LinkReference(MappingId(str(UUID(text))))
    except ValueError:
        raise UnknownItemError(
            Remark("{text} is not understood: give {forms}", text=repr(text), forms=FORMS)
        ) from None


async def resolve(reference: Reference, services: Services) -> ItemKey:
    """Return the key to look at; UnknownItemError when settings or links know nothing of it."""
    match reference:
        case BookingReference(booking_id):
            return BookingKey(services.rooms.mandator, booking_id)
        case EventReference(mailbox, event_id):
            return EventKey(place_of(mailbox, await services.roster.directory()), event_id)
        case LinkReference(mapping_id):
            mapping = await services.mappings.get(mapping_id)
            if mapping is None:
                raise UnknownItemError(Remark("there is no link {id}", id=mapping_id))
            return MappingKey(mapping_id, mapping.home)
        case MeetingReference(ical_uid, mailbox) if mailbox:
            return ICalKey(place_of(mailbox, await services.roster.directory()), ical_uid)
        case MeetingReference(ical_uid):
            found = await link_of_meeting(ical_uid, services)
            if found is None:
                raise UnknownItemError(Remark("no link is known for a meeting with this iCalUId"))
            return MappingKey(found.id, found.home)


def named_key(key: ItemKey) -> str:
    """Return how a key is typed: what `parse_reference` reads."""
    match key:
        case MappingKey(mapping_id):
            return mapping_id
        case BookingKey(_, booking_id):
            return str(booking_id)
        case EventKey(place, event_id):
            return f"{place.mailbox}/{event_id}"
        case ICalKey(place, uid):
            return f"{place.mailbox}/uid:{uid}"


def mailbox_named(mailbox: str, directory: Directory) -> MailboxKey:
    """Return our key of a mailbox; UnknownItemError if the settings have none."""
    return _owner(mailbox, directory).place.mailbox


def place_of(mailbox: str, directory: Directory) -> EventPlace:
    """Return the mailbox behind an address or key; UnknownItemError if the settings have none."""
    owner = _owner(mailbox, directory)
    if owner.environment is None:
        raise UnknownItemError(
            Remark(
                "mailbox {mailbox} lies in no environment: its domain is in none of them",
                mailbox=mailbox,
            )
        )
    return owner.place


def _owner(mailbox: str, directory: Directory) -> SyncedPerson | SyncedResource:
    owner: SyncedPerson | SyncedResource | None
    if (key := _MAILBOX_KEY.fullmatch(mailbox)) is None:
        owner = directory.person_at(mailbox) or directory.resource_at(mailbox)
    elif key["kind"] == "p":
        owner = directory.persons.get(PersonId(int(key["number"])))
    else:
        owner = directory.resources.get(ResourceId(int(key["number"])))
    if owner is None:
        raise UnknownItemError(
            Remark(
                "mailbox {mailbox} is not in the settings: see `roomsync settings show`",
                mailbox=mailbox,
            )
        )
    return owner


def _is_mailbox(text: str) -> bool:
    return "@" in text.strip("@") or _MAILBOX_KEY.fullmatch(text) is not None
