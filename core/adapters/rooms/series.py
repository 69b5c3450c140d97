"""Series of one mandator: the RoomSeriesSystem port over ROOMS' REST API (rooms-api 3 and 4)."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from core.adapters.rooms import requests
from core.adapters.rooms.bookings import RoomsBookingSystem
from core.adapters.rooms.client import RoomsConnection, SaidNoError
from core.adapters.rooms.discretion import discreet
from core.adapters.rooms.drafts import Drafts
from core.adapters.rooms.payloads import SeriesItemLine
from core.adapters.rooms.refusals import (
    NOTHING_FOUND,
    RefusalJudge,
    Slot,
    Verdict,
    named_verdict,
)
from core.adapters.rooms.series_booking import SeriesBooking
from core.adapters.rooms.statuses import DEFAULT_STATUS_NAMES, StatusTable
from core.domain.booking import Booking, BookingStatus
from core.domain.changes import BookingChanges
from core.domain.ids import BookingId
from core.domain.interval import Interval
from core.domain.series_draft import BookedSeries, SeriesDraft
from core.errors import NotFoundError, ServiceUnavailableError
from core.ports.room_series import OpenSeries
from core.ports.rooms import BookingQuery


class RoomsSeries:
    """Reads and writes series; single dates are bookings like any other (`RoomsBookingSystem`)."""

    def __init__(
        self,
        connection: RoomsConnection,
        bookings: RoomsBookingSystem,
        *,
        person_at: requests.PersonAt,
        known_names: Callable[[], Iterable[str]] = tuple,
        status_names: Mapping[str, BookingStatus] = DEFAULT_STATUS_NAMES,
    ) -> None:
        self._connection, self._bookings = connection, bookings
        self._person_at, self._known_names = person_at, known_names
        self._judge = RefusalJudge(connection, StatusTable(connection, status_names))
        self._drafts = Drafts(connection)
        self._booking = SeriesBooking(
            connection,
            self._judge,
            person_at=person_at,
            known_names=known_names,
        )

    async def read_series(self, sample: Booking, span: Interval | None = None) -> Sequence[Booking]:
        """Return the bookings of the series that `sample` is of, by time.

        All active ones; cancelled ones as far as they are the sample's organizer's and between the
        active ones or in `span`. An active one of another organizer costs a read of its own.
        """
        if sample.series_id is None:
            return (sample,)
        lines = await self._active(sample.series_id)
        times = [sample.time, *(line.time for line in lines if line.time is not None)]
        times += [] if span is None else [span]
        whole = Interval(min(t.start for t in times), max(t.end for t in times))
        query = BookingQuery(window=whole, organizer=sample.organizer)
        found = {
            b.booking_id: b
            for b in await self._bookings.find_bookings(query)
            if b.series_id == sample.series_id
        }
        for line in lines:
            number = BookingId(line.reservation_id)
            if number not in found:
                found[number] = await self._bookings.get_booking(number)
        return tuple(sorted(found.values(), key=lambda b: (b.time.start, b.booking_id)))

    async def open_series(self, draft: SeriesDraft, replacing: Booking | None = None) -> OpenSeries:
        """Draw up a series and let ROOMS say of each date whether it can be had.

        With `replacing` the new series takes the place of that item and of all that follow it.
        SeriesNotTakenError: ROOMS takes these dates only one by one.
        """
        if replacing is None:
            return await self._booking.open(draft)
        leaving = await self._following(replacing)
        return await self._booking.open(draft, replacing, {b.booking_id for b in leaving})

    async def confirm_series(self, opened: OpenSeries) -> BookedSeries:
        """Book what was drawn up, and return the answer to each date.

        What ROOMS booked beyond that is cancelled, and what it left of a series that was replaced.
        SeriesNotTakenError: it took none of it after all; the draft is dropped.
        """
        if opened.context is None:
            return self._booking.answers(opened, None, ())
        leaving = [] if opened.replacing is None else await self._following(opened.replacing)
        series_id, first = await self._booking.confirm(opened, self._bookings.get_booking)
        stored = await self.read_series(first)
        booked = self._booking.answers(opened, series_id, stored)
        kept = {a.booking.booking_id for a in booked.answers if a.booking is not None}
        for booking in (*stored, *await self._left_of(leaving, stored)):
            if booking.booking_id not in kept and booking.status is not BookingStatus.CANCELLED:
                await self._bookings.cancel_booking(booking.booking_id)
        return booked

    async def abort_series(self, opened: OpenSeries) -> None:
        """Drop a series that was drawn up; unknown and expired drafts are fine."""
        if opened.context is not None:
            await self._drafts.abort(opened.context)

    async def update_following(self, item: Booking, changes: BookingChanges) -> Sequence[Booking]:
        """Change an item and all that follow it; return the series that it is of afterwards.

        `syncAppointmentOid` and people go through a draft, as for a single booking.
        """
        if changes != BookingChanges():
            write = self._edit if changes.needs_draft else self._update
            await self._insist(lambda: write(item.booking_id, changes), item, changes)
        return await self.read_series(await self._bookings.get_booking(item.booking_id))

    async def cancel_series(self, item: Booking) -> Sequence[Booking]:
        """Cancel all that is still to come of the item's series; return the series (R-624).

        Without mails of ROOMS' own and without touching Exchange. No series any more: what is
        there is returned.
        """
        query = [("sendMail", "false"), ("cancelExchangeAppointment", "false")]
        path = f"v1.0/bookings/{item.booking_id}/cancelSerie"
        doing = f"cancelling the series of booking {item.booking_id}"
        try:
            await self._insist(lambda: self._connection.put(path, doing, query=query), item)
        except NotFoundError:
            return await self.read_series(await self._bookings.get_booking(item.booking_id))
        return await self.read_series(item)

    async def remove_rooms(self, item: Booking) -> Sequence[Booking]:
        """Move all that is still to come of the item's series to an online resource (R-115)."""
        path = f"v1.0/bookings/{item.booking_id}/removeRoom"
        doing = f"taking the series of booking {item.booking_id} out of its room"
        query = [("applyToSerie", "true")]
        await self._insist(lambda: self._connection.patch(path, doing, query), item)
        return await self.read_series(item)

    async def _following(self, item: Booking) -> list[Booking]:
        """Return the item and what follows it in its series, as far as it is active."""
        series = await self.read_series(item)
        return [
            b
            for b in series
            if b.time.start >= item.time.start and b.status is not BookingStatus.CANCELLED
        ]

    async def _left_of(
        self, leaving: Sequence[Booking], stored: Sequence[Booking]
    ) -> list[Booking]:
        """Return which of these a replaced series still has, though ROOMS ends them by itself."""
        new = {b.booking_id for b in stored}
        old = [b for b in leaving if b.booking_id not in new]
        if not old or old[0].series_id is None:
            return []
        numbers = {BookingId(line.reservation_id) for line in await self._active(old[0].series_id)}
        return [b for b in old if b.booking_id in numbers]

    async def _active(self, series_id: int) -> list[SeriesItemLine]:
        doing = f"reading series {series_id}"
        content = await self._connection.get(f"v1.0/series/{series_id}", doing)
        if not isinstance(content, list):
            raise ServiceUnavailableError(f"ROOMS' answer cannot be read while {doing}")
        lines = [SeriesItemLine.read(entry, "date of a series") for entry in content]
        return [line for line in lines if line.reservation_id]

    async def _update(self, booking_id: BookingId, changes: BookingChanges) -> Any:  # noqa: ANN401 - JSON
        body = requests.update_body(changes) | {"applyTempChangesToSeries": True}
        doing = f"updating booking {booking_id} and what follows"
        return await self._connection.put(f"v2.0/bookings/{booking_id}/update", doing, body)

    async def _edit(self, booking_id: BookingId, changes: BookingChanges) -> Any:  # noqa: ANN401 - JSON
        context = await self._drafts.edit(booking_id)
        body = requests.confirm_edit_body(context, changes, self._person_at)
        body["applyChangesToSeries"] = True
        return await self._drafts.confirm(body, f"confirming booking {booking_id} and its series")

    async def _insist(
        self,
        write: Callable[[], Awaitable[Any]],
        item: Booking,
        changes: BookingChanges | None = None,
    ) -> None:
        """Write; a no is explained: a lock on any item still to come, or a refusal.

        Which item stands in the way ROOMS does not say; what its codes name is believed, else the
        item's own new slot is asked about.
        """
        try:
            await write()
        except SaidNoError as no:
            for each in await self.read_series(item):
                if each.time.start >= item.time.start and each.status.occupies:
                    await self._drafts.require_unlocked(each.booking_id)
            verdict = named_verdict(no) or await self._own_slot(item, changes)
            if verdict is None:
                verdict = NOTHING_FOUND if no.reason is None else Verdict(no.reason)
            raise self._refused(verdict, no, item, changes) from None

    def _refused(
        self, verdict: Verdict, no: SaidNoError, item: Booking, changes: BookingChanges | None
    ) -> Exception:
        people = [p.name for p in item.participants]
        people += [a.name for a in (changes.attendees if changes else None) or ()]
        words = [item.title, (changes.title if changes else None) or "", *people]
        return verdict.refusal(discreet(no.text, words), (*words, *self._known_names()))

    async def _own_slot(self, item: Booking, changes: BookingChanges | None) -> Verdict | None:
        if changes is None or (changes.time is None and changes.resource is None):
            return None
        slot = Slot(changes.resource or item.resource, changes.time or item.time, item.booking_id)
        return await self._judge.judge(slot)
