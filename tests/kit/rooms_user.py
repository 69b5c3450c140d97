"""Somebody at ROOMS: plain REST calls with the person's own key (devstack.md 3)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.kit.canary import TEXT
from tests.kit.views import BookingView

if TYPE_CHECKING:
    from tests.kit.world import World

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BookingRef:
    """A booking of ROOMS."""

    booking_id: int


class RefusedByRoomsError(AssertionError):
    """ROOMS does not let this person do this."""


class RoomsUser:
    """Acts as the person `name`; `acts_as` marks the add-in."""

    def __init__(self, world: "World", name: str, acts_as: str = "") -> None:
        self._world, self.name, self._acts_as = world, name, acts_as

    async def books(
        self,
        resource: str,
        *,
        at: str,
        title: str = "Planung",
        participants: list[str] | None = None,
        private: bool = False,
        organizer: str | None = None,
        **more: Any,
    ) -> BookingRef:
        """Book as the dialog of ROOMS does: open a draft, confirm it."""
        draft = await self.begins_booking(
            resource, at=at, title=title, participants=participants, private=private,
            organizer=organizer, **more,
        )  # fmt: skip
        return await self.confirms(draft)

    async def begins_booking(
        self,
        resource: str,
        *,
        at: str,
        title: str = "Planung",
        participants: list[str] | None = None,
        private: bool = False,
        organizer: str | None = None,
        **more: Any,
    ) -> int:
        """Open the draft only; it blocks the slot. Returns its number."""
        company = self._world.company
        self._world.secrets.saw(title, private=private)
        slot = self._world.slot(at)
        body = {
            "titel": title,
            "beginn": slot.start.isoformat(),
            "ende": slot.end.isoformat(),
            "ressourceId": company.resource_number(resource),
            "personOrganisatorId": company.person_number(organizer or self.name),
            "teilnehmerNeuList": self._people(participants or []),
            "istPrivat": private,
            "kommentar": TEXT,
            **more,
        }
        draft = await self._call("POST", "v1.0/reservation/create", body)
        return int(draft["tempdataContextId"])

    async def confirms(self, draft: int, **more: Any) -> BookingRef:
        """Confirm a draft: only now it is a booking."""
        body = {"tempdataContextId": draft, **more}
        booking = await self._call("PUT", "v1.0/reservation/confirm", body, "books")
        return BookingRef(booking["id"])

    async def sees(self, booking: BookingRef) -> BookingView:
        """Return the booking as it is now."""
        return await self._world.booking(booking)

    async def moves(self, booking: BookingRef, to: str) -> None:
        slot = self._world.slot(to)
        await self.changes(booking, start=slot.start.isoformat(), end=slot.end.isoformat())

    async def renames(self, booking: BookingRef, title: str) -> None:
        self._world.secrets.saw(title, private=(await self.sees(booking)).private)
        await self.changes(booking, title=title)

    async def changes_room(self, booking: BookingRef, resource: str) -> None:
        number = self._world.company.resource_number(resource)
        await self.changes(booking, resourceId=number)

    async def hands_over(self, booking: BookingRef, organizer: str) -> None:
        """Make somebody else the organizer; that takes two events and a move (P7)."""
        number = self._world.company.person_number(organizer)
        await self._update(booking, {"organizerId": number}, "hands over")

    async def sets_field(self, booking: BookingRef, name: str, value: str) -> None:
        await self.changes(booking, customFields={name: value})

    async def changes(self, booking: BookingRef, **members: Any) -> None:
        """Change parts of a booking in one call."""
        await self._update(booking, members, "changes")

    async def takes_off_room(self, booking: BookingRef) -> None:
        """Keep the meeting, give the room back: the booking goes to an online resource (R-115)."""
        await self._call(
            "PATCH", f"v1.0/bookings/{booking.booking_id}/removeRoom", None, "takes off the room"
        )

    async def sets_participants(self, booking: BookingRef, *names: str) -> None:
        """Open the booking, replace the list of participants, confirm."""
        draft = await self.opens_for_editing(booking)
        body = {"tempdataContextId": draft, "teilnehmerList": self._people(list(names))}
        async with self.or_gives_up(draft):
            await self._call("PUT", "v1.0/reservation/confirm", body, "changes the participants")

    async def opens_for_editing(self, booking: BookingRef) -> int:
        """Take the edit lock and keep it."""
        path = f"v1.0/reservation/edit/{booking.booking_id}"
        return int((await self._call("POST", path, None))["tempdataContextId"])

    async def closes_editor(self, draft: int) -> None:
        """Give the lock back without saving."""
        await self._call("PUT", f"v1.0/reservation/abort?tempdataContextId={draft}", None)

    @asynccontextmanager
    async def or_gives_up(self, draft: int) -> AsyncIterator[None]:
        """Close the dialog when ROOMS refuses what is done in it: else its lock stays."""
        try:
            yield
        except RefusedByRoomsError:
            await self.closes_editor(draft)
            raise

    async def cancels(self, booking: BookingRef) -> None:
        await self._call("PUT", f"v1.0/bookings/{booking.booking_id}/cancel", None, "cancels")

    async def checks_in(self, booking: BookingRef) -> None:
        """Come: the booking is no no-show."""
        await self._call("PUT", f"v1.0/bookings/{booking.booking_id}/checkin", None)

    async def checks_out(self, booking: BookingRef) -> None:
        """Leave before the end (R-116)."""
        path = f"v1.0/bookings/{booking.booking_id}/checkout?sendMail=false"
        await self._call("PUT", path, None, "checks out")

    async def releases(self, booking: BookingRef) -> None:
        """Give the resource back: before the begin that annuls the booking."""
        await self._call("PUT", f"v1.0/bookings/{booking.booking_id}/release", None, "releases")

    def _people(self, names: list[str]) -> list[Body]:
        """Return participants: people of ROOMS by id and mail, outsiders by mail, else by name."""
        company = self._world.company
        lines: list[Body] = []
        for name in names:
            if name in company.persons:
                person = company.persons[name]
                lines.append(
                    {"id": person["rooms_id"], "eMail": person["mail"], "name": person["name"]}
                )
            elif "@" in name:
                lines.append({"eMail": name, "name": name.split("@")[0], "isExternal": True})
            else:
                lines.append({"name": name, "isExternal": True})
        return lines

    async def _update(self, booking: BookingRef, members: Body, deed: str) -> None:
        await self._call("PUT", f"v2.0/bookings/{booking.booking_id}/update", members, deed)

    async def _call(self, method: str, path: str, body: Body | None, deed: str = "") -> Body:
        self._world.lets_a_moment_pass()
        answer = await self._world.says_to_rooms(
            self.name, method, path, body, acts_as=self._acts_as
        )
        content: Any = answer.content
        said_no = isinstance(content, dict) and any(
            line.get("messageLevel") == 2 for line in content.get("messageList") or []
        )
        if not answer.is_success or said_no:
            raise RefusedByRoomsError(f"{method} {path}: {answer.text}")
        if deed:
            self._world.deeds.note(self.name, deed)
        return content if isinstance(content, dict) else {}


class AddIn(RoomsUser):
    """Somebody with the add-in in Outlook: it books, and writes the link on the event (R-303)."""

    def __init__(self, world: "World", name: str) -> None:
        super().__init__(world, name, acts_as="add-in")

    async def cancels_only_the_room(self, booking: BookingRef) -> None:
        """Cancel the booking and leave the appointment alone (R-313, R-114)."""
        path = f"v1.0/bookings/{booking.booking_id}/cancel?cancelExchangeAppointment=false"
        await self._call("PUT", path, None, "cancels")
