"""Writes that ROOMS may do late: no user's wish, whatever they show (docs/late-writes.md).

ROOMS knows no versions. So what is about to be written is noted in the link first, as keyed hashes.
What a booking shows of an attempt that nobody has answered is ours: Exchange is followed.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from core.domain.booking import Booking
from core.domain.mapping import Attempt, Mapping
from core.domain.meeting import Aspect, Meeting
from core.sync.context import Context
from core.sync.fingerprint import HashKeys, fingerprint
from core.sync.merge import Changed
from core.sync.observed import Observed
from core.sync.steps import UpdateBooking
from core.sync.translate import meeting_of_booking

LATE = timedelta(minutes=5)
"""How late a write may be done: what asks for longer has long been cut off on its way."""

MOST = 3
"""Attempts that a link remembers."""

NOTED = frozenset({Aspect.SUBJECT, Aspect.TIME})
"""What is compared with ROOMS value by value; rooms and people are decided on as sets."""


def attempt_of(step: UpdateBooking, booking: Booking, context: Context) -> Attempt | None:
    """Return what a step is about to show in a booking, None if that is nothing to note."""
    changes = step.changes
    meant = replace(
        booking, title=changes.title or booking.title, time=changes.time or booking.time
    )
    shown = fingerprint(meeting_of_booking(meant, context.directory), context.keys)
    aspects = {a: value for a, value in shown.aspects.items() if a in step.aspects & NOTED}
    if not aspects:
        return None
    return Attempt(
        booking_id=booking.booking_id,
        key_version=context.keys.current,
        aspects=aspects,
        until=context.now + LATE,
    )


def noted(mapping: Mapping, attempt: Attempt) -> Mapping:
    """Return the link with an attempt; the same again is one."""
    others = answered(mapping, attempt).attempts
    return replace(mapping, attempts=(*others, attempt)[-MOST:])


def answered(mapping: Mapping, attempt: Attempt) -> Mapping:
    """Return the link after ROOMS has said what became of an attempt."""
    return replace(mapping, attempts=tuple(a for a in mapping.attempts if not _is_same(a, attempt)))


def still_open(seen: Observed, context: Context) -> tuple[Attempt, ...]:
    """Return the attempts of a link that are not over: too old, done by now, or without booking."""
    shown = {b.booking_id: meeting_of_booking(b, context.directory) for b in seen.active_bookings}
    return tuple(
        a
        for a in seen.mapping.attempts
        if context.now < a.until
        and a.booking_id in shown
        and not _is_done(a, shown[a.booking_id], context.keys)
    )


def disowned(
    changed: Changed, shown: Meeting, attempts: Iterable[Attempt], context: Context
) -> Changed:
    """Return what changed without what ROOMS shows of an attempt of ours: there Exchange counts."""
    ours = frozenset(
        aspect
        for attempt in attempts
        if context.now < attempt.until and attempt.key_version in context.keys.secrets
        for aspect, value in attempt.aspects.items()
        if fingerprint(shown, context.keys, attempt.key_version).aspects.get(aspect) == value
    )
    late = ours & changed.rooms
    if changed.is_first or not late:
        return changed
    return replace(changed, exchange=changed.exchange | late, rooms=changed.rooms - late)


def _is_done(attempt: Attempt, shown: Meeting, keys: HashKeys) -> bool:
    if attempt.key_version not in keys.secrets:
        return True
    now = fingerprint(shown, keys, attempt.key_version).aspects
    return all(now.get(aspect) == value for aspect, value in attempt.aspects.items())


def _is_same(one: Attempt, other: Attempt) -> bool:
    return (one.booking_id, one.aspects) == (other.booking_id, other.aspects)
