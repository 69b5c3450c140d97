"""From what was read of both sides to the dates of a series, each with link and bookings."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from core.domain.booking import Booking
from core.domain.event_series import EventSeries
from core.domain.expansion import occurrences_in
from core.domain.ids import BookingId
from core.domain.interval import Interval
from core.domain.mapping import DateLink, Mapping, MappingState, PendingKind
from core.domain.series import Occurrence, Recurrence
from core.domain.series_shape import shape_of
from core.sync.context import Context
from core.sync.observed import Observed
from core.sync.series.assign import assigned, given_up, is_living, placed_on_dates
from core.sync.series.drafts import DateDraft, Read
from core.sync.series.guess import likely_shape
from core.sync.series.recognise import FARTHEST, rekeyed
from core.sync.series.sight import DateSight, SeriesSight
from core.sync.series.views import date_event, link_as_mapping

RESTORING = frozenset({PendingKind.RESCHEDULE, PendingKind.CREATE_EVENT, PendingKind.MOVE_EVENT})
"""What brings deleted dates back, should it have been interrupted."""


def sight_of(head: Mapping, read: Read, horizon: datetime, context: Context) -> SeriesSight:
    """Return what is seen of a series: its dates that end after now and begin before `horizon`."""
    rule = read.event.recurrence if read.event is not None else None
    if rule is None:
        if head.series is None:
            return _from_rooms(head, read, horizon, context)
        rule = head.series.recurrence
    links = links_of(head)
    if read.event is not None and _is_restored(head, rule):
        links = tuple(replace(link, is_deleted=False) if link.bookings else link for link in links)
    links = tuple(link for link in links if not _is_back_unseen(link, head, read, horizon))
    latest = _latest(links, horizon, context)
    known = _occurrences(rule, read.event, Interval(context.now, latest))
    if head.series is None or head.series.recurrence != rule:
        links = rekeyed(links, known, rule.zone)
    linked = {link.original_start for link in links}
    known = {s: date for s, date in known.items() if s < horizon or s in linked}
    drafts = _drafts(links, known, read, context.now, is_restoring=_is_restoring(head))
    is_booking = head.is_pending(PendingKind.CREATE_BOOKING)
    free, split_off, own_series = assigned(drafts, head, read, context, is_booking=is_booking)
    extra = placed_on_dates(drafts, free, rule, read, context, is_booking=is_booking)
    ordered = [drafts[start] for start in sorted(drafts)]
    over = [_is_over(draft, read.event, context) for draft in ordered]
    return SeriesSight(
        mapping=head,
        event=read.event,
        event_gone=read.event_gone,
        rule=rule,
        dates=tuple(
            _seen(d, head, read) for d, past in zip(ordered, over, strict=True) if not past
        ),
        kept=tuple(d.link for d, past in zip(ordered, over, strict=True) if past),
        extra=extra,
        released=split_off,
        own_series=own_series,
        shared=read.shared,
        horizon=horizon,
        is_rescheduled=_is_restoring(head),
    )


def _from_rooms(head: Mapping, read: Read, horizon: datetime, context: Context) -> SeriesSight:
    """Return a series that ROOMS alone knows so far, as the rule that fits its items best (R-662).

    A date of the rule without an item is a deleted one; an item that no date can stand for gets a
    link of its own.
    """
    items = [b for b in read.bookings if is_living(b, read, context)]
    if not items:
        return SeriesSight(mapping=head, event_gone=read.event_gone)
    pattern = next((b.series_pattern for b in items if b.series_pattern is not None), None)
    by_time = {booking.time: booking for booking in reversed(items)}
    times, zone = sorted(by_time), context.directory.zone_of(head.home.mailbox)
    shape = None if pattern is None else shape_of(pattern, times, zone)
    if shape is None or not shape.held:
        # What is left of a series may be on days that its pattern does not know at all.
        shape = likely_shape(times, zone)
    drafts = [DateDraft(start, _new_link(start)) for start in (*shape.held, *shape.missing)]
    held = set[BookingId]()
    for draft in drafts:
        if (time := shape.held.get(draft.start)) is not None:
            draft.bookings.append(by_time[time])
            held.add(by_time[time].booking_id)
        else:
            draft.link = given_up(draft.link)
    return SeriesSight(
        mapping=head,
        rule=shape.recurrence,
        dates=tuple(_seen(d, head, read) for d in sorted(drafts, key=lambda d: d.start)),
        released=tuple(b for b in items if b.booking_id not in held),
        own_series=series_numbers(items),
        shared=read.shared,
        horizon=horizon,
    )


def links_of(head: Mapping) -> tuple[DateLink, ...]:
    """Return the links of the dates; a single meeting that became a series is its first one."""
    if head.series is not None:
        return head.series.dates
    if head.time is None or head.state is MappingState.CREATING:
        return ()
    return (
        DateLink(
            original_start=head.time.start,
            state=head.state,
            bookings=head.bookings,
            time=head.time,
            baseline=head.baseline,
            refusals=head.refusals,
            conflicts=head.conflicts,
            reinvited=head.reinvited,
        ),
    )


def _latest(links: Sequence[DateLink], horizon: datetime, context: Context) -> datetime:
    """Return until when dates are looked at: what is booked or deleted stays so, however late."""
    kept = (link.original_start for link in links if link.bookings or link.is_deleted)
    return max([horizon, context.now, *(start + FARTHEST for start in kept)])


def _is_back_unseen(link: DateLink, head: Mapping, read: Read, horizon: datetime) -> bool:
    """Tell whether a date was deleted and is back beyond the horizon: it waits for its time."""
    if link.bookings or not link.is_deleted or link.original_start < horizon:
        return False
    is_away = read.event is None or link.original_start in read.event.cancelled
    return not is_away and not _is_restoring(head)


def _occurrences(
    rule: Recurrence, event: EventSeries | None, window: Interval
) -> dict[datetime, Occurrence]:
    """Return the dates of the rule that are still to come, and those that were moved there."""
    found = {o.original_start: o for o in occurrences_in(rule, window)}
    for start, own in (event.exceptions if event is not None else {}).items():
        if start not in found and own.time.end > window.start and start < window.end:
            found[start] = Occurrence(start, own.time)
    return found


def _drafts(
    links: Sequence[DateLink],
    known: dict[datetime, Occurrence],
    read: Read,
    now: datetime,
    *,
    is_restoring: bool,
) -> dict[datetime, DateDraft]:
    """Return the dates that are linked or in the rule; a deleted one that is back begins anew."""
    event = read.event
    drafts: dict[datetime, DateDraft] = {}
    for link in links:
        start = link.original_start
        is_back = event is not None and start in known and start not in event.cancelled
        fresh = link.is_deleted and is_back and not is_restoring
        drafts[start] = DateDraft(start, _new_link(start) if fresh else link)
    # Also those that are too far ahead to be booked: whatever rule we write, they stay deleted.
    for start in event.cancelled if event is not None else ():
        if start > now:
            drafts.setdefault(start, DateDraft(start, _new_link(start)))
    for start, occurrence in known.items():
        draft = drafts.setdefault(start, DateDraft(start, _new_link(start)))
        if event is None or start not in event.cancelled:
            draft.time = occurrence.time
    return drafts


def _seen(draft: DateDraft, head: Mapping, read: Read) -> DateSight:
    event = None
    if read.event is not None and draft.time is not None:
        event = date_event(read.event, draft.start, draft.time)
    mapping = link_as_mapping(head, draft.link)
    numbers = {link.booking_id for link in draft.link.bookings}
    is_exception = read.event is not None and draft.start in read.event.exceptions
    return DateSight(
        original_start=draft.start,
        seen=Observed(
            mapping=mapping,
            event=event,
            event_gone=event is None and (read.event is not None or read.event_gone),
            bookings=tuple(draft.bookings),
            bookings_gone=read.gone & numbers,
            bookings_kept=read.kept & numbers,
            refusals=mapping.refusals,
        ),
        is_exception=is_exception,
        is_deleted=draft.link.is_deleted
        or (read.event is not None and draft.start in read.event.cancelled),
    )


def _is_over(draft: DateDraft, event: EventSeries | None, context: Context) -> bool:
    """Tell whether nothing of a date is still to come (R-106)."""
    times = [booking.time for booking in draft.bookings]
    times += [t for t in (draft.link.time, draft.time) if t is not None]
    if event is not None and (own := event.exceptions.get(draft.start)) is not None:
        times.append(own.time)
    return all(time.end <= context.now for time in times) and draft.start <= context.now


def _is_restoring(head: Mapping) -> bool:
    return head.pending is not None and head.pending.kind in RESTORING


def _is_restored(head: Mapping, rule: Recurrence) -> bool:
    """Tell whether a series that had ended as a whole is back as it was: it stays unbooked (R-311).

    Under another rule it is asked for again, as a single meeting at another time is.
    """
    is_same = head.series is not None and head.series.recurrence == rule
    return is_same and head.state is MappingState.CANCELLED and head.pending is None


def _new_link(start: datetime) -> DateLink:
    return DateLink(original_start=start, state=MappingState.CREATING)


def series_numbers(bookings: Iterable[Booking]) -> tuple[int, ...]:
    """Return the series of ROOMS that bookings are of."""
    return tuple(sorted({b.series_id for b in bookings if b.series_id is not None}))
