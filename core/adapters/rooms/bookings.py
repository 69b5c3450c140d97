"""Bookings of one mandator: the RoomBookingSystem port over ROOMS' REST API (design 8)."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from core.adapters.rooms import requests
from core.adapters.rooms.client import RoomsConnection, SaidNoError
from core.adapters.rooms.drafts import Drafts
from core.adapters.rooms.payloads import BookingPayload
from core.adapters.rooms.refusals import NOTHING_FOUND, RefusalJudge, Slot, named_verdict
from core.adapters.rooms.statuses import DEFAULT_STATUS_NAMES, StatusTable
from core.domain.booking import Booking, BookingStatus
from core.domain.changes import BookingChanges, BookingDraft
from core.domain.ids import BookingId, PersonId, ResourceId
from core.domain.interval import Interval
from core.domain.refusal import RefusalCode
from core.errors import (
    BookingRefusedError,
    InvalidPayloadError,
    NotFoundError,
    ServiceUnavailableError,
)
from core.ports.rooms import BookingQuery, OpenDraft

log = logging.getLogger(__name__)


def _nobody(_: str) -> PersonId | None:
    return None


def _no_names() -> Iterable[str]:
    return ()


class RoomsBookingSystem:
    """Reads and writes bookings. `person_at` finds the ROOMS person behind an attendee's address.

    `known_names` are people's names to be taken out of ROOMS' texts, asked for at a refusal.
    Every write is checked against what comes back; what ROOMS stored is returned, also where it
    is not what was asked for: the planner compares.
    """

    def __init__(
        self,
        connection: RoomsConnection,
        *,
        person_at: requests.PersonAt = _nobody,
        known_names: Callable[[], Iterable[str]] = _no_names,
        status_names: Mapping[str, BookingStatus] = DEFAULT_STATUS_NAMES,
    ) -> None:
        self.mandator = connection.mandator
        self._connection = connection
        self._person_at, self._known_names = person_at, known_names
        self._statuses = StatusTable(connection, status_names)
        self._judge = RefusalJudge(connection, self._statuses)
        self._drafts = Drafts(connection)

    async def ping(self) -> None:
        """Return when ROOMS answers and takes our credentials."""
        await self._connection.get("v1.0/person/userinfo", "asking who we are")

    async def get_booking(self, booking_id: BookingId) -> Booking:
        """Return a booking; NotFoundError when ROOMS does not know the id."""
        doing = f"reading booking {booking_id}"
        content = await self._connection.get(f"v1.0/bookings/{booking_id}", doing)
        if content is None:
            raise NotFoundError(f"ROOMS answered nothing while {doing}")
        return await self._booking(content)

    async def find_bookings(self, query: BookingQuery) -> Sequence[Booking]:
        """Return the bookings that match, in all statuses, with one request.

        A booking that cannot be read is left out and logged; reading it by its id tells why.
        """
        pairs = requests.find_query(query, await self._statuses.ids())
        doing = "searching bookings"
        content = await self._connection.get("v2.0/bookings/find", doing, pairs)
        if not isinstance(content, list):
            raise ServiceUnavailableError(f"ROOMS' answer cannot be read while {doing}")
        found: list[Booking] = []
        for item in content:
            try:
                found.append(await self._booking(item))
            except InvalidPayloadError as error:
                log.warning("booking_unreadable", extra={"why": str(error)})
        return found

    async def open_draft(self, draft: BookingDraft) -> OpenDraft:
        """Begin a booking: ROOMS blocks the slot. BookingRefusedError when it says no."""
        body = requests.create_body(draft, self._person_at)
        slot = Slot(draft.resource, draft.time)
        words = _words_of(draft)
        context = await self._insist(lambda: self._drafts.create(body), slot, None, words)
        return OpenDraft(context=context, draft=draft)

    async def confirm_draft(self, opened: OpenDraft) -> Booking:
        """Make a draft a booking, with its link and participants, and return what ROOMS stored.

        A failure drops the draft: the slot is free again. NotFoundError: it had expired.
        """
        draft = opened.draft
        body = requests.confirm_new_body(opened.context, draft, self._person_at)
        doing = "confirming a booking"
        try:
            content = await self._drafts.confirm(body, doing)
        except SaidNoError as no:
            verdict = await self._judge.judge(Slot(draft.resource, draft.time))
            verdict = verdict or named_verdict(no) or NOTHING_FOUND
            raise verdict.refusal(no.text, (*_words_of(draft), *self._known_names())) from None
        try:
            stored = await self._booking(content)
        except InvalidPayloadError as error:
            raise ServiceUnavailableError(f"the outcome of {doing} is unknown: {error}") from None
        written = BookingChanges(
            title=draft.title,
            time=draft.time,
            resource=draft.resource,
            organizer=draft.organizer,
            appointment_oid=draft.appointment_oid,
        )
        return stored if _shows(stored, written) else await self.get_booking(stored.booking_id)

    async def abort_draft(self, context: int) -> None:
        """Drop a draft; unknown and expired ones are fine."""
        await self._drafts.abort(context)

    async def update_booking(self, booking: Booking, changes: BookingChanges) -> Booking:
        """Write only `changes`, return what ROOMS stored; BookingRefusedError if it says no.

        What ROOMS takes only through a draft goes there together with all the rest. No changes
        are no request.
        """
        if changes == BookingChanges():
            return booking
        write = self._edit if changes.needs_draft else self._update
        content = await self._insist(
            lambda: write(booking.booking_id, changes),
            _new_slot(booking, changes),
            booking.booking_id,
            _words_of(booking, changes),
        )
        return await self._verified(booking.booking_id, content, changes)

    async def cancel_booking(self, booking_id: BookingId) -> Booking:
        """Cancel without mails of ROOMS' own and without touching Exchange.

        A booking that is cancelled already is returned as it is.
        """
        try:
            content = await self._insist(lambda: self._cancel(booking_id), None, booking_id, ())
        except BookingRefusedError:
            present = await self.get_booking(booking_id)
            if present.status is BookingStatus.CANCELLED:
                return present
            raise
        stored = await self._readable(content)
        if stored is not None and stored.status is BookingStatus.CANCELLED:
            return stored
        return await self.get_booking(booking_id)

    async def remove_room(self, booking_id: BookingId) -> Booking:
        """Move a booking to an online resource: the meeting stays without a room (R-115).

        ROOMS mails about it as it is configured to: `removeRoom` has no switch for that.
        """
        path, doing = f"v1.0/bookings/{booking_id}/removeRoom", f"taking booking {booking_id} away"
        content = await self._insist(
            lambda: self._connection.patch(path, doing, [("applyToSerie", "false")]),
            None,
            booking_id,
            (),
        )
        return await self._readable(content) or await self.get_booking(booking_id)

    async def blocking(
        self, resource: ResourceId, time: Interval, ignore: BookingId | None = None
    ) -> RefusalCode | None:
        """Return what stands against a slot now, None when it is free; one read.

        `ignore` is the booking that may be there: the one that wants to move. A slot that only
        drafts hold is neither free nor refused: LockedError. What is no blocker (rights, lengths)
        is not seen here.
        """
        verdict = await self._judge.judge(Slot(resource, time, ignore))
        return None if verdict is None else verdict.code

    async def _update(self, booking_id: BookingId, changes: BookingChanges) -> Any:  # noqa: ANN401 - JSON
        path = f"v2.0/bookings/{booking_id}/update"
        body = requests.update_body(changes)
        return await self._connection.put(path, f"updating booking {booking_id}", body)

    async def _edit(self, booking_id: BookingId, changes: BookingChanges) -> Any:  # noqa: ANN401 - JSON
        context = await self._drafts.edit(booking_id)
        body = requests.confirm_edit_body(context, changes, self._person_at)
        return await self._drafts.confirm(body, f"confirming booking {booking_id}")

    async def _cancel(self, booking_id: BookingId) -> Any:  # noqa: ANN401 - JSON
        query = [("sendMail", "false"), ("cancelExchangeAppointment", "false")]
        path = f"v1.0/bookings/{booking_id}/cancel"
        return await self._connection.put(path, f"cancelling booking {booking_id}", query=query)

    async def _insist[Result](
        self,
        write: Callable[[], Awaitable[Result]],
        slot: Slot | None,
        booking_id: BookingId | None,
        words: Sequence[str],
    ) -> Result:
        """Write; a no is explained, or tried once more when nothing stands against it.

        What stood in the way may have gone while we asked: a draft that ended, a lock that was
        given back. Without this second try that would be taken for a refusal. `words` must not
        be repeated: titles and names.
        """
        try:
            return await write()
        except SaidNoError as no:
            await self._explain(no, slot, booking_id, words)
        try:
            return await write()
        except SaidNoError as no:
            await self._explain(no, slot, booking_id, words)
            raise NOTHING_FOUND.refusal(no.text, (*words, *self._known_names())) from None

    async def _explain(
        self,
        no: SaidNoError,
        slot: Slot | None,
        booking_id: BookingId | None,
        words: Sequence[str],
    ) -> None:
        """Raise the refusal or the lock behind a no; return when there is neither."""
        verdict = await self._judge.judge(slot) if slot is not None else None
        verdict = verdict or named_verdict(no)
        if verdict is not None:
            raise verdict.refusal(no.text, (*words, *self._known_names())) from None
        if booking_id is not None:
            await self._drafts.require_unlocked(booking_id)

    async def _verified(
        self, booking_id: BookingId, content: object, changes: BookingChanges
    ) -> Booking:
        stored = await self._readable(content)
        if stored is not None and _shows(stored, changes):
            return stored
        return await self.get_booking(booking_id)

    async def _readable(self, content: object) -> Booking | None:
        try:
            return await self._booking(content)
        except InvalidPayloadError:
            return None

    async def _booking(self, content: object) -> Booking:
        payload = BookingPayload.read(content, "booking")
        return payload.to_domain(self.mandator, await self._statuses.meaning(payload))


def _new_slot(booking: Booking, changes: BookingChanges) -> Slot | None:
    """Return the slot that a change asks for, None when it stays where it is."""
    resource, time = changes.resource or booking.resource, changes.time or booking.time
    if (resource, time) == (booking.resource, booking.time):
        return None
    return Slot(resource, time, booking.booking_id)


def _words_of(what: Booking | BookingDraft, changes: BookingChanges | None = None) -> list[str]:
    """Return the title and the people's names of a booking, present and wanted."""
    people = what.participants if isinstance(what, Booking) else what.attendees
    wanted = changes or BookingChanges()
    names = [person.name for person in (*people, *(wanted.attendees or ()))]
    return [what.title, wanted.title or "", *names]


def _shows(stored: Booking, written: BookingChanges) -> bool:
    """Tell whether a booking shows the values that were written."""
    oid = written.appointment_oid.lower() if written.appointment_oid else None
    pairs: tuple[tuple[object, object], ...] = (
        (written.title, stored.title),
        (written.time, stored.time),
        (written.resource, stored.resource),
        (written.organizer, stored.organizer),
        (oid, stored.appointment_oid),
    )
    return all(wanted is None or wanted == present for wanted, present in pairs)
