"""Bookings straight from the model of ROOMS: the RoomBookingSystem port without its API."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime

from core.adapters.rooms.bookings import _new_slot, _shows, _words_of
from core.adapters.rooms.client import SaidNoError
from core.adapters.rooms.refusals import NOTHING_FOUND, Slot, named_verdict
from core.adapters.rooms.requests import PersonAt
from core.domain.booking import Booking, BookingStatus
from core.domain.changes import BookingChanges, BookingDraft
from core.domain.ids import BookingId, ResourceId
from core.domain.interval import Interval
from core.domain.refusal import RefusalCode
from core.domain.stamps import moment_of
from core.errors import BookingRefusedError
from core.ports.rooms import BookingQuery, OpenDraft
from devstack.rooms.model import changing
from devstack.rooms.model.search import BookingsFilter, find
from devstack.rooms.model.status import Status
from tests.simulation.ports.booking_values import booking_of
from tests.simulation.ports.judge import ModelJudge
from tests.simulation.ports.room_drafts import RoomDrafts, updated
from tests.simulation.ports.rooms_line import Asking, RoomsLine, Visit


class ModelBookings:
    """Reads and writes bookings; what stands against one is found out as the adapter does."""

    def __init__(
        self,
        line: RoomsLine,
        *,
        mandator: str = "Default",
        person_at: PersonAt = lambda _: None,
        known_names: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self.mandator = mandator
        self._line, self._known_names = line, known_names
        self._judge = ModelJudge(line)
        self._drafts = RoomDrafts(line, mandator, person_at)

    async def ping(self) -> None:
        asking = Asking(
            port="ping",
            operation="Person_UserInfo",
            path="v1.0/person/userinfo",
            doing="asking who we are",
        )
        await self._line.ask(asking, lambda _: None)

    async def get_booking(self, booking_id: BookingId) -> Booking:
        asking = Asking(
            port="get_booking",
            operation="Bookings_GetByReservationId",
            path=f"v1.0/bookings/{booking_id}",
            doing=f"reading booking {booking_id}",
        )
        return await self._line.ask(
            asking, lambda visit: booking_of(visit, visit.visible(booking_id), self.mandator)
        )

    async def find_bookings(self, query: BookingQuery) -> Sequence[Booking]:
        wanted = BookingsFilter(
            start=None if query.window is None else query.window.start,
            end=None if query.window is None else query.window.end,
            resource_id=query.resource,
            organizer_id=query.organizer,
            modified_on=_since(query.modified_since),
            status_ids=tuple(Status),
        )
        asking = Asking(
            port="find_bookings",
            operation="Bookings2_Find",
            path="v2.0/bookings/find",
            doing="searching bookings",
        )
        return await self._line.ask(
            asking,
            lambda visit: [
                booking_of(visit, stored, self.mandator)
                for stored in find(visit.house.store, visit.house.switches, visit.actor, wanted)
            ],
        )

    async def open_draft(self, draft: BookingDraft) -> OpenDraft:
        slot = Slot(draft.resource, draft.time)
        context = await self._insist(
            lambda: self._drafts.create(draft), slot, None, _words_of(draft), "open_draft"
        )
        return OpenDraft(context=context, draft=draft)

    async def confirm_draft(self, opened: OpenDraft) -> Booking:
        draft = opened.draft
        change = self._drafts.link_and_people(draft)
        try:
            stored = await self._drafts.confirm(
                opened.context, change, "confirm_draft", "confirming a booking"
            )
        except SaidNoError as no:
            verdict = await self._judge.judge(Slot(draft.resource, draft.time))
            verdict = verdict or named_verdict(no) or NOTHING_FOUND
            raise verdict.refusal(no.text, (*_words_of(draft), *self._known_names())) from None
        written = BookingChanges(
            title=draft.title,
            time=draft.time,
            resource=draft.resource,
            organizer=draft.organizer,
            appointment_oid=draft.appointment_oid,
        )
        return stored if _shows(stored, written) else await self.get_booking(stored.booking_id)

    async def abort_draft(self, context: int) -> None:
        await self._drafts.abort(context)

    async def update_booking(self, booking: Booking, changes: BookingChanges) -> Booking:
        if changes == BookingChanges():
            return booking
        write = self._edit if changes.needs_draft else self._update
        stored = await self._insist(
            lambda: write(booking.booking_id, changes),
            _new_slot(booking, changes),
            booking.booking_id,
            _words_of(booking, changes),
            "update_booking",
        )
        return stored if _shows(stored, changes) else await self.get_booking(booking.booking_id)

    async def cancel_booking(self, booking_id: BookingId) -> Booking:
        try:
            stored = await self._insist(
                lambda: self._cancel(booking_id), None, booking_id, (), "cancel_booking"
            )
        except BookingRefusedError:
            present = await self.get_booking(booking_id)
            if present.status is BookingStatus.CANCELLED:
                return present
            raise
        if stored.status is BookingStatus.CANCELLED:
            return stored
        return await self.get_booking(booking_id)

    async def remove_room(self, booking_id: BookingId) -> Booking:
        asking = Asking(
            port="remove_room",
            operation="Bookings_RemoveRoom",
            path=f"v1.0/bookings/{booking_id}/removeRoom",
            doing=f"taking booking {booking_id} away",
            reads=False,
        )

        def remove(visit: Visit) -> Booking:
            number = visit.visible(booking_id).id
            stored = changing.remove_room(visit.house, visit.actor, number)
            return booking_of(visit, stored, self.mandator)

        return await self._insist(
            lambda: self._line.ask(asking, remove), None, booking_id, (), "remove_room"
        )

    async def blocking(
        self, resource: ResourceId, time: Interval, ignore: BookingId | None = None
    ) -> RefusalCode | None:
        verdict = await self._judge.judge(Slot(resource, time, ignore))
        return None if verdict is None else verdict.code

    async def _update(self, booking_id: BookingId, changes: BookingChanges) -> Booking:
        asking = Asking(
            port="update_booking",
            operation="Bookings2_Update",
            path=f"v2.0/bookings/{booking_id}/update",
            doing=f"updating booking {booking_id}",
            reads=False,
        )

        def update(visit: Visit) -> Booking:
            number = visit.visible(booking_id).id
            stored = changing.update(
                visit.house, visit.actor, number, updated(changes), in_draft=False
            )
            return booking_of(visit, stored, self.mandator)

        return await self._line.ask(asking, update)

    async def _edit(self, booking_id: BookingId, changes: BookingChanges) -> Booking:
        context = await self._drafts.edit(booking_id, "update_booking")
        doing = f"confirming booking {booking_id}"
        change = self._drafts.edited(changes)
        return await self._drafts.confirm(context, change, "update_booking", doing)

    async def _cancel(self, booking_id: BookingId) -> Booking:
        asking = Asking(
            port="cancel_booking",
            operation="Bookings_Cancel",
            path=f"v1.0/bookings/{booking_id}/cancel",
            doing=f"cancelling booking {booking_id}",
            reads=False,
        )

        def cancel(visit: Visit) -> Booking:
            stored = changing.cancel(
                visit.house,
                visit.actor,
                visit.visible(booking_id).id,
                sends_mail=False,
                cancels_appointment=False,
            )
            return booking_of(visit, stored, self.mandator)

        return await self._line.ask(asking, cancel)

    async def _insist[Result](
        self,
        write: Callable[[], Awaitable[Result]],
        slot: Slot | None,
        booking_id: BookingId | None,
        words: Sequence[str],
        port: str,
    ) -> Result:
        """Write; a no is explained, or tried once more when nothing stands against it."""
        try:
            return await write()
        except SaidNoError as no:
            await self._explain(no, slot, booking_id, words, port)
        try:
            return await write()
        except SaidNoError as no:
            await self._explain(no, slot, booking_id, words, port)
            raise NOTHING_FOUND.refusal(no.text, (*words, *self._known_names())) from None

    async def _explain(
        self,
        no: SaidNoError,
        slot: Slot | None,
        booking_id: BookingId | None,
        words: Sequence[str],
        port: str,
    ) -> None:
        """Raise the refusal or the lock behind a no; return when there is neither."""
        verdict = await self._judge.judge(slot) if slot is not None else None
        verdict = verdict or named_verdict(no)
        if verdict is not None:
            raise verdict.refusal(no.text, (*words, *self._known_names())) from None
        if booking_id is not None:
            await self._drafts.require_unlocked(booking_id, port)


def _since(stamp: str | None) -> datetime | None:
    return None if stamp is None else moment_of(stamp)
