"""Somebody at ROOMS who edits series, by the calls that its dialogs make (rooms-api 3 and 4).

Each item of a series is changed, moved, cancelled like any booking; `World.items` names them.
"""

from typing import Any

from tests.kit.rooms_user import Body, BookingRef, RoomsUser


class SeriesInRooms(RoomsUser):
    """Acts as the person `name` on single bookings and on series."""

    async def books_series(
        self, resource: str, *, at: str, recurrence: Body, **more: Any
    ) -> BookingRef:
        """Draw up a series in a draft and confirm it; returns its first booking."""
        draft = await self.begins_booking(resource, at=at, **more)
        async with self.or_gives_up(draft):
            await self.draws_up(draft, recurrence)
            return await self.confirms(draft)

    async def draws_up(self, draft: int, recurrence: Body) -> None:
        """Draw up a series in an open draft; its confirmation books it."""
        body = {"tempdataContextId": draft, **recurrence}
        await self._call("POST", "v1.0/reservation/recurrence/create", body)

    async def changes_following(self, item: BookingRef, **members: Any) -> None:
        """Change an item and all that follow it; times of some of them split the series (R-611)."""
        deed = "splits a series" if members.keys() & {"start", "end"} else "changes"
        await self._update(item, {"applyTempChangesToSeries": True, **members}, deed)

    async def moves_following(self, item: BookingRef, to: str) -> None:
        slot = self._world.slot(to)
        start, end = slot.start.isoformat(), slot.end.isoformat()
        await self.changes_following(item, start=start, end=end)

    async def renames_following(self, item: BookingRef, title: str) -> None:
        self._world.secrets.saw(title, private=(await self.sees(item)).private)
        await self.changes_following(item, title=title)

    async def changes_room_of_following(self, item: BookingRef, resource: str) -> None:
        number = self._world.company.resource_number(resource)
        await self.changes_following(item, resourceId=number)

    async def hands_over_series(self, item: BookingRef, organizer: str) -> None:
        """Make somebody else the organizer of an item and all that follow it (R-103)."""
        number = self._world.company.person_number(organizer)
        body = {"organizerId": number, "applyTempChangesToSeries": True}
        await self._update(item, body, "hands over")

    async def sets_participants_of_series(self, item: BookingRef, *names: str) -> None:
        """Open an item, replace the list of participants, confirm for all that follow."""
        people = self._people(list(names))
        draft = await self.opens_for_editing(item)
        async with self.or_gives_up(draft):
            await self.confirms(draft, teilnehmerList=people, applyChangesToSeries=True)

    async def redraws(self, item: BookingRef, recurrence: Body, **more: Any) -> BookingRef:
        """Give a series another pattern or length from this item on: ROOMS recreates it (R-610).

        A single booking becomes a series by it. `more` goes into the confirmation.
        """
        draft = await self.opens_for_editing(item)
        async with self.or_gives_up(draft):
            await self.draws_up(draft, recurrence)
            return await self.confirms(draft, **more)

    async def makes_single(self, item: BookingRef) -> None:
        """Take the recurrence away: this item stays, those after it end."""
        draft = await self.opens_for_editing(item)
        path = f"v1.0/reservation/recurrence/delete?tempdataContextId={draft}"
        async with self.or_gives_up(draft):
            await self._call("DELETE", path, None)
            await self.confirms(draft)

    async def cancels_series(self, item: BookingRef) -> None:
        """Cancel what is still to come of a series (R-624)."""
        path = f"v1.0/bookings/{item.booking_id}/cancelSerie"
        await self._call("PUT", path, None, "cancels a series")

    async def takes_off_room_of_series(self, item: BookingRef) -> None:
        """Keep the meetings, give the room back for all that is still to come (R-115)."""
        path = f"v1.0/bookings/{item.booking_id}/removeRoom?applyToSerie=true"
        await self._call("PATCH", path, None, "takes off the room")
