"""First steps of a link: an event that needs a booking, a booking that needs an event."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.booking import Booking
from core.domain.directory import Directory
from core.domain.event import Event
from core.sync.compose import booking_draft, event_draft
from core.sync.eligibility import (
    bookable_resources,
    home_of_booking,
    why_booking_not_synced,
    why_event_not_synced,
)
from core.sync.fingerprint import HashKeys, demand_fingerprint
from core.sync.observed import Observed
from core.sync.steps import CreateBooking, CreateEvent, Outcome, Plan
from core.sync.translate import meeting_of_booking, meeting_of_event


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What every decision may look at besides the two sides: settings, hash keys, the moment."""

    directory: Directory
    keys: HashKeys
    now: datetime


def book_event(seen: Observed, event: Event, context: Context) -> Plan:
    """Plan the booking for an event that invites a synced resource (R-400, R-310).

    With several resources and D7 `one`, the first one is booked; the others are left alone.
    """
    why_not = why_event_not_synced(event, context.directory, context.now)
    if why_not is not None:
        return Plan(outcome=Outcome.IGNORED, reason=why_not)
    meeting = meeting_of_event(event, context.directory)
    refusal = seen.standing_refusal
    if refusal is not None:
        asked = demand_fingerprint(meeting, refusal.aspects, context.keys)
        if refusal.fingerprint == asked:
            return Plan(outcome=Outcome.REFUSED, reason=f"ROOMS refused it: {refusal.code}")
    organizer = context.directory.person_at(event.organizer_address)
    if organizer is None:
        raise ValueError("an event without a known organizer passed the eligibility rules")
    resource = bookable_resources(event, context.directory)[0]
    step = CreateBooking(
        draft=booking_draft(
            seen.mapping.id, meeting, resource, organizer.id, context.directory.policies
        ),
        reason="its organizer invited a synced resource in Exchange (R-400)",
    )
    return Plan(steps=(step,), outcome=Outcome.IN_STEP, reason=step.reason)


def show_booking(seen: Observed, booking: Booking, context: Context) -> Plan:
    """Plan the event for a booking, in its organizer's calendar only (R-101, R-102, R-301)."""
    why_not = why_booking_not_synced(booking, context.directory, context.now)
    home = home_of_booking(booking, context.directory)
    if why_not is not None or home is None:
        return Plan(outcome=Outcome.IGNORED, reason=why_not or "it has no mailbox")
    meeting = meeting_of_booking(booking, context.directory)
    step = CreateEvent(
        place=home,
        draft=event_draft(seen.mapping.id, booking, meeting, home, context.directory),
        reason="it was booked in ROOMS (R-301)",
    )
    return Plan(steps=(step,), outcome=Outcome.IN_STEP, reason=step.reason)
