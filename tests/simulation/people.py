"""Does the deeds of a history to single meetings, as the people of the company."""

from tests.kit.canary import PLACE
from tests.kit.outlook import EventRef
from tests.kit.outlook_series import SeriesInOutlook
from tests.kit.rooms_series import SeriesInRooms
from tests.kit.rooms_user import BookingRef
from tests.kit.views import BookingView, EventView
from tests.kit.world import World
from tests.simulation.steps import OUTLOOK, Deed
from tests.simulation.wishes import Ledger


class People:
    """Everybody; what a deed names and is not there is booked instead.

    What they want is noted in `ledger`, to be compared with what comes of it.
    """

    def __init__(self, world: World, ledger: Ledger) -> None:
        self._world, self._ledger, self._topics = world, ledger, 0
        self._born_private: set[EventRef] = set()

    async def do(self, deed: Deed) -> None:
        """Do a deed; RefusedByOutlookError or RefusedByRoomsError if it cannot be done."""
        if deed.side == OUTLOOK:
            await self._in_outlook(deed)
        else:
            await self._in_rooms(deed)

    # Outlook

    async def _in_outlook(self, deed: Deed) -> None:
        events = [] if deed.what.startswith("books") else await self._meetings()
        if not events:
            await self._invites_to_a_new_meeting(deed, private=deed.what == "books privately")
            return
        event = events[deed.nth % len(events)]
        await self._edits(self._world.outlook(event.mailbox), event, deed)

    async def _invites_to_a_new_meeting(self, deed: Deed, *, private: bool) -> None:
        topic, guest = self._topic("Anlass"), _other(deed)
        ref = await self._world.outlook(deed.person).books(
            deed.room, at=_at(deed), subject=topic, attendees=[guest], private=private
        )
        if private:
            self._born_private.add(ref)
        note = self._ledger.of_event(await self._world.event(ref))
        note(title=topic, slot=self._world.slot(_at(deed)), person=(guest, True), alive=True)

    async def _edits(self, user: SeriesInOutlook, event: EventView, deed: Deed) -> None:  # noqa: C901, PLR0912 - one kind of deed each
        ref, note = EventRef(event.mailbox, event.event_id), self._ledger.of_event(event)
        match deed.what:
            case "renames":
                topic = self._topic("Anlass")
                await user.renames(ref, topic)
                note(title=topic)
            case "moves":
                await user.moves(ref, _at(deed))
                note(slot=self._world.slot(_at(deed)))
            case "invites":
                is_there = deed.guest in event.attendees
                if deed.guest == event.mailbox:
                    await user.shows_as(ref, "free")
                elif is_there:
                    await user.uninvites(ref, deed.guest)
                    note(person=(deed.guest, False))
                else:
                    await user.invites(ref, deed.guest)
                    note(person=(deed.guest, True))
            case "changes room" | "takes off room":
                rooms = [deed.room] if deed.what == "changes room" else []
                await user.changes(ref, attendees=user._lines(rooms, list(event.attendees)))
                note(room=(deed.room if rooms else "",))
            case "hides":
                if event.private and not await self._was_born_private(event):
                    await user.makes_public(ref)
                else:
                    await user.renames(ref, self._topic("Anlass"))
                    await user.makes_private(ref)
                note(private=True)
            case "shows as":
                await user.shows_as(ref, "tentative")
            case "notes a place":
                await user.writes_location(ref, f"{PLACE} {deed.nth}")
            case "answers":
                await self._answers(event)
            case "deletes":
                await user.deletes(ref)
                note(alive=False)
            case "calls off":
                await (user.cancels(ref) if event.attendees or event.rooms else user.deletes(ref))
                note(alive=False)
            case _:
                raise KeyError(deed.what)

    async def _was_born_private(self, event: EventView) -> bool:
        """ROOMS keeps the flag of what was booked as private (design 5.2): that stays so."""
        if EventRef(event.mailbox, event.event_id) in self._born_private:
            return True
        return any(b.private for b in await self._world.bookings() if b.oid and b.oid == event.oid)

    async def _answers(self, event: EventView) -> None:
        copies = [
            e
            for e in await self._world.all_events()
            if e.ical_uid == event.ical_uid and e.is_alive and not e.is_organizer
        ]
        people = [e for e in copies if e.mailbox in self._world.company.persons]
        if people:
            copy = people[0]
            ref = EventRef(copy.mailbox, copy.event_id)
            await self._world.outlook(copy.mailbox).answers(ref, "accept")

    async def _meetings(self) -> list[EventView]:
        now, company = self._world.clock.now(), self._world.company
        return [
            e
            for e in await self._world.all_events()
            if e.is_alive and e.is_organizer and e.kind == "singleInstance"
            if company.is_synced(e.mailbox) and e.slot.start > now
        ]

    # ROOMS

    async def _in_rooms(self, deed: Deed) -> None:
        bookings = [] if deed.what == "books" else await self._bookings()
        if not bookings:
            topic, guest = self._topic("Reservation"), _other(deed)
            ref = await self._world.rooms(deed.person).books(
                deed.room, at=_at(deed), title=topic, participants=[guest]
            )
            note = self._ledger.of_booking(await self._world.booking(ref))
            note(title=topic, slot=self._world.slot(_at(deed)), person=(guest, True), alive=True)
            return
        booking = bookings[deed.nth % len(bookings)]
        await self._changes(self._world.rooms(booking.organizer), booking, deed)

    async def _changes(self, user: SeriesInRooms, booking: BookingView, deed: Deed) -> None:
        ref, note = BookingRef(booking.booking_id), self._ledger.of_booking(booking)
        match deed.what:
            case "renames":
                topic = self._topic("Reservation")
                await user.renames(ref, topic)
                note(title=topic)
            case "moves":
                await user.moves(ref, _at(deed))
                note(slot=self._world.slot(_at(deed)))
            case "invites":
                guest = deed.guest if deed.guest != booking.organizer else "peter"
                await user.sets_participants(ref, guest)
                for person in booking.participants:
                    note(person=(person, person == guest))
                note(person=(guest, True))
            case "changes room":
                await user.changes_room(ref, deed.room)
                note(room=(deed.room,))
            case "takes off room":
                await user.takes_off_room(ref)
                note(room=("",))
            case "hands over":
                await user.hands_over(ref, deed.guest)
                note(organizer=deed.guest)
            case "opens":
                await user.opens_for_editing(ref)
            case "cancels":
                await user.cancels(ref)
                note(alive=False)
            case _:
                raise KeyError(deed.what)

    async def _bookings(self) -> list[BookingView]:
        now, company = self._world.clock.now(), self._world.company
        return [
            b
            for b in await self._world.bookings()
            if b.is_promise and b.series is None and b.slot.start > now
            if company.is_synced(b.organizer) and company.is_room_synced(b.resource)
        ]

    def _topic(self, word: str) -> str:
        self._topics += 1
        return f"{word} {self._topics}."


def _other(deed: Deed) -> str:
    return deed.guest if deed.guest != deed.person else "peter"


def _at(deed: Deed) -> str:
    return f"in {deed.day} days {deed.hour:02d}:00-{deed.hour:02d}:50"
