"""What a world shows, read straight from the models: the same views as `tests.kit.views` makes."""

from collections.abc import Callable, Iterator
from datetime import datetime

from devstack.exchange.graph.ids import etag
from devstack.exchange.graph.recurrences import recurrence_json
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.item import Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.values import Attendee
from devstack.rooms.model.booking import Booking
from devstack.rooms.model.status import NAMES
from devstack.rooms.model.store import Store
from tests.kit.company import Company
from tests.kit.moments import Slot
from tests.kit.views import LINK_NAME, PRIVATE, BookingView, EventView


class Names:
    """The short names behind addresses and numbers, looked up once per look."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._known: dict[str, str] = {}
        self.people = {p["rooms_id"]: name for name, p in reversed(company.persons.items())}
        self.rooms = {r["rooms_id"]: name for name, r in reversed(company.resources.items())}

    def of(self, address: str) -> str:
        """Return the short name behind an address; outsiders keep their address."""
        if address not in self._known:
            self._known[address] = self._company.name_of(address)
        return self._known[address]

    def is_room(self, name: str) -> bool:
        return name in self._company.resources


def mailboxes(exchange: Exchange) -> Iterator[Mailbox]:
    """Yield the mailboxes whose contents are shown."""
    return (m for m in exchange.directory if m.has_mailbox and not m.is_system)


def events_of(exchange: Exchange, mailbox: Mailbox, names: Names) -> Iterator[EventView]:
    """Yield all single events and masters of a mailbox."""
    name = names.of(mailbox.mail)
    return (event_view(name, item, names) for item in exchange.store.items(mailbox.guid))


def dates_of(
    exchange: Exchange, mailbox: Mailbox, names: Names, span: tuple[datetime, datetime]
) -> Iterator[EventView]:
    """Yield the dates of every series of a mailbox that touch a span, by time."""
    name = names.of(mailbox.mail)
    for master in list(exchange.store.items(mailbox.guid)):
        if master.is_master:
            for date in exchange.series.members(master, *span):
                yield date_view(name, date, master, names)


def date_view(mailbox: str, date: Item, master: Item, names: Names) -> EventView:
    """Return a date of a series; it is deleted with its series."""
    return event_view(mailbox, date, names, master=master)


def event_view(mailbox: str, item: Item, names: Names, master: Item | None = None) -> EventView:
    """Return an item as an onlooker sees it."""
    content, private = item.content, item.private
    people = {names.of(a.address.mail): a for a in item.attendees}
    rooms = tuple(name for name in people if names.is_room(name))
    link = _link(item)
    is_buffer = link is not None and ":" in link
    return EventView(
        mailbox=mailbox,
        event_id=item.immutable_id,
        ical_uid=item.ical_uid,
        subject=content.subject,
        slot=Slot(content.start.instant, content.end.instant),
        organizer=names.of(item.organizer.mail),
        is_organizer=item.is_organizer,
        rooms=rooms,
        attendees=tuple(sorted(name for name in people if name not in rooms)),
        answers=_each(people, lambda a: a.answer.kind.value),
        roles=_each(people, lambda a: a.kind.value),
        location=content.locations[0].display_name if content.locations else "",
        locations=tuple(place.display_name for place in content.locations),
        private=content.sensitivity.value in PRIVATE,
        show_as=private.show_as.value,
        reminder=private.reminder_minutes if private.is_reminder_on else None,
        oid=None if is_buffer else link,
        buffer_of=link if is_buffer else None,
        body=content.body,
        kind=item.kind.value,
        is_deleted=(item if master is None else master).is_deleted,
        is_cancelled=item.is_cancelled,
        is_all_day=content.is_all_day,
        etag=etag(item.change_key),
        recurrence=None if item.recurrence is None else recurrence_json(item.recurrence, ""),
        master_id=None if master is None else master.immutable_id,
        original_start=item.original_start if item.is_part_of_series else None,
    )


def booking_view(stored: Booking, store: Store, names: Names) -> BookingView:
    """Return a booking as an onlooker sees it."""
    lead = stored.begin - stored.begin_preparation
    return BookingView(
        booking_id=stored.id,
        title=stored.title,
        slot=Slot(stored.begin, stored.end),
        resource=names.rooms.get(stored.resource_id, str(stored.resource_id)),
        organizer=names.people.get(stored.organizer_id, str(stored.organizer_id)),
        participants=tuple(
            sorted(names.of(p.mail) if p.mail else p.name for p in stored.participants)
        ),
        private=stored.private,
        status=NAMES[stored.status],
        cancelled=not stored.is_active,
        oid=stored.sync_appointment_oid,
        fields=dict(stored.custom_fields),
        is_internal=store.resources[stored.resource_id].hidden,
        is_lesson=stored.lesson_id is not None,
        lead_minutes=lead.total_seconds() / 60,
        series=stored.series_id,
    )


def _each(people: dict[str, Attendee], word: Callable[[Attendee], str]) -> dict[str, str]:
    return {name: word(attendee) for name, attendee in people.items()}


def _link(item: Item) -> str | None:
    properties = item.private.properties.values()
    return next((p.value for p in properties if p.id.name == LINK_NAME), None)
