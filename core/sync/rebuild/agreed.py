"""What a restored link takes as agreed on: what each side shows, since nothing else is known.

both sides show                          then
the same                                 agreed
another time, resource, title, ...       as if both had changed it: the usual winner (D10)
people in Exchange whom ROOMS lacks      as if they were just added: ROOMS gets them, no mail
people in ROOMS whom Exchange lacks      agreed: nobody is invited because links were lost
a neutral title in ROOMS, private event  agreed, masked
"""

from dataclasses import replace

from core.domain.event import Event
from core.domain.ids import is_resource_mailbox
from core.domain.mapping import Baseline, Fingerprint
from core.domain.meeting import Aspect, Meeting
from core.sync.context import Context
from core.sync.fingerprint import fingerprint
from core.sync.merge import is_same
from core.sync.observed import Observed
from core.sync.translate import meeting_of_booking, meeting_of_event

NOBODYS = ""
"""A hash that no value has: what carries it counts as changed."""

CUT_FROM = 50
"""A title of ROOMS at least so long may be the beginning of a longer one, cut off there."""


def as_restored(baseline: Baseline, seen: Observed, context: Context) -> Baseline:
    """Return the baseline of a restored link, from that which takes everything as agreed on."""
    event, living = seen.event, seen.active_bookings
    if event is None or not living or is_resource_mailbox(event.place.mailbox):
        # A hold, and a meeting of strangers, are compared with ROOMS as they are.
        return baseline
    here = meeting_of_event(event, context.directory)
    booked = [meeting_of_booking(booking, context.directory) for booking in living]
    neutral = context.directory.policies.neutral_title
    masked = here.private and not any(there.private for there in booked)
    masked = masked and all(is_same(Aspect.SUBJECT, neutral, there.subject) for there in booked)
    apart = differing(event, here, booked, context)
    exchange = _without(baseline.exchange, apart)
    if not masked and not context.directory.policies.resolve_groups:
        exchange = replace(exchange, attendees=exchange.attendees & _everywhere(booked, context))
    return replace(
        baseline,
        exchange=exchange,
        rooms=_without(baseline.rooms, apart),
        by_booking={n: _without(own, apart) for n, own in baseline.by_booking.items()},
        masked=masked,
    )


def differing(
    event: Event, here: Meeting, booked: list[Meeting], context: Context
) -> frozenset[Aspect]:
    """Return the aspects in which an event and its bookings do not agree."""
    found: set[Aspect] = set()
    for there in booked:
        running = event.time.start <= context.now and there.time.start == here.time.start
        if there.time != here.time and not (running and there.time.end > here.time.end):
            found.add(Aspect.TIME)
        if not here.private and not _is_same_title(here.subject, there.subject):
            found.add(Aspect.SUBJECT)
        if not set(there.resources) <= set(here.resources):
            found.add(Aspect.RESOURCES)
        if there.show_as is not None and there.show_as != here.show_as:
            found.add(Aspect.SHOW_AS)
        minutes = there.reminder_minutes
        if minutes is not None and minutes != here.reminder_minutes:
            found.add(Aspect.REMINDER)
    return frozenset(found)


def _is_same_title(here: str, there: str) -> bool:
    if is_same(Aspect.SUBJECT, here, there):
        return True
    cut = there.strip()
    return len(cut) >= CUT_FROM and here.strip().startswith(cut)


def _without(shown: Fingerprint, apart: frozenset[Aspect]) -> Fingerprint:
    return replace(shown, aspects=shown.aspects | dict.fromkeys(apart, NOBODYS))


def _everywhere(booked: list[Meeting], context: Context) -> frozenset[str]:
    """Return who is in every booking."""
    people = [fingerprint(there, context.keys).attendees for there in booked]
    return frozenset.intersection(*people)
