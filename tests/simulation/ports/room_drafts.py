"""Drafts of the model of ROOMS: opened, confirmed, aborted, each of them one request."""

import logging
from uuid import UUID

from core.adapters.rooms.client import SaidNoError
from core.adapters.rooms.requests import PersonAt
from core.domain.booking import Booking
from core.domain.changes import BookingChanges, BookingDraft
from core.domain.ids import BookingId
from core.domain.meeting import Attendee
from core.errors import InvalidPayloadError, LockedError, NotFoundError, RoomSyncError
from devstack.rooms.model import confirming, drafting
from devstack.rooms.model.booking import Change, ParticipantEntry
from tests.simulation.ports.booking_values import booking_of
from tests.simulation.ports.rooms_line import Asking, RoomsLine, Visit

log = logging.getLogger(__name__)


class RoomDrafts:
    """Handles tempdataContexts by number, as `core.adapters.rooms.drafts` does."""

    def __init__(self, line: RoomsLine, mandator: str, person_at: PersonAt) -> None:
        self._line, self._mandator, self._person_at = line, mandator, person_at

    async def create(self, draft: BookingDraft) -> int:
        """Open the draft of a new booking; SaidNoError when ROOMS does not take it."""
        change, opening = self._new(draft), _opening(draft)
        asking = Asking(
            port="open_draft",
            operation="Bookings_Create",
            path="v1.0/reservation/create",
            doing="opening a booking",
            reads=False,
        )
        try:
            return await self._line.ask(
                asking,
                lambda visit: drafting.open_new(visit.house, visit.actor, change, opening).id,
            )
        except NotFoundError as error:
            raise InvalidPayloadError(
                f"{error}: ROOMS knows the resource, the organizer or the mandator not"
            ) from None

    async def edit(self, booking_id: BookingId, port: str) -> int:
        """Open a booking for editing; LockedError when somebody else has it open."""
        asking = Asking(
            port=port,
            operation="Bookings_Edit",
            path=f"v1.0/reservation/edit/{booking_id}",
            doing=f"opening booking {booking_id} for editing",
            reads=False,
        )
        try:
            return await self._line.ask(
                asking, lambda visit: drafting.open_edit(visit.house, visit.actor, booking_id).id
            )
        except SaidNoError as no:
            if no.reason is not None:
                raise
            raise LockedError(f"booking {booking_id} is open in somebody's editor") from None

    async def confirm(self, context: int, change: Change, port: str, doing: str) -> Booking:
        """Commit a draft; whatever fails, the draft is dropped."""
        asking = Asking(
            port=port,
            operation="Bookings_Confirm",
            path="v1.0/reservation/confirm",
            doing=doing,
            reads=False,
        )

        def confirm(visit: Visit) -> Booking:
            stored = confirming.confirm(visit.house, visit.actor, context, change)
            return booking_of(visit, stored, self._mandator)

        try:
            return await self._line.ask(asking, confirm)
        except RoomSyncError:
            await self.abort_quietly(context, port)
            raise

    async def abort(self, context: int, port: str = "abort_draft") -> None:
        """Drop a draft; unknown and expired ones are fine."""
        asking = Asking(
            port=port,
            operation="Bookings_Abort",
            path="v1.0/reservation/abort",
            doing="dropping a draft",
            reads=False,
        )
        try:
            await self._line.ask(
                asking, lambda visit: drafting.abort(visit.house, visit.actor, context)
            )
        except (NotFoundError, SaidNoError):
            return

    async def abort_quietly(self, context: int, port: str) -> None:
        """Drop a draft after a failure that matters more; ROOMS lets it expire otherwise."""
        try:
            await self.abort(context, port)
        except RoomSyncError as error:
            log.warning("draft_not_dropped", extra={"why": str(error)})

    async def require_unlocked(self, booking_id: BookingId, port: str) -> None:
        """Raise LockedError if a booking is open in somebody's editor."""
        try:
            context = await self.edit(booking_id, port)
        except SaidNoError:
            return
        await self.abort_quietly(context, port)

    def link_and_people(self, draft: BookingDraft) -> Change:
        """Return what the confirmation of a new booking adds to it."""
        return Change(
            participants=self._entries(draft.attendees),
            sync_appointment_oid=UUID(draft.appointment_oid),
            sync_with_calendar=False,
        )

    def edited(self, changes: BookingChanges) -> Change:
        """Return what the confirmation of an edit carries."""
        oid = changes.appointment_oid
        return Change(
            title=changes.title,
            begin=changes.time.start if changes.time else None,
            end=changes.time.end if changes.time else None,
            resource_id=changes.resource,
            organizer_id=changes.organizer,
            participants=None if changes.attendees is None else self._entries(changes.attendees),
            sync_appointment_oid=None if oid is None else UUID(oid),
            sync_with_calendar=False,
            custom_fields=dict(changes.custom_fields) or None,
        )

    def _new(self, draft: BookingDraft) -> Change:
        entries = self._entries(draft.attendees)
        known = tuple(ParticipantEntry(id=e.id) for e in entries if e.id is not None)
        return Change(
            title=draft.title,
            begin=draft.time.start,
            end=draft.time.end,
            resource_id=draft.resource,
            organizer_id=draft.organizer,
            participants=(*known, *(e for e in entries if e.id is None)),
            sync_with_calendar=False,
            custom_fields=dict(draft.custom_fields),
        )

    def _entries(self, attendees: tuple[Attendee, ...]) -> tuple[ParticipantEntry, ...]:
        return tuple(self._entry(attendee) for attendee in attendees)

    def _entry(self, attendee: Attendee) -> ParticipantEntry:
        person = self._person_at(attendee.address) if attendee.address else None
        return ParticipantEntry(
            id=person, mail=attendee.address or None, name=attendee.name or attendee.address
        )


def updated(changes: BookingChanges) -> Change:
    """Return what `bookings/update` carries: no participants and no link."""
    return Change(
        title=changes.title,
        begin=changes.time.start if changes.time else None,
        end=changes.time.end if changes.time else None,
        resource_id=changes.resource,
        organizer_id=changes.organizer,
        custom_fields=dict(changes.custom_fields) or None,
    )


def _opening(draft: BookingDraft) -> drafting.Opening:
    return drafting.Opening(private=draft.private, sends_mail=False)
