"""Carries out the actions of a script, each as the person who does it."""

import asyncio
import uuid

from devstack.demo.company import Company
from devstack.demo.day import (
    Action,
    Answer,
    Book,
    Cancel,
    Change,
    Delete,
    HandOver,
    InviteRoomToo,
    TakeRoomOff,
    ThinkAgain,
    Where,
)
from devstack.demo.expectation import Meeting
from devstack.demo.people import (
    Json,
    Office,
    Outlook,
    RoomsDesk,
    graph_attendee,
    graph_times,
    rooms_person,
)
from devstack.demo.picture import EventPlace, Picture
from devstack.demo.roll import Handle, Roll
from devstack.demo.working_days import WorkingDays
from devstack.kit.journal import iso

_HESITATION_S = 1.5
"""Long enough for the service to look at a slot that is blocked for the moment only."""
_ADD_IN_S = 0.4
"""How long the add-in takes from its booking to its link on the event."""
_PROVISIONAL = "Besetzt (provisorisch)"


class NothingThereError(Exception):
    """An action needs an event or a booking that is not there: something went wrong before."""


class Players:
    """Everybody in the company."""

    def __init__(
        self, office: Office, company: Company, days: WorkingDays, link_property: str
    ) -> None:
        self._office, self._company, self._days = office, company, days
        self._link_property = link_property

    async def perform(self, action: Action, roll: Roll, picture: Picture) -> None:
        """Do it; RefusedToPersonError or NothingThereError when it cannot be done."""
        handle = roll.handle(action.meeting)
        match action.where:
            case Where.ROOMS:
                await self._in_rooms(action, handle)
            case Where.OUTLOOK:
                await self._in_outlook(action, handle, picture)
            case Where.ADD_IN:
                await self._by_add_in(action, handle)
        if isinstance(action.deed, Book) and handle.event is not None:
            roll.owners[handle.event[0], action.deed.title] = action.meeting

    async def find(self, action: Action, meeting: Meeting, roll: Roll) -> None:
        """Look the meeting up where the action will change it; NothingThereError if it is not."""
        handle, person = roll.handle(action.meeting), self._company.person(action.who)
        start, end = iso(meeting.slot.start), iso(meeting.slot.end)
        if action.where is Where.ROOMS and handle.booking is None and meeting.room:
            room = self._company.room(meeting.room).rooms_id
            handle.booking = await RoomsDesk(self._office, person).finds(start, end, room)
            _booking_of(handle, action)
        if action.where is Where.OUTLOOK and handle.event is None:
            outlook = Outlook(self._office, person)
            found = await outlook.finds(person.mail, start, end, meeting.title)
            handle.event = None if found is None else (person.mail, found)
            _event_of(handle, action)

    async def _in_rooms(self, action: Action, handle: Handle) -> None:
        desk = RoomsDesk(self._office, self._company.person(action.who))
        match action.deed:
            case Book() as deed:
                more: Json = {}
                if deed.provisional:
                    more = {"statusId": await desk.status_named(_PROVISIONAL)}
                handle.booking = await desk.books(self._reservation(action, deed), **more)
            case ThinkAgain(at=at, room=room):
                draft = await desk.opens(
                    self._reservation(action, Book(title="", at=at, room=room))
                )
                await asyncio.sleep(_HESITATION_S)
                await desk.drops(draft)
            case Change() as deed:
                await self._change_booking(desk, _booking_of(handle, action), deed)
            case HandOver(to=name):
                organizer = self._company.person(name).rooms_id
                await desk.saves(_booking_of(handle, action), {"organizerId": organizer})
            case Cancel():
                await desk.cancels(_booking_of(handle, action))
            case _:
                raise NothingThereError(f"{action}: ROOMS knows no such deed")

    async def _change_booking(self, desk: RoomsDesk, number: int, deed: Change) -> None:
        changes: Json = {}
        if deed.title is not None:
            changes["title"] = deed.title
        if deed.at is not None:
            slot = self._days.slot(deed.at)
            changes |= {"start": iso(slot.start), "end": iso(slot.end)}
        if deed.room is not None:
            changes["resourceId"] = self._company.room(deed.room).rooms_id
        if changes:
            await desk.saves(number, changes)
        if deed.add or deed.remove:
            joins = [self._participant(self._company.address(name)) for name in deed.add]
            await desk.changes_people(number, joins, self._addresses(deed.remove))

    async def _in_outlook(self, action: Action, handle: Handle, picture: Picture) -> None:
        outlook = Outlook(self._office, self._company.person(action.who))
        match action.deed:
            case Book() as deed:
                mailbox = self._company.person(deed.organizer or action.who).mail
                handle.event = mailbox, await outlook.creates(mailbox, self._event(deed))
            case Answer(word=word):
                own = self._company.person(action.who).mail
                mailbox, event_id = picture.copy_of(_event_of(handle, action), own)
                await outlook.answers(mailbox, event_id, word)
            case Cancel():
                await outlook.cancels(*_event_of(handle, action))
            case Delete():
                await outlook.deletes(*_event_of(handle, action))
            case Change() | InviteRoomToo() | TakeRoomOff():
                await self._change_event(outlook, _event_of(handle, action), action.deed)
            case _:
                raise NothingThereError(f"{action}: Outlook knows no such deed")

    async def _change_event(
        self, outlook: Outlook, event: EventPlace, deed: Change | InviteRoomToo | TakeRoomOff
    ) -> None:
        changes: Json = {}
        if isinstance(deed, Change):
            changes = self._properties(deed)
        if not isinstance(deed, Change) or deed.add or deed.remove or deed.room:
            lines = (await outlook.reads(*event))["attendees"]
            changes["attendees"] = self._lines_after(lines, deed)
        await outlook.saves(*event, changes)

    def _properties(self, deed: Change) -> Json:
        changes: Json = {}
        if deed.title is not None:
            changes["subject"] = deed.title
        if deed.at is not None:
            changes |= graph_times(self._days.slot(deed.at))
        if deed.private is not None:
            changes["sensitivity"] = "private" if deed.private else "normal"
        if deed.show_as is not None:
            changes["showAs"] = deed.show_as
        if deed.reminder is not None:
            changes |= {"isReminderOn": True, "reminderMinutesBeforeStart": deed.reminder}
        return changes

    def _lines_after(
        self, lines: list[Json], deed: Change | InviteRoomToo | TakeRoomOff
    ) -> list[Json]:
        """Return the complete attendee list, as Outlook sends it."""
        gone = frozenset(self._company.room_mails)
        joins: list[Json] = []
        match deed:
            case InviteRoomToo(room=room):
                gone, joins = frozenset(), [self._room_line(room)]
            case Change(room=str() as room):
                gone |= self._addresses(deed.remove)
                joins = [*self._people_lines(deed.add), self._room_line(room)]
            case Change():
                gone, joins = self._addresses(deed.remove), self._people_lines(deed.add)
        kept = [a for a in lines if a["emailAddress"]["address"].lower() not in gone]
        return [*kept, *joins]

    async def _by_add_in(self, action: Action, handle: Handle) -> None:
        """Save the event, book with the add-in, then write the link on the event (R-303)."""
        if not isinstance(action.deed, Book):
            raise NothingThereError(f"{action}: the add-in only books in this script")
        deed, person = action.deed, self._company.person(action.who)
        outlook = Outlook(self._office, person)
        desk = RoomsDesk(self._office, person, add_in=True)
        event = await outlook.creates(person.mail, self._event(deed, with_room=False))
        handle.event = person.mail, event
        draft = await desk.opens(self._reservation(action, deed))
        link = str(uuid.uuid4())
        handle.booking = int((await desk.confirms(draft, syncAppointmentOid=link))["id"])
        await asyncio.sleep(_ADD_IN_S)
        marked = {"singleValueExtendedProperties": [{"id": self._link_property, "value": link}]}
        await outlook.saves(person.mail, event, marked)

    def _reservation(self, action: Action, deed: Book) -> Json:
        if deed.room is None:
            raise NothingThereError(f"{action}: a booking needs a room")
        slot = self._days.slot(deed.at)
        return {
            "titel": deed.title,
            "beginn": iso(slot.start),
            "ende": iso(slot.end),
            "ressourceId": self._company.room(deed.room).rooms_id,
            "personOrganisatorId": self._company.person(deed.organizer or action.who).rooms_id,
            "teilnehmerNeuList": [
                self._participant(self._company.address(name)) for name in deed.people
            ],
            "istPrivat": deed.private,
        }

    def _event(self, deed: Book, *, with_room: bool = True) -> Json:
        people = self._people_lines(deed.people)
        rooms = [self._room_line(deed.room)] if deed.room and with_room else []
        return {
            "subject": deed.title,
            **graph_times(self._days.slot(deed.at)),
            "attendees": [*people, *rooms],
            "sensitivity": "private" if deed.private else "normal",
        }

    def _participant(self, address: str) -> Json:
        persons = self._company.world.persons
        known = next((p for p in persons if p.mail.lower() == address.lower()), None)
        return rooms_person(known or address)

    def _people_lines(self, names: tuple[str, ...]) -> list[Json]:
        return [graph_attendee(self._company.address(name), name) for name in names]

    def _room_line(self, name: str) -> Json:
        return graph_attendee(self._company.room(name).mail or "", name, "resource")

    def _addresses(self, names: tuple[str, ...]) -> frozenset[str]:
        return frozenset(self._company.address(name).lower() for name in names)


def _event_of(handle: Handle, action: Action) -> EventPlace:
    if handle.event is None:
        raise NothingThereError(f"{action}: there is no such event in Outlook")
    return handle.event


def _booking_of(handle: Handle, action: Action) -> int:
    if handle.booking is None:
        raise NothingThereError(f"{action}: there is no such booking in ROOMS")
    return handle.booking
