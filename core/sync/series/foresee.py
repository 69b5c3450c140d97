"""What a write for many dates is meant to result in, stored before it is tried (design 4).

After a crash the half-made dates are compared with this, so that what a user changed in the
meantime counts as a change and is kept.
"""

from collections.abc import Mapping as Table
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.changes import BookingChanges, BookingDraft
from core.domain.expansion import occurrences_in
from core.domain.interval import Interval
from core.domain.mapping import Baseline, DateLink, Fingerprint, MappingState
from core.domain.meeting import Aspect, Meeting
from core.domain.policies import Policies
from core.sync.context import Context
from core.sync.fingerprint import fingerprint
from core.sync.groups import as_booked, remembered
from core.sync.record import intended
from core.sync.series.common_change import written_over
from core.sync.series.sight import SeriesSight
from core.sync.series.steps import BookSeries, ChangeBookings, CreateSeries
from core.sync.series.views import seen_as_link
from core.sync.translate import meeting_of_booking, meeting_of_event


def booked_baselines(
    sight: SeriesSight, step: BookSeries, context: Context
) -> dict[datetime, Baseline]:
    """Return what dates agree on once they are booked by one draft: what that draft says.

    What an exception says beyond that counts as changed in Exchange, and ROOMS follows it.
    """
    dates = {start: sight.date(start).seen for start in step.steps}
    events = {start: seen.event for start, seen in dates.items() if seen.event is not None}
    shows = {start: meeting_of_event(event, context.directory) for start, event in events.items()}
    said = next(shows[start] for start in shows if _says_the_same(step.steps[start].draft, step))
    found: dict[datetime, Baseline] = {}
    for start, meeting in shows.items():
        seen = dates[start]
        shown = replace(meeting, subject=said.subject, attendees=said.attendees)
        booked = as_booked(shown, seen.groups)
        found[start] = Baseline(
            key_version=context.keys.current,
            exchange=fingerprint(shown, context.keys),
            rooms=fingerprint(booked, context.keys),
            groups=remembered(shown, booked.attendees, seen.groups, None, context.keys),
        )
    return found


def date_baseline(
    sight: SeriesSight, start: datetime, context: Context
) -> dict[datetime, Baseline | None]:
    """Return what one date agrees on once it is booked by itself."""
    seen = sight.date(start).seen
    mapping = seen.mapping
    is_first = mapping.baseline is None
    return {start: intended(seen, context) if is_first else mapping.baseline}


def created_baselines(
    sight: SeriesSight, step: CreateSeries, context: Context
) -> dict[datetime, Baseline | None]:
    """Return what dates agree on once they are a series in Exchange: what its usual date says.

    Whatever the booking of another date says beyond that counts as changed in ROOMS, and Exchange
    follows it (R-662).
    """
    booking = next(iter(sight.date(step.model).seen.active_bookings), None)
    rule = step.draft.recurrence
    if booking is None or rule is None:
        return {}
    usual = meeting_of_booking(booking, context.directory)
    starts = [date.original_start for date in sight.dates]
    until = max(starts) + rule.span.length + timedelta(days=1)
    times = {o.original_start: o.time for o in occurrences_in(rule, Interval(min(starts), until))}
    found: dict[datetime, Baseline | None] = {}
    for start in starts:
        rooms = replace(usual, time=times.get(start, usual.time))
        # Whom ROOMS knows by name only cannot be invited; it stays a participant all the same.
        exchange = replace(rooms, attendees=tuple(a for a in rooms.attendees if a.address))
        found[start] = Baseline(
            key_version=context.keys.current,
            exchange=fingerprint(exchange, context.keys),
            rooms=fingerprint(rooms, context.keys),
        )
    return found


def overwritten_baselines(
    sight: SeriesSight, step: ChangeBookings, context: Context
) -> dict[datetime, Baseline | None]:
    """Return what dates count as having agreed on that get a change for all without asking.

    It is what is written over them, on both sides: so what Exchange says of them counts as changed
    there and goes back to ROOMS, also after a crash.
    """
    found: dict[datetime, Baseline | None] = {}
    rule = sight.rule
    for start in step.change.others:
        seen = sight.date(start).seen
        baseline, event = seen.mapping.baseline, seen.event
        booking = next((b for b in seen.active_bookings if b.series_id == step.series_id), None)
        if rule is None or baseline is None or event is None or booking is None:
            continue
        if baseline.key_version not in context.keys.secrets:
            continue
        written = written_over(booking, step.change, start, rule.zone)
        booked = _written_over(
            meeting_of_booking(
                replace(booking, custom_fields=booking.custom_fields | dict(written.custom_fields)),
                context.directory,
            ),
            written,
        )
        shown = replace(
            _written_over(meeting_of_event(event, context.directory), written),
            show_as=booked.show_as,
            reminder_minutes=booked.reminder_minutes,
        )
        aspects = _aspects_of(written, context.directory.policies)
        number, version = booking.booking_id, baseline.key_version
        rooms = _agreeing_on(
            aspects, baseline.of_booking(number), fingerprint(booked, context.keys, version)
        )
        found[start] = replace(
            baseline,
            exchange=_agreeing_on(
                aspects, baseline.exchange, fingerprint(shown, context.keys, version)
            ),
            by_booking=baseline.by_booking | {number: rooms},
        )
    return found


def _written_over(meeting: Meeting, changes: BookingChanges) -> Meeting:
    return replace(
        meeting,
        subject=meeting.subject if changes.title is None else changes.title,
        attendees=meeting.attendees if changes.attendees is None else changes.attendees,
        time=changes.time or meeting.time,
    )


def _aspects_of(written: BookingChanges, policies: Policies) -> frozenset[Aspect]:
    fields = {name for name, _ in written.custom_fields}
    are_written = {
        Aspect.SUBJECT: written.title is not None,
        Aspect.ATTENDEES: written.attendees is not None,
        Aspect.TIME: written.time is not None,
        Aspect.SHOW_AS: policies.show_as_field in fields,
        Aspect.REMINDER: policies.reminder_field in fields,
    }
    return frozenset(aspect for aspect, is_written in are_written.items() if is_written)


def _agreeing_on(aspects: frozenset[Aspect], agreed: Fingerprint, now: Fingerprint) -> Fingerprint:
    """Return what was agreed on with some aspects as they are now; all others may have changed."""
    values = {aspect: value for aspect, value in now.aspects.items() if aspect in aspects}
    attendees = now.attendees if Aspect.ATTENDEES in aspects else agreed.attendees
    return Fingerprint(aspects=agreed.aspects | values, attendees=attendees)


def foreseen(
    sight: SeriesSight, baselines: Table[datetime, Baseline | None]
) -> tuple[DateLink, ...]:
    """Return the links of all dates as they are, those named with what they will agree on."""
    links = []
    for date in sight.dates:
        start = date.original_start
        link = seen_as_link(date)
        links.append(replace(link, baseline=baselines[start]) if start in baselines else link)
    return tuple(links)


def deleted_link(start: datetime) -> DateLink:
    """Return the link of a date that is not to be there."""
    return DateLink(original_start=start, state=MappingState.CANCELLED, is_deleted=True)


def _says_the_same(draft: BookingDraft, step: BookSeries) -> bool:
    wanted = step.draft
    return (draft.title, draft.attendees, draft.custom_fields) == (
        wanted.title,
        wanted.attendees,
        wanted.custom_fields,
    )
